"""The stack config, read: the only caller of `pulumi.Config`."""

from __future__ import annotations

import pulumi
from pulumi.runtime.config import is_config_secret

from rolewright.grants import ConfigError, Problem, StackConfig, parse_stack_config

PROJECT = "sagemaker-roles"


def read_stack_config() -> StackConfig:
    """Return the stack's config, checked.

    Raises pulumi.RunError with every fault found, one a line, before any resource is registered.
    """
    config = pulumi.Config(PROJECT)
    try:
        return parse_stack_config(
            environment=_plain(config, "environment"),
            roles=_plain(config, "roles") or "{}",
            defaults=_plain(config, "defaults"),
        )
    except ConfigError as error:
        raise run_error(error) from None


def run_error(error: ConfigError) -> pulumi.RunError:
    """Return the error as Pulumi prints it: no traceback, one problem a line."""
    count = len(error.problems)
    noun = "problem" if count == 1 else "problems"
    return pulumi.RunError(f"{count} {noun} in the stack config\n{error}")


def _plain(config: pulumi.Config, key: str) -> str | None:
    """Return a value as text. Raises ConfigError for a secret: documents are plain text."""
    if is_config_secret(config.full_key(key)):
        message = "is a secret, but policy documents are plain text; set it without `--secret`"
        raise ConfigError([Problem(path=key, message=message)])
    return config.get(key)
