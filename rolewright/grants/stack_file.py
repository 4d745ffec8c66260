"""A stack's file, `Pulumi.NAME.yaml`, read without an engine. It alone here needs a YAML parser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode

from rolewright.grants.keys import NAMESPACE
from rolewright.grants.stack import StackDraft, draft_stack_config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class InvalidStackFile(ValueError):  # noqa: N818  # named as InvalidDocument is
    """What is no stack file."""


def read_config(path: Path) -> dict[str, Any]:
    """Return the settings of a stack's file. Raises InvalidStackFile, or OSError."""
    return parse_config(path.read_bytes(), path.name)


def parse_config(text: bytes, name: str) -> dict[str, Any]:
    """Return the settings of a stack's file of a name from its text. Raises InvalidStackFile."""
    try:
        yaml: Any = YAML(typ="safe", pure=True)
        content: Any = yaml.load(text) or {}
    except DuplicateKeyError:
        raise InvalidStackFile(f"`{name}` is not YAML: {_duplicate(text)}") from None
    except RecursionError:
        raise InvalidStackFile(f"`{name}` is nested too deep") from None
    except (YAMLError, ValueError) as error:
        raise InvalidStackFile(f"`{name}` is not YAML: {_yaml_fault(error)}") from None
    settings: Any = None
    if isinstance(content, dict):
        settings = cast("dict[str, Any]", content).get("config") or {}
    if not isinstance(settings, dict):
        raise InvalidStackFile(
            f"`{name}` is no stack file: it takes `config:` and settings below it"
        )
    return {str(key): value for key, value in cast("dict[object, Any]", settings).items()}


def draft_of_config(config: Mapping[str, Any]) -> StackDraft:
    """Return what the settings of a stack's file say. Raises InvalidStackFile."""
    environment = config.get(f"{NAMESPACE}:environment")
    defaults = config.get(f"{NAMESPACE}:defaults")
    return draft_stack_config(
        environment=None if environment is None else _text(environment),
        roles=_text(config.get(f"{NAMESPACE}:roles") or {}),
        defaults=None if defaults is None else _text(defaults),
        keys=config,
    )


def _text(value: object) -> str:
    """Return a value as the program gets it: JSON text; text is taken to be JSON already."""
    try:
        return value if isinstance(value, str) else json.dumps(value, default=str)
    except (ValueError, RecursionError):
        raise InvalidStackFile("an anchor of the stack file stands within itself") from None
    except TypeError:
        raise InvalidStackFile("a key of the stack file is no text; quote it") from None


def _duplicate(text: bytes) -> str:
    """Return which key stands twice in a file and where; never its values, which may be secret."""
    yaml: Any = YAML(typ="safe", pure=True)
    try:
        key, first, second = next(_duplicates(yaml.compose(text)))
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


def _yaml_fault(error: YAMLError | ValueError) -> str:
    """Return what is wrong and where, in a line."""
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    mark = getattr(error, "problem_mark", None)
    first = str(said).splitlines()[0]
    return f"{first} (line {mark.line + 1}, column {mark.column + 1})" if mark else first
