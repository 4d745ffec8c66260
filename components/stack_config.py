"""The stack config, read: the only caller of `pulumi.Config`."""

from __future__ import annotations

import pulumi
from pulumi.runtime.config import is_config_secret

from rolewright.grants import ConfigError, Problem, StackConfig, parse_stack_config

PROJECT = "sagemaker-roles"
_KEYS = ("environment", "roles", "defaults")


def read_stack_config() -> StackConfig:
    """Return the stack's config, checked.

    Raises pulumi.RunError with every fault found, one a line, before any resource is registered.
    """
    config = pulumi.Config(PROJECT)
    try:
        _refuse_secrets(config)
        return parse_stack_config(
            environment=config.get("environment"),
            roles=config.get("roles") or "{}",
            defaults=config.get("defaults"),
        )
    except ConfigError as error:
        raise run_error(error) from None


def run_error(error: ConfigError) -> pulumi.RunError:
    """Return the error as Pulumi prints it: no traceback, one problem a line."""
    count = len(error.problems)
    noun = "problem" if count == 1 else "problems"
    return pulumi.RunError(f"{count} {noun} in the stack config\n{error}")


def _refuse_secrets(config: pulumi.Config) -> None:
    """Raise ConfigError for each value that is a secret, or has one in it."""
    message = "is a secret, but policy documents are plain text; set it without `--secret`"
    secrets = [key for key in _KEYS if is_config_secret(config.full_key(key))]
    if secrets:
        raise ConfigError(Problem(path=key, message=message) for key in secrets)
