"""Where in a JSON text an element stands; worked out only once there is an error to show."""

from __future__ import annotations

import re

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+)', re.DOTALL)
_STEP = re.compile(r"\[(\d+)\]|([^.\[]+)")
_WIDTH = 76


def excerpt(source: str, path: str) -> str:
    """Return the line of the text where `path` stands, with a caret under it; "" if not found."""
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
    position, last = 0, None
    for index, key in _STEP.findall(path):
        found = _child(source, position, key or int(index))
        if found is None:
            break
        position = last = found
    return last


def _child(source: str, position: int, wanted: str | int) -> int | None:
    """Return where a member of the object or list that begins at `position` begins.

    A single statement may stand without its list: its place 0 is itself.
    """
    token = _TOKEN.match(source, position)
    if token is None or token[1] not in ("{", "["):
        return None
    if token[1] == "{" and isinstance(wanted, int):
        return position if wanted == 0 else None
    depth, place, key, expects_value = 0, 0, None, False
    while token is not None:
        text = token[1]
        if depth == 1 and text not in (",", ":", "}", "]"):
            if isinstance(wanted, int) and place == wanted:
                return token.start(1)
            if isinstance(wanted, str) and expects_value and key == f'"{wanted}"':
                return token.start(1)
            key = text
        if text in "{[":
            depth += 1
        elif text in "}]":
            depth -= 1
            if depth == 0:
                return None
        elif depth == 1:
            place += text == ","
            expects_value = text == ":"
        token = _TOKEN.match(source, token.end())
    return None
