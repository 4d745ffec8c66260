"""What guardrails ask of a role's grants: by statement, which actions, what requests must name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.guardrails.actions import union
from rolewright.iam import Condition
from rolewright.iam.operators import Family, SetPrefix, spelled
from rolewright.lint.takes import Takes, takes
from rolewright.reference import action_set, condition_key_type, names_in
from rolewright.roles import accepts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.iam.operators import Spelled
    from rolewright.iam.solving import Literal
    from rolewright.roles import Grant


def usable(grant: Grant, actions: int) -> int:
    """Return the actions of a set that the grant is for, on some resource that they take."""
    held = grant.actions & actions
    if not held or "*" in grant.resources:
        return held
    return union([taking(held, resource) for resource in grant.resources])


def taking(actions: int, resource: str) -> int:
    """Return the actions of a set that take some resource which a pattern stands for."""
    if resource == "*":
        return actions
    return union([those for name, those in _by_types(actions) if accepts(name, resource)])


@lru_cache(maxsize=4096)
def _by_types(actions: int) -> tuple[tuple[str, int], ...]:
    """Return a set in parts, of actions that take the same, and one name of each."""
    parts: dict[Takes, tuple[str, int]] = {}
    for name in names_in(actions):
        wanted = takes(name)
        first, those = parts.get(wanted, (name, 0))
        parts[wanted] = first, those | action_set(name)
    return tuple(parts.values())


def must_name(grant: Grant, key: str) -> bool:
    """Whether every request that the grant allows names a condition key.

    However that comes: by a condition of the Allow, of the boundary, or by a Deny of the rest.
    """
    # What a policy variable stands for is not known; that the key beside it must be there is.
    for clause in grant.clauses:
        if all(_needs(literal, key) for literal in clause):
            return True
    return not grant.may_hold(_missing(key))


@lru_cache(maxsize=256)
def _missing(key: str) -> Condition:
    return Condition(operator="Null", key=key, values=("true",))


def only_names(grant: Grant, key: str, values: Iterable[str]) -> bool:
    """Whether every request that the grant allows names a key, with these exact values alone."""
    # A key that the tables don't know may have several values.
    kind = condition_key_type(key)
    single = kind is not None and not kind.startswith("ArrayOf")
    operator = "StringNotEquals" if single else "ForAnyValue:StringNotEquals"
    other = Condition(operator=operator, key=key, values=tuple(values))
    return must_name(grant, key) and not grant.may_hold(other)


def names_exactly(grant: Grant, *keys: str) -> bool:
    """Whether every request names one of these keys, with values that stand in the policies."""
    return any(only_names(grant, key, values) for key in keys if (values := _values(grant, key)))


def is_bound(grant: Grant, key: str, *, some: bool = False, common: str = "") -> bool:
    """Whether requests must name a key and the policies limit its values.

    A pattern limits them, and so does a policy variable; `*` does not, nor with the `common` part
    that every value has. With `some` it is enough that one of several values is limited.
    """
    return any(
        all(limits(literal, key, common, some=some) for literal in clause)
        for clause in grant.clauses
    ) and must_name(grant, key)


def _values(grant: Grant, key: str) -> tuple[str, ...]:
    """Return all values without wildcards that conditions have beside a key."""
    return tuple(
        value
        for clause in grant.clauses
        for what, _ in clause
        if isinstance(what, Condition) and what.key.lower() == key.lower()
        for value in what.values
        if not any(sign in value for sign in ("*", "?", "${"))
    )


def _needs(literal: Literal, key: str) -> bool:
    """Whether a literal can't be so without its key."""
    how = _operator(literal, key)
    if how is None:
        return False
    met = how.if_exists or how.set_prefix is SetPrefix.FOR_ALL
    met = met or (how.base.negated and how.set_prefix is SetPrefix.NONE)
    return met is not literal[1]


def limits(literal: Literal, key: str, common: str = "", *, some: bool = False) -> bool:
    """Whether a literal says which values a key has, and not just that it has one.

    The other words are those of `is_bound`.
    """
    how = _operator(literal, key)
    if how is None or how.base.family not in (Family.STRING, Family.ARN):
        return False
    what, held = literal
    loose = SetPrefix.FOR_ALL if how.base.negated else SetPrefix.FOR_ANY
    return (
        held is not how.base.negated
        and (some or how.set_prefix is not loose)
        and isinstance(what, Condition)
        and all(value.replace(common, "").strip("*?") for value in what.values)
    )


def _operator(literal: Literal, key: str) -> Spelled | None:
    """Return the operator of a literal about a key, None where it is about another or its being there."""
    what = literal[0]
    if not isinstance(what, Condition) or what.key.lower() != key.lower():
        return None
    how = spelled(what.operator)
    return None if how is None or how.base.family is Family.NULL else how
