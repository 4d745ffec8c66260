"""The line of a document's text that a finding is about, for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rolewright.iam.positions import excerpt, excerpt_at

if TYPE_CHECKING:
    from rolewright.lint.finding import Finding


def draw(source: str, finding: Finding) -> str:
    """Return the line where a finding stands, with a caret under it, or nothing.

    A text that is no JSON has no paths: its line is the one where it stops being JSON.
    """
    try:
        json.loads(source)
    except json.JSONDecodeError as error:
        return excerpt_at(source, error.pos)
    except (ValueError, RecursionError):
        return ""
    return excerpt(source, finding.path) if finding.path else ""
