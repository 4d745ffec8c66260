"""Whether one statement or entry says all that another one says. True only where it surely does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam import Undecided, contains, matches, overlaps
from rolewright.lint.arns import without_variables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.iam import Condition, Principal, Statement

Named = tuple[str, ...] | None


def statement_covers(outer: Statement, inner: Statement) -> bool:
    """Whether every request that `inner` applies to is one that `outer` applies to as well."""
    return (
        _conditions(outer) <= _conditions(inner)
        and _principals_cover(outer, inner)
        and _covers(_lowered(outer.actions), _lowered(outer.not_actions), _actions(inner))
        and _covers(outer.resources, outer.not_resources, (inner.resources, inner.not_resources))
    )


def entry_covers(outer: str, inner: str) -> bool:
    """Whether a pattern covers another; what a policy variable stands for is not known."""
    if outer in (inner, "*"):
        return True
    if "${" in outer:
        return False
    inner = without_variables(inner)
    # A pattern is itself a text that it stands for, so most pairs are told apart here.
    if not matches(outer, inner):
        return False
    try:
        return contains(outer, inner)
    except Undecided:
        return False


def covered_by(inner: str, outers: Iterable[str]) -> bool:
    """Whether one of the patterns covers another one."""
    return any(entry_covers(outer, inner) for outer in outers)


def _covers(outer: Named, not_outer: Named, inner: tuple[Named, Named]) -> bool:
    named, not_named = inner
    if not_outer is not None:
        if not_named is not None:
            return all(covered_by(one, not_named) for one in not_outer)
        return named is not None and not any(
            overlaps(without_variables(one), without_variables(other))
            for one in named
            for other in not_outer
        )
    if outer is None:
        return named is None and not_named is None
    if named is None:
        return "*" in outer
    return all(covered_by(one, outer) for one in named)


def _actions(statement: Statement) -> tuple[Named, Named]:
    return _lowered(statement.actions), _lowered(statement.not_actions)


def _lowered(names: Named) -> Named:
    return None if names is None else tuple(name.lower() for name in names)


def _conditions(statement: Statement) -> frozenset[tuple[str, str, frozenset[str]]]:
    return frozenset(_normal(condition) for condition in statement.conditions)


def _normal(condition: Condition) -> tuple[str, str, frozenset[str]]:
    return condition.operator.lower(), condition.key.lower(), frozenset(condition.values)


def _principals_cover(outer: Statement, inner: Statement) -> bool:
    if outer.not_principals is not None or inner.not_principals is not None:
        same = outer.not_principals == inner.not_principals
        return same and outer.principals == inner.principals
    if outer.principals is None or inner.principals is None:
        return outer.principals is inner.principals
    if any(_is_everyone(principal) for principal in outer.principals):
        return True
    return set(inner.principals) <= set(outer.principals)


def _is_everyone(principal: Principal) -> bool:
    return principal.value == "*" and principal.kind in ("*", "AWS")
