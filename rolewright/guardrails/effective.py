"""What a statement really lets a role do: less what is denied, within the boundary.

Sets of actions are bit sets over the actions that AWS documents (`rolewright.reference`). Every
answer errs to the side of more access: a Deny counts only where it surely blocks, a boundary only
where it surely does not allow.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.guardrails.role import Role, Uncheckable
from rolewright.iam import Effect, can_hold, contains, overlaps
from rolewright.reference import AccessLevel, access_level_set, action_set, services

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.guardrails.role import AttachedPolicy
    from rolewright.iam import Statement

_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")


def allows(role: Role) -> Iterator[tuple[AttachedPolicy, Statement]]:
    """Yield the role's Allow statements that some request can meet, with their policies."""
    for policy in role.policies:
        for statement in policy.statements:
            if statement.effect is Effect.ALLOW and can_hold(statement.conditions):
                yield policy, statement


def reachable(role: Role, statement: Statement) -> int:
    """Return the set of actions that an Allow statement of the role really lets it do."""
    actions = statement_actions(statement)
    for policy in role.policies:
        for other in policy.statements:
            if other.effect is Effect.DENY:
                actions &= ~_surely_denied(other, statement)
    if role.boundary is not None and not isinstance(role.boundary.document, Uncheckable):
        within = 0
        for bound in role.boundary.document.statements:
            if bound.effect is Effect.DENY:
                actions &= ~_surely_denied(bound, statement)
            elif can_hold(bound.conditions) and _may_meet(bound, statement):
                within |= statement_actions(bound)
        actions &= within
    return actions


@lru_cache(maxsize=8192)
def statement_actions(statement: Statement) -> int:
    """Return the set of documented actions that a statement names."""
    if statement.actions is not None:
        return _union(statement.actions)
    return action_set("*") & ~_union(statement.not_actions or ())


def covers_everything(statement: Statement) -> bool:
    """Whether a statement is for every resource, however that is spelled."""
    return any(_is_everything(resource) for resource in statement.resources or ())


@lru_cache(maxsize=1)
def writing_actions() -> int:
    """Return the set of actions that change something: Write, Tagging, Permissions management."""
    levels = (AccessLevel.WRITE, AccessLevel.TAGGING, AccessLevel.PERMISSIONS_MANAGEMENT)
    return union(access_level_set(level) for level in levels)


def whole_services(actions: int) -> tuple[str, ...]:
    """Return the services of which a set holds every action."""
    return tuple(name for name, mask in _service_sets() if mask and actions & mask == mask)


@lru_cache(maxsize=1)
def _service_sets() -> tuple[tuple[str, int], ...]:
    return tuple((name, action_set(f"{name}:*")) for name in services())


def union(sets: Iterable[int]) -> int:
    """Return the actions that are in any of the sets."""
    everything = 0
    for actions in sets:
        everything |= actions
    return everything


def _union(patterns: Iterable[str]) -> int:
    return union(action_set(pattern) for pattern in patterns)


@lru_cache(maxsize=4096)
def _is_everything(resource: str) -> bool:
    return any(contains(resource, f"arn:{partition}:*") for partition in _PARTITIONS)


@lru_cache(maxsize=65536)
def _surely_denied(deny: Statement, allow: Statement) -> int:
    """Return the actions that `deny` blocks on every resource of `allow`, whatever the request."""
    if deny.conditions:
        return 0
    for resource in allow.resources or ("*",):
        if deny.resources is not None:
            if not any(contains(denied, resource) for denied in deny.resources):
                return 0
        elif any(overlaps(spared, resource) for spared in deny.not_resources or ()):
            return 0
    return statement_actions(deny)


@lru_cache(maxsize=65536)
def _may_meet(bound: Statement, allow: Statement) -> bool:
    """Whether some resource of `allow` may be one of `bound`."""
    if bound.resources is None or allow.resources is None:
        return True
    return any(overlaps(mine, other) for mine in allow.resources for other in bound.resources)
