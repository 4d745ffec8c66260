"""What a role reaches, by which statement, worked out from what its policies really leave it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rolewright.explain.graph_leads import leads_of
from rolewright.explain.graph_model import Access, Reach, Reason, gravest
from rolewright.explain.graph_targets import ACCOUNT_WIDE, EVERYTHING, Target, target_of
from rolewright.reference import (
    AccessLevel,
    access_level_set,
    action_set,
    find_action,
    names_in,
    services,
)
from rolewright.roles import accepts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.audit import Finding
    from rolewright.guardrails import Level
    from rolewright.iam import Condition, Statement
    from rolewright.roles import AttachedPolicy, Grant, Role

_BROAD = 12
"""From how many services on the actions of a statement are told of as those of every service."""
_DELETING = ("Delete", "BatchDelete", "Remove", "Terminate", "Purge", "Destroy")


def reaches_of(role: Role, findings: Iterable[Finding]) -> tuple[Reach, ...]:
    """Return what a role reaches, in the order of services, kinds and names."""
    marks = tuple(findings)
    reasons: dict[Target, list[Reason]] = {}
    parts: dict[Target, list[str]] = {}
    for policy, statement, grants in role.effective.by_statement:
        risk = _risk(policy, statement, marks)
        for target, part, reason in _of_statement(policy, statement, grants, risk):
            mine = reasons.setdefault(target, [])
            if reason not in mine:
                mine.append(reason)
            parts.setdefault(target, []).append(part)
    for target, reason in leads_of(role, marks):
        reasons.setdefault(target, []).append(reason)
        parts.setdefault(target, []).append("*")
    return tuple(
        Reach(
            target=target,
            reasons=tuple(reasons[target]),
            parts=() if "*" in parts[target] else tuple(sorted(set(filter(None, parts[target])))),
        )
        for target in sorted(reasons)
    )


def words(condition: Condition) -> str:
    """Return a condition in words, as its document writes it."""
    return f"{condition.operator} {condition.key}: {', '.join(condition.values)}"


def _risk(
    policy: AttachedPolicy, statement: Statement, findings: tuple[Finding, ...]
) -> Level | None:
    where = str(policy)
    return gravest(
        finding.level
        for finding in findings
        if finding.policy == where and finding.place in (None, statement.index)
    )


def _of_statement(
    policy: AttachedPolicy, statement: Statement, grants: Iterable[Grant], risk: Level | None
) -> Iterator[tuple[Target, str, Reason]]:
    for grant in grants:
        for resource in grant.resources:
            for service, actions in _by_service(grant, resource):
                target, part = _target(resource, service, actions)
                yield (
                    target,
                    part,
                    Reason(
                        policy=str(policy),
                        statement=str(statement.sid or statement.index),
                        access=_access(actions),
                        actions=_written(statement, service, actions),
                        resource=resource,
                        spared=grant.but,
                        conditions=tuple(words(one) for one in statement.conditions),
                        config_key=policy.config_key,
                        risk=risk,
                    ),
                )


def _target(resource: str, service: str, actions: int) -> tuple[Target, str]:
    if service == EVERYTHING:
        return Target(service=EVERYTHING), "*"
    target, part = target_of(resource, service)
    if not target.kind and actions and not _takes_some(actions):
        return Target(service=service, kind=ACCOUNT_WIDE, name=ACCOUNT_WIDE), "*"
    return target, part


@lru_cache(maxsize=4096)
def _takes_some(actions: int) -> bool:
    """Whether some action takes a resource."""
    found = (find_action(name) for name in names_in(actions))
    return any(action is None or action.resource_types for action in found)


def _by_service(grant: Grant, resource: str) -> Iterator[tuple[str, int]]:
    """Yield the actions of a grant that a resource is for, by the service to draw it at.

    An action that AWS doesn't document is drawn at its service, as the empty set.
    """
    yield from _documented(grant.actions, resource)
    for pattern in grant.statement.actions or ():
        if not action_set(pattern):
            yield pattern.partition(":")[0].lower(), 0


@lru_cache(maxsize=16384)
def _documented(actions: int, resource: str) -> tuple[tuple[str, int], ...]:
    by_service = _split(actions)
    anything = not resource.strip("*")
    if len(by_service) > _BROAD:
        if anything:
            return ((EVERYTHING, actions),)
        owner = resource.split(":")[2] if resource.count(":") > 1 else ""
        mine = tuple((service, found) for service, found in by_service if service == owner)
        by_service = mine or by_service
    if anything:
        return by_service
    accepted = 0
    for _, found in by_service:
        for name in names_in(found):
            if accepts(name, resource):
                accepted |= action_set(name)
    return ((by_service[0][0], accepted),) if accepted else ()


@lru_cache(maxsize=4096)
def _split(actions: int) -> tuple[tuple[str, int], ...]:
    """Return a set of actions by service."""
    every = ((service, actions & action_set(f"{service}:*")) for service in services())
    return tuple((service, found) for service, found in every if found)


@lru_cache(maxsize=16384)
def _access(actions: int) -> tuple[Access, ...]:
    if not actions:
        return (Access.UNKNOWN,)
    return tuple(access for access, known in _levels() if actions & known)


@cache
def _levels() -> tuple[tuple[Access, int], ...]:
    passing, assuming = action_set("iam:PassRole"), action_set("sts:AssumeRole*")
    writing = access_level_set(AccessLevel.WRITE) & ~passing & ~assuming
    deleting = 0
    for verb in _DELETING:
        deleting |= action_set(f"*:{verb}*")
    deleting &= writing
    return (
        (Access.LIST, access_level_set(AccessLevel.LIST)),
        (Access.READ, access_level_set(AccessLevel.READ) & ~assuming),
        (Access.TAG, access_level_set(AccessLevel.TAGGING)),
        (Access.WRITE, writing & ~deleting),
        (Access.DELETE, deleting),
        (Access.PASS, passing),
        (Access.ASSUME, assuming),
        (Access.PERMISSIONS, access_level_set(AccessLevel.PERMISSIONS_MANAGEMENT) & ~passing),
    )


def _written(statement: Statement, service: str, actions: int) -> tuple[str, ...]:
    """Return the actions of a statement that count, as it writes them."""
    if statement.actions is None:
        return (f"every action but {', '.join(statement.not_actions or ())}",)
    if not actions:
        return tuple(
            pattern
            for pattern in statement.actions
            if not action_set(pattern) and pattern.lower().startswith(f"{service}:")
        )
    return tuple(pattern for pattern in statement.actions if action_set(pattern) & actions)
