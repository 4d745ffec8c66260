"""Where in a JSON text an element stands; worked out only once there is an error to show."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r"""
    (?P<key>"[^"\\]*+(?:\\.[^"\\]*+)*+")\s*+:
    |(?P<value>"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{\[]|[^\s"{}\[\]:,]++)
    |(?P<end>[}\]])
    """,
    re.VERBOSE,
)
_WIDTH = 76


def excerpt(source: str, path: str) -> str:
    """Return the line of the text where `path` stands, with a caret under it; "" if not found.

    The text is JSON.
    """
    offset = _offset(source, path)
    return "" if offset is None else excerpt_at(source, offset)


def excerpt_at(source: str, offset: int) -> str:
    """Return the line of any text where `offset` stands, with a caret under it; "" if empty."""
    start = source.rfind("\n", 0, offset) + 1
    end = source.find("\n", offset)
    column = offset - start
    cut = column - _WIDTH // 2 if column > _WIDTH // 2 else 0
    line = source[start + cut : end if end >= 0 else len(source)][:_WIDTH]
    before, after = _shown(line[: column - cut]), _shown(line[column - cut :])
    drawn = f"    {before}{after}".rstrip()
    return f"{drawn}\n    {' ' * sum(map(_width, before))}^" if drawn else ""


def line_of(source: str, path: str) -> int | None:
    """Return the line of the text, from 1, where `path` stands, or None. The text is JSON."""
    offset = _offset(source, path)
    return None if offset is None else source.count("\n", 0, offset) + 1


def repeated_key(source: str) -> tuple[str, int]:
    """Return the path of the first key that stands twice in an object, and where its value begins.

    The text is JSON up to the end of that object, and there is such a key.
    """
    steps: list[str | int] = []
    seen: list[set[str | int]] = [set()]
    for depth, step, start in _values(source):
        del steps[depth:], seen[depth + 1 :]
        steps.append(step)
        if step in seen[depth]:
            return _spell(steps[1:]).removeprefix("."), start
        seen[depth].add(step)
        seen.append(set())
    raise AssertionError(source)


def printable(text: str) -> str:
    """Return a text for a terminal: what can't be printed, or moves the cursor, is escaped."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def _offset(source: str, path: str) -> int | None:
    """Return where the value at a path begins, or as far down the path as the text has it."""
    best: tuple[int, int] = (0, 0)
    # How much of the path each value around the present one accounts for, -1 for one beside it.
    reached: list[int] = []
    for depth, step, start in _values(source):
        del reached[depth:]
        reached.append(_reach(path, reached[-1], step) if reached else 0)
        # A single value may stand without its list: its place 0 is itself.
        if reached[-1] > 0 and source[start] != "[" and path.startswith("[0]", reached[-1]):
            reached[-1] += len("[0]")
        if reached[-1] > 0:
            best = max(best, (reached[-1], start))
    return best[1] if best[0] else None


def _reach(path: str, at: int, step: str | int) -> int:
    """Return where in the path a step from `at` ends, or -1. A key may have dots of its own."""
    if at < 0:
        return -1
    spelled = _spell((step,)) if at else _spell((step,)).removeprefix(".")
    end = at + len(spelled)
    return end if path.startswith(spelled, at) and path[end : end + 1] in ("", ".", "[") else -1


def _spell(steps: Sequence[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _values(source: str) -> Iterator[tuple[int, str | int, int]]:
    """Yield of each value its depth, its key or place in what holds it, and where it begins."""
    steps: list[str | int] = [""]
    for found in _TOKEN.finditer(source):
        if found.lastgroup == "end":
            steps.pop()
        elif found.lastgroup == "key":
            steps[-1] = json.loads(found["key"])
        else:
            place = steps[-1]
            if isinstance(place, int):
                steps[-1] = place = place + 1
            yield len(steps) - 1, place, found.start()
            if found["value"] in ("{", "["):
                steps.append("" if found["value"] == "{" else -1)


def _shown(text: str) -> str:
    """Return a text without what has no width or moves the cursor: the caret depends on it."""
    return "".join(
        char if char.isprintable() else " " for char in text if not unicodedata.combining(char)
    )


def _width(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
