"""The stack config of a stack, read from its file: what a run will make, before the engine runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

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
    config = _config(path, stack)
    defaults = config.get(f"{_NAMESPACE}defaults")
    parsed = parse_stack_config(
        environment=config.get(f"{_NAMESPACE}environment"),
        roles=_text(config.get(f"{_NAMESPACE}roles") or {}),
        defaults=None if defaults is None else _text(defaults),
    )
    return parsed, str(config.get("aws:region") or "us-east-1")


def _config(path: Path, stack: str) -> dict[str, Any]:
    try:
        yaml: Any = YAML(typ="safe", pure=True)
        content: Any = yaml.load(path) or {}
    except OSError:
        raise Fault(f"no stack `{stack}`: there is no `{path.name}`") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise Fault(f"`{path.name}` is not YAML: {_yaml_fault(error)}") from None
    settings: Any = None
    if isinstance(content, dict):
        settings = cast("dict[str, Any]", content).get("config") or {}
    if not isinstance(settings, dict):
        raise Fault(f"`{path.name}` is no stack file: it takes `config:` and settings below it")
    return cast("dict[str, Any]", settings)


def plan_stack(config: StackConfig, region: str) -> tuple[RolePlan, ...]:
    """Return the plan of a stack's roles in the local AWS."""
    target = Target(
        partition="aws", account=ACCOUNT, region=region, environment=config.environment.value
    )
    return plan_roles(config.roles, target)


def _text(value: object) -> str:
    """Return a value as the program gets it: JSON text; text is taken to be JSON already."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _yaml_fault(error: YAMLError | UnicodeDecodeError) -> str:
    """Return what is wrong and where, in a line."""
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    mark = getattr(error, "problem_mark", None)
    first = str(said).splitlines()[0]
    return f"{first} (line {mark.line + 1}, column {mark.column + 1})" if mark else first
