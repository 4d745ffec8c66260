"""Where in a JSON text an element stands; worked out only once there is an error to show."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DECODER = json.JSONDecoder()
_STEP = re.compile(r"\[(\d+)\]|([^.\[]+)")
_WIDTH = 76


def excerpt(source: str, path: str) -> str:
    """Return the line of the text where `path` stands, with a caret under it; "" if not found.

    The text is JSON.
    """
    offset = _offset(source, path)
    if offset is None:
        return ""
    start = source.rfind("\n", 0, offset) + 1
    end = source.find("\n", offset)
    line = source[start : end if end >= 0 else len(source)]
    column = offset - start
    if column > _WIDTH // 2:
        cut = column - _WIDTH // 2
        line, column = line[cut:], column - cut
    return f"    {line[:_WIDTH]}\n    {' ' * column}^"


def _offset(source: str, path: str) -> int | None:
    """Return where the value at a path begins, or as far down the path as the text has it."""
    position, last = _after_space(source, 0), None
    for index, key in _STEP.findall(path):
        found = _child(source, position, key or int(index))
        if found is None:
            break
        position = last = found
    return last


def _child(source: str, position: int, wanted: str | int) -> int | None:
    """Return where a member of the object or list that begins at `position` begins.

    A single value may stand without its list: its place 0 is itself.
    """
    if (source[position] == "{" and isinstance(wanted, int)) or source[position] not in "{[":
        return position if wanted == 0 else None
    for name, start in _members(source, position):
        if name == wanted:
            return start
    return None


def _members(source: str, position: int) -> Iterator[tuple[str | int, int]]:
    """Yield the key or place of each member of an object or list, and where its value begins."""
    is_object = source[position] == "{"
    place, position = 0, _after_space(source, position + 1)
    while source[position] not in "}]":
        name: str | int = place
        if is_object:
            name, position = _DECODER.raw_decode(source, position)
            position = _after_space(source, _after_space(source, position) + 1)
        yield name, position
        _, position = _DECODER.raw_decode(source, position)
        position = _after_space(source, position)
        if source[position] == ",":
            position = _after_space(source, position + 1)
        place += 1


def _after_space(source: str, position: int) -> int:
    while source[position].isspace():
        position += 1
    return position
