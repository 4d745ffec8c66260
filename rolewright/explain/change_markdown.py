"""What changes, as Markdown for a comment at a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.audit.markdown import code, plain
from rolewright.explain.change_words import change_lines, summary
from rolewright.explain.changes import Change
from rolewright.roles.difference_words import difference_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.explain.changes import RoleChange
    from rolewright.iam import Difference

_MOST = 100
"""How many roles are shown, since GitHub takes 65,536 characters in a comment."""
_LONGEST = 500


def changes_markdown(changes: Sequence[RoleChange]) -> str:
    """Return a heading with the totals, and a table: a row a role that changes."""
    rows = [
        f"| `{code(change.name)}` | {_cell(list(change_lines(change)))} |\n"
        for change in changes
        if change.change is not Change.SAME
    ]
    return f"### rolewright: {summary(changes)}\n{_table('role', rows)}"


def difference_markdown(found: Difference) -> str:
    """Return the same of two documents: a row a part of what is added or removed."""
    lines = [
        *difference_lines((*found.added, *found.may_add), "+", _MOST),
        *difference_lines((*found.removed, *found.may_remove), "-", _MOST),
    ]
    rows = [f"| {_cell(lines)} |\n"] if lines else []
    return f"### rolewright: {found.relation.value}\n" + (
        f"\n| change in access |\n|---|\n{''.join(rows)}" if rows else ""
    )


def _table(noun: str, rows: list[str]) -> str:
    if not rows:
        return ""
    more = len(rows) - _MOST
    left = f"\n{more} more are not shown here; `--format json` has them all.\n" if more > 0 else ""
    return f"\n| {noun} | change in access |\n|---|---|\n{''.join(rows[:_MOST])}{left}"


def _cell(lines: list[str]) -> str:
    return "<br>".join(plain(line) for line in lines)
