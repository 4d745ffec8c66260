"""Whether one role can do what another can't."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rolewright.iam import Undecided
from rolewright.reference import action_set, names_in

if TYPE_CHECKING:
    from rolewright.roles.role import Role

_SHOWN = 64
"""How many actions are tried for one on a resource that it takes."""


def access_beyond(role: Role, other: Role) -> str | None:
    """Return an example of what `role` may do and `other` may not, in words, or None.

    It errs to the side of more access: what can't be compared is told as such.
    """
    if role.boundary and other.boundary and role.boundary.arn == other.boundary.arn is not None:
        # What one boundary holds back, it holds back from both.
        role, other = replace(role, boundary=None), replace(other, boundary=None)
    more = role.effective.actions & ~other.effective.actions
    for action in names_in(more, limit=_SHOWN):
        for grant in role.effective.allowing(action):
            return f"`{action}` on `{grant.resources_for(action)[0]}`"
    try:
        request = role.access.difference(other.access, known=_known_actions)
    except Undecided:
        return "access that can't be compared"
    return None if request is None else f"`{request.action}` on `{request.resource}`"


def _known_actions(pattern: str) -> tuple[str, ...]:
    return names_in(action_set(pattern), limit=_SHOWN)
