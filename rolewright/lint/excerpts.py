"""The line of a document's text that a finding is about, for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rolewright.iam.positions import excerpt

if TYPE_CHECKING:
    from rolewright.lint.finding import Finding

_WIDTH = 76


def draw(source: str, finding: Finding) -> str:
    """Return the line where a finding stands, with a caret under it, or nothing.

    A text that is no JSON has no paths: its line is the one where it stops being JSON.
    """
    try:
        json.loads(source)
    except json.JSONDecodeError as error:
        return _caret(source, error.pos)
    except (ValueError, RecursionError):
        return ""
    return excerpt(source, finding.path) if finding.path else ""


def _caret(source: str, offset: int) -> str:
    start = source.rfind("\n", 0, offset) + 1
    line, column = source[start:].partition("\n")[0], offset - start
    if column > _WIDTH // 2:
        cut = column - _WIDTH // 2
        line, column = line[cut:], column - cut
    return f"    {line[:_WIDTH]}\n    {' ' * column}^"
