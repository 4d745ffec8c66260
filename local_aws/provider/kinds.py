"""What a resource type is: its properties and its five calls."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from local_aws.provider.session import Clients

Props = dict[str, Any]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the engine writes a value that isn't known yet."""

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "list": (list,),
    "map": (dict,),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Property:
    """An input of a resource: a change of one that `replaces` makes a new resource.

    `default` is what AWS takes where nothing is given. A `document` is compared as JSON, a `set`
    without order. `fields` are those of each entry of a list of objects.
    """

    type: str = "string"
    required: bool = False
    replaces: bool = False
    default: object = None
    document: bool = False
    is_set: bool = False
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A resource type. `create` and `read` give the outputs; `read` gives None for what is gone.

    `read` takes the ID, and the inputs as far as they are known: an import has none.
    `auto_name` is the input that is filled in from the resource's name where it is left out, in
    lower case where `auto_name_lower`;
    `computed` are outputs that AWS makes up; `identity` is the ID as a format of the inputs.
    """

    token: str
    properties: Mapping[str, Property]
    computed: tuple[str, ...]
    create: Callable[[Clients, Props], tuple[str, Props]]
    read: Callable[[Clients, str, Props], Props | None]
    update: Callable[[Clients, str, Props, Props], Props]
    delete: Callable[[Clients, str, Props], None]
    identity: str
    auto_name: str | None = None
    auto_name_lower: bool = False
    stable: tuple[str, ...] = field(default=())

    def failures(self, inputs: Props) -> list[tuple[str, str]]:
        """Return what is wrong with the inputs, as pairs of property and reason."""
        found: list[tuple[str, str]] = []
        for name, value in inputs.items():
            known = self.properties.get(name)
            if known is None:
                names = ", ".join(self.properties)
                found.append((name, f"the stand-in provider has no such property ({names})"))
            elif value not in (None, UNKNOWN) and (
                not isinstance(value, _TYPES[known.type])
                or (known.type == "integer" and isinstance(value, bool))
            ):
                found.append((name, f"expected {known.type}, got {type(value).__name__}"))
            elif known.fields and isinstance(value, list):
                found += _entry_failures(name, known.fields, cast("list[Any]", value))
        found += [
            (name, "is required")
            for name, known in self.properties.items()
            if known.required and inputs.get(name) is None
        ]
        return found

    def with_defaults(self, inputs: Props) -> Props:
        """Return the inputs with what AWS takes where nothing is given."""
        defaults = {
            name: known.default
            for name, known in self.properties.items()
            if known.default not in (None, "")
        }
        return {**defaults, **inputs}

    def changed(self, state: Props, inputs: Props) -> list[str]:
        """Return the properties in which the inputs differ from the state."""
        return [
            name
            for name, known in self.properties.items()
            if not _same(known, state.get(name), inputs.get(name))
        ]

    def inputs_of(self, state: Props) -> Props:
        """Return the inputs that would give this state."""
        return {
            name: state[name]
            for name, known in self.properties.items()
            if not _same(known, state.get(name), None)
        }


def same_document(one: object, other: object) -> bool:
    """Whether two texts are the same JSON."""
    if not isinstance(one, str) or not isinstance(other, str):
        return one == other
    try:
        return json.loads(one) == json.loads(other)
    except ValueError:
        return one == other


def _entry_failures(
    name: str, fields: tuple[str, ...], entries: list[Any]
) -> Iterator[tuple[str, str]]:
    for index, entry in enumerate(entries):
        given = set(cast("Props", entry)) if isinstance(entry, dict) else set[str]()
        if entry != UNKNOWN and given != set(fields):
            yield f"{name}[{index}]", f"the stand-in provider takes exactly {', '.join(fields)}"


def _same(known: Property, one: object, other: object) -> bool:
    one = known.default if one is None else one
    other = known.default if other is None else other
    if one == other:
        return True
    if known.document and same_document(one, other):
        return True
    if known.is_set and isinstance(one, list) and isinstance(other, list):
        return _as_set(cast("list[Any]", one)) == _as_set(cast("list[Any]", other))
    return not one and not other and known.type in ("string", "list", "map")


def _as_set(values: list[Any]) -> set[str]:
    return {json.dumps(value, sort_keys=True) for value in values}
