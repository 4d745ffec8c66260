"""What `diff` of roles prints: lines for people, JSON for programs."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from rolewright.cli.diff_json import as_json
from rolewright.cli.diff_text import COLOURS
from rolewright.explain.change_words import change_lines, summary, what_it_may
from rolewright.explain.changes import Change
from rolewright.iam.positions import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.cli.output import Screen
    from rolewright.explain.changes import RoleChange
    from rolewright.roles import Role

_WIDEST = 22
"""The longest name that has its lines beside it."""


def print_changes(screen: Screen, changes: Sequence[RoleChange]) -> None:
    """Print each role that changes beside what changes of it, and how many there are of all."""
    shown = [change for change in changes if change.change is not Change.SAME]
    short = [len(printable(change.name)) for change in shown]
    width = max((length for length in short if length <= _WIDEST), default=0)
    for change in shown:
        name = printable(change.name)
        if len(name) > width:
            screen.line(name)
            name = ""
        for line in change_lines(change):
            name = _print_line(screen, name, width, printable(line))
    screen.line(summary(changes))


def _print_line(screen: Screen, name: str, width: int, line: str) -> str:
    """Print a line, folded, beside a name or the room for one; return what to set beside the next."""
    sign = line[0] if line[0] in COLOURS or line[0] == "~" else ""
    text = line[1:].lstrip() if sign else line.lstrip()
    under = "  " if sign or line[0] == " " else ""
    room = max(screen.width - width - len(under) - 2, 20)
    folded = textwrap.wrap(text, width=room, break_long_words=False, break_on_hyphens=False)
    for place, piece in enumerate(folded):
        if sign and not place:
            screen.line(f"{name:<{width}}  ", (sign, COLOURS.get(sign, "")), f" {piece}")
        else:
            screen.line(f"{name:<{width}}  {under}{piece}")
        name = ""
    return name


def change_json(change: RoleChange) -> dict[str, Any]:
    """Return a role's change as programs get it."""
    role = change.new or change.old
    one_sided = change.old is None or change.new is None
    return {
        "role": change.name,
        "configKey": role and role.config_key,
        "change": change.change.value,
        "access": change.access
        and as_json(change.access, old=_those(change.old), new=_those(change.new)),
        "trust": change.trust and as_json(change.trust),
        "other": [{"what": fact.what, "old": fact.old, "new": fact.new} for fact in change.facts],
        "doubts": list(change.doubts),
        "notes": list(change.notes),
        **({"may": what_it_may(role)} if one_sided and role else {}),
    }


def _those(role: Role | None) -> tuple[Role, ...]:
    return () if role is None else (role,)
