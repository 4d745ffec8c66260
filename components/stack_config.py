"""The stack config, read: the only caller of `pulumi.Config`."""

from __future__ import annotations

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret

from rolewright.grants import (
    NAMESPACE,
    ConfigError,
    Problem,
    StackDraft,
    draft_stack_config,
)


def read_stack_config() -> StackDraft:
    """Return what the stack's config says, with its problems, for `create_roles` to tell them all.

    Raises pulumi.RunError for a secret, whose value is in no message.
    """
    config = pulumi.Config(NAMESPACE)
    # The engine's Python host hands the config over in the environment, the Automation API here.
    keys = sorted({**get_config_env(), **CONFIG.get()})
    secrets = [key for key in keys if _is_ours(key) and is_config_secret(key)]
    if secrets:
        raise run_error(ConfigError(map(_secret, secrets)))
    return draft_stack_config(
        environment=config.get("environment"),
        roles=config.get("roles") or "{}",
        defaults=config.get("defaults"),
        keys=keys,
    )


def run_error(error: ConfigError) -> pulumi.RunError:
    """Return the error as Pulumi prints it: no traceback, one problem a line."""
    count = len(error.problems)
    noun = "problem" if count == 1 else "problems"
    return pulumi.RunError(f"{count} {noun} in the stack config\n{error}")


def _is_ours(key: str) -> bool:
    return key.startswith(f"{NAMESPACE}:")


def _secret(key: str) -> Problem:
    return Problem(
        path=key.removeprefix(f"{NAMESPACE}:"),
        message="is a secret, but policy documents are plain text; set it without `--secret`",
    )
