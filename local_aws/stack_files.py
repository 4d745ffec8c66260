"""The stack config of a stack, read from its file: what a run will make, before the engine runs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode

from local_aws.faults import Fault
from local_aws.provider.session import ACCOUNT, PARTITION
from local_aws.provider_config import REGION, provider_problems
from rolewright.grants import (
    NAMESPACE,
    RolePlan,
    StackConfig,
    Target,
    draft_stack_config,
    plan_stack,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME = re.compile(r"[\w-][\w.-]*", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class StackFile:
    """What a stack's file asks for, and the plan of its roles in the local AWS."""

    config: StackConfig
    region: str
    plans: tuple[RolePlan, ...]


def read_stack_file(project: Path, stack: str) -> StackFile:
    """Return what a stack's file asks for.

    Raises ConfigError with every problem of its config, Fault where there is no such stack or its
    file can't be read.
    """
    config = _config(stack_path(project, stack))
    environment = config.get(f"{NAMESPACE}:environment")
    defaults = config.get(f"{NAMESPACE}:defaults")
    draft = draft_stack_config(
        environment=None if environment is None else _text(environment),
        roles=_text(config.get(f"{NAMESPACE}:roles") or {}),
        defaults=None if defaults is None else _text(defaults),
        keys=config,
    )
    draft = replace(draft, problems=(*provider_problems(config), *draft.problems))
    region = str(config.get(REGION))
    target = Target(
        partition=PARTITION,
        account=ACCOUNT,
        region=region,
        environment=draft.config.environment.value,
    )
    return StackFile(config=draft.config, region=region, plans=plan_stack(draft, target))


def stack_path(project: Path, stack: str) -> Path:
    """Return the path of a stack's file. Raises Fault, which names the stacks there are."""
    known = sorted(
        path.name[len("Pulumi.") : -len(".yaml")] for path in project.glob("Pulumi.*.yaml")
    )
    path = project / f"Pulumi.{stack}.yaml"
    if stack in known:
        return path
    stacks = f"(stacks: {', '.join(known)})"
    if not stack:
        raise Fault(f"no stack is named; name one {stacks}")
    if not _NAME.fullmatch(stack):
        raise Fault(f"`{stack}` is not the name of a stack {stacks}")
    raise Fault(f"no stack `{stack}`: there is no `{path.name}` {stacks}")


def _config(path: Path) -> dict[str, Any]:
    try:
        yaml: Any = YAML(typ="safe", pure=True)
        content: Any = yaml.load(path) or {}
    except DuplicateKeyError:
        raise Fault(f"`{path.name}` is not YAML: {_duplicate(path)}") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise Fault(f"`{path.name}` is not YAML: {_yaml_fault(error)}") from None
    settings: Any = None
    if isinstance(content, dict):
        settings = cast("dict[str, Any]", content).get("config") or {}
    if not isinstance(settings, dict):
        raise Fault(f"`{path.name}` is no stack file: it takes `config:` and settings below it")
    return {str(key): value for key, value in cast("dict[object, Any]", settings).items()}


def _text(value: object) -> str:
    """Return a value as the program gets it: JSON text; text is taken to be JSON already."""
    try:
        return value if isinstance(value, str) else json.dumps(value, default=str)
    except (ValueError, RecursionError):
        raise Fault("an anchor of the stack file stands within itself") from None
    except TypeError:
        raise Fault("a key of the stack file is no text; quote it") from None


def _duplicate(path: Path) -> str:
    """Return which key stands twice in a file and where; never its values, which may be secret."""
    yaml: Any = YAML(typ="safe", pure=True)
    try:
        key, first, second = next(_duplicates(yaml.compose(path)))
    except (StopIteration, RecursionError):  # an anchor may stand within itself
        return "a key stands twice"
    where = f"in lines {first} and {second}" if first != second else f"twice in line {first}"
    return f"the key `{key}` stands {where}; keep one of them"


def _duplicates(node: Any) -> Iterator[tuple[str, int, int]]:
    """Yield the keys that stand twice below a node of YAML, with the lines of both."""
    held: Any = node.value
    if isinstance(node, MappingNode):
        lines: dict[str, int] = {}
        for key, value in cast("list[tuple[Any, Any]]", held):
            name, line = str(key.value), int(key.start_mark.line) + 1
            if name in lines:
                yield name, lines[name], line
            lines[name] = line
            yield from _duplicates(value)
    elif isinstance(held, list):
        for entry in cast("list[Any]", held):
            yield from _duplicates(entry)


def _yaml_fault(error: YAMLError | UnicodeDecodeError) -> str:
    """Return what is wrong and where, in a line."""
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    mark = getattr(error, "problem_mark", None)
    first = str(said).splitlines()[0]
    return f"{first} (line {mark.line + 1}, column {mark.column + 1})" if mark else first
