"""Conditions: whether they hold for a request, and whether they can hold for any.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from rolewright.iam.operators import Family, SetPrefix, spelled
from rolewright.iam.patterns import matches, overlaps
from rolewright.iam.values import (
    COMPARISONS,
    parse_date,
    parse_network,
    parse_number,
    string_test,
)
from rolewright.iam.variables import has_escapes, has_variables, marked, may_resolve, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam.documents import Condition
    from rolewright.iam.operators import Operator, Spelled

_CLOCK_KEYS = ("aws:currenttime", "aws:epochtime")


Test = Callable[[Mapping[str, tuple[str, ...]]], bool]
"""Whether a condition holds in a context, whose keys are in lower case. Raises Unresolved."""


def holds(condition: Condition, context: Mapping[str, tuple[str, ...]], version: str) -> bool:
    """Whether a condition holds in a context, whose keys are in lower case.

    Raises Unresolved where a policy variable in a value has nothing to stand for.
    """
    return condition_test(condition, version)(context)


@lru_cache(maxsize=8192)
def condition_test(condition: Condition, version: str) -> Test:
    """Return the test of a condition in a document of a version, worked out once."""
    operator = spelled(condition.operator)
    if operator is None:
        raise AssertionError(condition.operator)
    key = condition.key.lower()
    if operator.base.family is Family.NULL:
        return partial(_null, key, frozenset(value.lower() for value in condition.values))
    missing = _where_missing(operator)
    whole = _OVER[operator.set_prefix, operator.base.negated]
    if not any(may_resolve(value, version, operator.base) for value in condition.values):
        one = value_test(operator.base, condition.values)
        return partial(_tested, key, missing, whole, one)

    def with_variables(context: Mapping[str, tuple[str, ...]]) -> bool:
        values = tuple(
            resolve(value, context, version, operator.base) for value in condition.values
        )
        return _tested(key, missing, whole, value_test(operator.base, values), context)

    return with_variables


def _null(key: str, wanted: frozenset[str], context: Mapping[str, tuple[str, ...]]) -> bool:
    return ("false" if context.get(key) else "true") in wanted


def _where_missing(operator: Spelled) -> bool:
    """Whether a condition holds where the request has no such key, or no value of it."""
    if operator.set_prefix is SetPrefix.NONE:
        return operator.if_exists or operator.base.negated
    return operator.if_exists or operator.set_prefix is SetPrefix.FOR_ALL


def _tested(
    key: str,
    missing: bool,  # noqa: FBT001  # bound once, by place
    whole: Callable[[Callable[[str], bool], tuple[str, ...]], bool],
    one: Callable[[str], bool],
    context: Mapping[str, tuple[str, ...]],
) -> bool:
    given = context.get(key)
    return whole(one, given) if given else missing


def _any_of(one: Callable[[str], bool], given: tuple[str, ...]) -> bool:
    return any(map(one, given))


def _all_of(one: Callable[[str], bool], given: tuple[str, ...]) -> bool:
    return all(map(one, given))


def _all_of_set(one: Callable[[str], bool], given: tuple[str, ...]) -> bool:
    """Test each value; an empty string is AWS's example of a set with nothing in it."""
    return given == ("",) or all(map(one, given))


def _single(one: Callable[[str], bool], given: tuple[str, ...]) -> bool:
    """Test the value; of several, which take a set operator, none is the one that is meant."""
    return len(given) == 1 and one(given[0])


_OVER: Mapping[tuple[SetPrefix, bool], Callable[[Callable[[str], bool], tuple[str, ...]], bool]] = {
    (SetPrefix.NONE, False): _single,
    (SetPrefix.NONE, True): _all_of,
    (SetPrefix.FOR_ANY, False): _any_of,
    (SetPrefix.FOR_ANY, True): _any_of,
    (SetPrefix.FOR_ALL, False): _all_of_set,
    (SetPrefix.FOR_ALL, True): _all_of_set,
}
"""How the values of a request are taken together, by set operator and by negation."""


def value_test(operator: Operator, values: tuple[str, ...]) -> Callable[[str], bool]:
    """Return whether one value of a request compares with the values of the document.

    A value that is none of the operator's type compares with nothing, and a negated operator
    doesn't hold for it either.
    """
    if operator.family is Family.STRING and not any(map(has_escapes, values)):
        test = string_test(operator, values)
        return (lambda given: not test(given)) if operator.negated else test
    compare = COMPARISONS[operator.family]

    def compared(given: str) -> bool:
        results = (compare(operator, value, marked(value, given)) for value in values)
        if operator.negated:
            return all(result is False for result in results)
        return any(result is True for result in results)

    return compared


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
