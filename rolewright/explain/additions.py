"""What statements give that others don't, for people: actions on resources, under conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.iam import Condition, Principal, Statement

Pair = tuple[str, str, tuple["Condition", ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Addition:
    """Actions on resources, as an Allow has them; of a trust policy, who may take them."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]
    principals: tuple[Principal, ...] = ()


def pairs(statements: Iterable[Statement]) -> frozenset[Pair]:
    """Return each action with each resource and the conditions that Allow statements have."""
    return frozenset(
        (action.lower(), resource, tuple(sorted(statement.conditions, key=repr)))
        for statement in statements
        for action in statement.actions or ()
        for resource in statement.resources or ()
    )


def additions(before: Iterable[Statement], after: Iterable[Statement]) -> tuple[Addition, ...]:
    """Return what Allow statements give that others did not; what both have is left out."""
    before = tuple(before)
    old = pairs(before)
    trusted = {principal for s in before for principal in s.principals or ()}
    found: list[Addition] = []
    for statement in after:
        conditions = tuple(sorted(statement.conditions, key=repr))
        principals = tuple(p for p in statement.principals or () if p not in trusted)
        new = [
            (action, resource)
            for action in statement.actions or ()
            for resource in statement.resources or ()
            if (action.lower(), resource, conditions) not in old
        ]
        if principals or new:
            found.append(
                Addition(
                    actions=tuple(dict.fromkeys(action for action, _ in new))
                    or statement.actions
                    or (),
                    resources=tuple(dict.fromkeys(resource for _, resource in new)),
                    conditions=statement.conditions,
                    principals=principals,
                )
            )
    return tuple(found)
