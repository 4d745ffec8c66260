"""Whether one role can do what another can't.

A statement counts as held by the other role only where one Allow of it surely covers it; so the
answer errs to the side of "it can do more".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rolewright.guardrails.effective import allows, reachable, statement_actions
from rolewright.iam import Effect, contains
from rolewright.reference import action_set, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.guardrails.role import Role
    from rolewright.iam import Statement


def access_beyond(role: Role, other: Role) -> str | None:
    """Return an example of what `role` may do and `other` may not, or None.

    The example is an action and a resource pattern, such as `s3:PutObject` on `arn:aws:s3:::b/*`.
    """
    if role.boundary and other.boundary and role.boundary.arn == other.boundary.arn:
        # What one boundary holds back, it holds back from both.
        role, other = replace(role, boundary=None), replace(other, boundary=None)
    for _, statement in allows(role):
        for resource in statement.resources or ("*",):
            actions = reachable(role, statement)
            for held in _surely_held(other, statement, resource):
                actions &= ~held
            if actions:
                return f"`{names_in(actions, limit=1)[0]}` on `{resource}`"
    return None


def _surely_held(role: Role, wanted: Statement, resource: str) -> Iterator[int]:
    """Yield action sets that `role` surely has on the whole of a resource pattern."""
    denied = 0
    for policy in role.policies:
        for statement in policy.statements:
            if statement.effect is Effect.DENY:
                denied |= statement_actions(statement)
    within = _within_boundary(role, wanted, resource)
    for _, statement in allows(role):
        if _covers(statement, wanted, resource):
            yield statement_actions(statement) & ~denied & within


def _within_boundary(role: Role, wanted: Statement, resource: str) -> int:
    """Return the actions that the role's boundary surely lets through; all where it has none."""
    if role.boundary is None:
        return action_set("*")
    within = 0
    for statement in role.boundary.statements:
        if statement.effect is Effect.ALLOW and _covers(statement, wanted, resource):
            within |= statement_actions(statement)
    for statement in role.boundary.statements:
        if statement.effect is Effect.DENY:
            within &= ~statement_actions(statement)
    return within


def _covers(statement: Statement, wanted: Statement, resource: str) -> bool:
    """Whether a statement is for the whole of a resource pattern, under no further condition."""
    if statement.conditions and set(statement.conditions) - set(wanted.conditions):
        return False
    return any(contains(held, resource) for held in statement.resources or ())
