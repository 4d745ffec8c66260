"""The schema of a stack's file as a table: each key below its own, what it takes, what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rolewright.cli.output import Screen

    Row = tuple[str, str]
    """A key, indented, and what is said of it."""

_TYPES = {"string": "text", "integer": "number", "boolean": "true or false", "object": "mapping"}
_STEP = 2
_WIDTH = 28
"""How wide a key is, with what stands before it; what is said of a longer one begins below it."""
_ANY_NAME = "NAME"
_EACH = "each of these"
_ABOVE = "its keys are above"


def print_schema(screen: Screen, schema: Mapping[str, Any]) -> None:
    """Print the keys below `config`, in the schema's order."""
    screen.line(f"{schema['title']}: what stands below `config:`; * is needed")
    for key, said in _Rows(schema["$defs"]).below(schema["properties"]["config"], _STEP):
        if len(key) + _STEP <= _WIDTH:
            screen.hanging(f"{key:<{_WIDTH}}", said)
        else:
            screen.line(key)
            screen.wrapped(said, " " * _WIDTH)


class _Rows:
    """Goes through a schema; a model's keys are told where it stands first, and no more."""

    def __init__(self, models: Mapping[str, Any]) -> None:
        self._models = models
        self._told: set[str] = set()

    def below(self, part: Mapping[str, Any], indent: int) -> Iterator[Row]:
        """Yield the keys of an object, and those below them."""
        keys: Mapping[str, Mapping[str, Any]] = part.get("properties", {})
        others: Any = part.get("additionalProperties") or {}
        models = {value.get("$ref", "") for value in keys.values()}
        alike = models.pop() if len(models) == 1 else ""
        for key, value in keys.items():
            shown = f"{key} *" if key in part.get("required", ()) else key
            if alike:
                yield " " * indent + shown, value["description"]
            else:
                yield from self._key(shown, value, indent)
        if alike:
            yield from self._key(_EACH, {"$ref": alike}, indent)
        elif "$ref" in others:
            yield from self._key(_ANY_NAME, others, indent)

    def _key(self, key: str, part: Mapping[str, Any], indent: int) -> Iterator[Row]:
        """Yield a key, and the keys of what it takes."""
        name = part.get("$ref") or part.get("items", {}).get("$ref")
        model = self._model(name) if name else part
        text = ": ".join(filter(None, (self._takes(part), {**model, **part}["description"])))
        if name in self._told and "properties" in model:
            yield " " * indent + key, f"{text.removesuffix('.')}; {_ABOVE}"
            return
        self._told.add(name or "")
        yield " " * indent + key, text
        yield from self.below(model, indent + _STEP)

    def _takes(self, part: Mapping[str, Any]) -> str:
        """Return what a key takes, in words; nothing for an object, whose keys say it."""
        part = self._model(part["$ref"]) if "$ref" in part else part
        if "enum" in part:
            return f"one of {', '.join(part['enum'])}" if len(part["enum"]) > 1 else ""
        if "items" in part:
            # Of some words, the description says which.
            return f"list of {_TYPES['string']}" if part["items"].get("type") else "list"
        if "properties" in part:
            return ""
        others: Any = part.get("additionalProperties")
        if others:
            named = self._takes(others)
            return f"{named} by name" if named else ""
        return _TYPES[part["type"]]

    def _model(self, name: str) -> Mapping[str, Any]:
        return self._models[name.rpartition("/")[2]]
