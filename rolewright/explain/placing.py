"""An entry written into a role, at a key of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.grants import RoleArgs

MAPPINGS = ("activities", "trust")
"""Keys of a role below which no lists of entries stand."""


def steps(key: str) -> tuple[str, ...]:
    """Return the keys from the role to the list, or to the entry itself."""
    section, _, rest = key.partition(".")
    if section == "policies":
        # A policy's name may have dots, a kind of grant has none.
        name, _, kind = rest.rpartition(".")
        return (section, name, kind)
    return (section, rest) if rest else (section,)


def placed(args: RoleArgs, key: str, index: int | None, entry: Mapping[str, Any]) -> RoleArgs:
    """Return a role with an entry in place of one of a list, at its end, or as a whole value."""
    *above, last = steps(key)
    content = cast("dict[str, Any]", {**args})
    place = content
    for step in above:
        place[step] = {**place.get(step, {})}
        place = place[step]
    if above[:1] == ["activities"] or last in MAPPINGS:
        place[last] = dict(entry)
        return cast("RoleArgs", content)
    listed = list(place.get(last, ()))
    if index is None:
        listed.append(dict(entry))
    else:
        listed[index] = dict(entry)
    place[last] = listed
    return cast("RoleArgs", content)
