"""Whether conditions can hold at all: whether there is a request that meets them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.iam.documents import Condition
from rolewright.iam.operators import Family, spelled
from rolewright.iam.patterns import Undecided
from rolewright.iam.regions import find_values, kinds_of
from rolewright.iam.solving import Clause, Literal, Opaque, solve
from rolewright.iam.steps import Steps
from rolewright.iam.values import ARN_PARTS
from rolewright.iam.variables import has_variables

if TYPE_CHECKING:
    from rolewright.iam.regions import Kind


@lru_cache(maxsize=8192)
def can_hold(conditions: tuple[Condition, ...]) -> bool:
    """Whether some request can meet all of these conditions; False only where surely none can.

    A date that has passed can't be met again by the clock's own keys. What a policy variable stands
    for is not known, nor what AWS makes of an ARN that is none.
    """
    plain = [c for c in conditions if _is_told(c)]
    kinds = kinds_of(conditions, datetime.now(UTC))
    by_key: dict[str, set[tuple[Condition, bool]]] = {}
    for condition in plain:
        by_key.setdefault(condition.key.lower(), set()).add((condition, True))
    return all(_can_be(key, frozenset(signed), kinds[key]) for key, signed in by_key.items())


def _is_told(condition: Condition) -> bool:
    """Whether it is known what a condition's values mean; AWS doesn't say it of half an ARN."""
    if any(map(has_variables, condition.values)):
        return False
    operator = spelled(condition.operator)
    is_arn = operator is not None and operator.base.family is Family.ARN
    return not is_arn or all(
        value == "*" or value.count(":") >= ARN_PARTS - 1 for value in condition.values
    )


def _can_be(key: str, signed: frozenset[tuple[Condition, bool]], kind: Kind) -> bool:
    try:
        return find_values(key, signed, kind) is not None
    except Undecided:
        return True


@lru_cache(maxsize=8192)
def can_all_be(clauses: tuple[Clause, ...]) -> bool:
    """Whether some request meets one literal at least of each clause; False only where surely none.

    As with `can_hold`, what a policy variable stands for is not known.
    """
    told = tuple(tuple(map(_told, clause)) for clause in clauses)
    kinds = kinds_of(
        (what for clause in told for what, _ in clause if isinstance(what, Condition)),
        datetime.now(UTC),
    )
    try:
        return solve(told, kinds, Steps()) is not None
    except Undecided:
        return True


def _told(literal: Literal) -> Literal:
    what, wanted = literal
    if isinstance(what, Opaque) or _is_told(what):
        return literal
    return Opaque((what.operator.lower(), what.key.lower(), *sorted(what.values))), wanted
