"""Whether one role can do what another can't."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rolewright.iam import Undecided
from rolewright.reference import AccessLevel, access_level_set, action_set, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles.role import Role

_SAY_MOST = (
    "iam:PutRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:PassRole",
    "sts:AssumeRole",
    "s3:PutObject",
    "s3:GetObject",
    "dynamodb:PutItem",
    "dynamodb:GetItem",
    "kms:Decrypt",
    "secretsmanager:GetSecretValue",
    "lambda:UpdateFunctionCode",
)
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
    for action in _telling_first(more):
        for grant in role.effective.allowing(action):
            return f"`{action}` on `{grant.resources_for(action)[0]}`"
    try:
        request = role.access.difference(other.access, known=_known_actions)
    except Undecided:
        return "access that can't be compared"
    return None if request is None else f"`{request.action}` on `{request.resource}`"


def _telling_first(actions: int) -> Iterator[str]:
    """Yield names of a set's actions, those first that say most to a reader."""
    yield from (name for name in _SAY_MOST if actions & action_set(name))
    changing = actions & access_level_set(AccessLevel.WRITE)
    yield from names_in(changing, limit=_SHOWN)
    yield from names_in(actions & ~changing, limit=_SHOWN)


def _known_actions(pattern: str) -> tuple[str, ...]:
    return names_in(action_set(pattern), limit=_SHOWN)
