"""Conditions: whether they hold for a request, and whether they can hold for any.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.iam.operators import Family, SetPrefix, spelled
from rolewright.iam.patterns import matches, overlaps
from rolewright.iam.values import COMPARISONS, parse_date, parse_network, parse_number
from rolewright.iam.variables import has_variables, marked, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rolewright.iam.documents import Condition
    from rolewright.iam.operators import Spelled

_CLOCK_KEYS = ("aws:currenttime", "aws:epochtime")


def holds(condition: Condition, context: Mapping[str, tuple[str, ...]], version: str) -> bool:
    """Whether a condition holds in a context, whose keys are in lower case.

    Raises Unresolved where a policy variable in a value has nothing to stand for.
    """
    operator = spelled(condition.operator)
    if operator is None:
        raise AssertionError(condition.operator)
    given = context.get(condition.key.lower())
    if operator.base.family is Family.NULL:
        wanted = "true" if given is None else "false"
        return any(value.lower() == wanted for value in condition.values)
    if given is None:
        if operator.set_prefix is not SetPrefix.NONE:
            return operator.if_exists or operator.set_prefix is SetPrefix.FOR_ALL
        return operator.if_exists or operator.base.negated
    values = tuple(resolve(value, context, version, operator.base) for value in condition.values)
    results = (_value_holds(operator, values, value) for value in given)
    if operator.set_prefix is SetPrefix.FOR_ALL:
        return all(results)
    if operator.set_prefix is SetPrefix.NONE and operator.base.negated:
        return all(results)
    return any(results)


def _value_holds(operator: Spelled, values: tuple[str, ...], given: str) -> bool:
    """Whether one value of the request compares with the values of the document.

    A value that is none of the operator's type compares with nothing, and a negated operator
    doesn't hold for it either.
    """
    compare = COMPARISONS[operator.base.family]
    results = [compare(operator.base, value, marked(value, given)) for value in values]
    if operator.base.negated:
        return all(result is False for result in results)
    return any(result is True for result in results)


@lru_cache(maxsize=8192)
def can_hold(conditions: tuple[Condition, ...]) -> bool:
    """Whether some request can meet all of these conditions; False only where surely none can.

    A date that has passed can't be met again by the clock's own keys.
    """
    by_key: dict[str, list[Condition]] = {}
    for condition in conditions:
        by_key.setdefault(condition.key.lower(), []).append(condition)
    return all(_key_can_hold(key, tuple(found)) for key, found in by_key.items())


def _key_can_hold(key: str, conditions: tuple[Condition, ...]) -> bool:
    if any(has_variables(value) for condition in conditions for value in condition.values):
        return True
    if all(holds(condition, {}, "") for condition in conditions):
        return True
    if any(
        all(holds(condition, {key: (value,)}, "") for condition in conditions)
        for value in _candidates(key, conditions)
    ):
        return True
    # Patterns are not exhausted by candidates: they are ruled out only where two can't overlap.
    return _only_patterns(conditions) and not _apart(conditions)


def _candidates(key: str, conditions: tuple[Condition, ...]) -> Iterator[str]:
    """Yield values on and around every bound that the conditions name."""
    for condition in conditions:
        operator = spelled(condition.operator)
        family = operator.base.family if operator else None
        for value in condition.values:
            if family is Family.NUMERIC and (number := parse_number(value)) is not None:
                yield from (str(number), str(number - 1), str(number + 1))
            elif family is Family.DATE and (date := parse_date(value)) is not None:
                yield from _dates(key, date)
            elif family is Family.IP_ADDRESS and (network := parse_network(value)) is not None:
                yield str(network.network_address)
                yield str(network.broadcast_address)
            else:
                yield value.replace("*", "x").replace("?", "x")
                yield value.replace("*", "")
    yield from ("true", "false", "x", "0.0.0.0", "255.255.255.255")  # noqa: S104  # not a socket


def _dates(key: str, date: datetime) -> Iterator[str]:
    now = datetime.now(UTC)
    for moment in (date - timedelta(seconds=1), date, date + timedelta(seconds=1), now):
        if key not in _CLOCK_KEYS or moment >= now:
            yield moment.isoformat()


def _only_patterns(conditions: tuple[Condition, ...]) -> bool:
    """Whether every condition that needs the key compares it with patterns."""
    operators = [spelled(condition.operator) for condition in conditions]
    return all(operator is not None and operator.base.relation == "like" for operator in operators)


def _apart(conditions: tuple[Condition, ...]) -> bool:
    """Whether two conditions need patterns that no value can meet together."""
    needed = [
        condition.values
        for condition in conditions
        if (operator := spelled(condition.operator)) is not None
        and not operator.base.negated
        and not operator.if_exists
        and operator.set_prefix is SetPrefix.NONE
    ]
    if any(not values for values in needed):
        return True
    refused = [
        value
        for condition in conditions
        if (operator := spelled(condition.operator)) is not None and operator.base.negated
        for value in condition.values
    ]
    if any(matches(value, "*") and value.strip("*") == "" for value in refused):
        return bool(needed)
    return any(
        not any(overlaps(one, other) for one in values for other in others)
        for place, values in enumerate(needed)
        for others in needed[place + 1 :]
    )
