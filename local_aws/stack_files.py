"""The stack config of a stack, read from its file: what a run will make, before the engine runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from local_aws.faults import Fault
from local_aws.provider.session import ACCOUNT
from rolewright.grants import (
    RolePlan,
    StackConfig,
    Target,
    parse_stack_config,
    plan_roles,
)

if TYPE_CHECKING:
    from pathlib import Path

_NAMESPACE = "sagemaker-roles:"


def read_stack_file(project: Path, stack: str) -> tuple[StackConfig, str]:
    """Return a stack's config and its region.

    Raises ConfigError for a config that can't be honoured, Fault for a file that can't be read.
    """
    path = project / f"Pulumi.{stack}.yaml"
    try:
        yaml: Any = YAML(typ="safe", pure=True)
        content: dict[str, Any] = yaml.load(path) or {}
    except OSError:
        raise Fault(f"no stack `{stack}`: there is no `{path.name}`") from None
    except YAMLError as error:
        raise Fault(f"`{path.name}` is not YAML: {str(error).splitlines()[0]}") from None
    config: dict[str, Any] = content.get("config") or {}
    defaults = config.get(f"{_NAMESPACE}defaults")
    parsed = parse_stack_config(
        environment=config.get(f"{_NAMESPACE}environment"),
        roles=_text(config.get(f"{_NAMESPACE}roles", {})),
        defaults=None if defaults is None else _text(defaults),
    )
    return parsed, str(config.get("aws:region", "us-east-1"))


def plan_stack(config: StackConfig, region: str) -> tuple[RolePlan, ...]:
    """Return the plan of a stack's roles in the local AWS."""
    target = Target(
        partition="aws", account=ACCOUNT, region=region, environment=config.environment.value
    )
    return plan_roles(config.roles, target)


def _text(value: object) -> str:
    return json.dumps(value, default=str)
