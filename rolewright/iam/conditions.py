"""Conditions: whether they hold for a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from rolewright.iam.operators import Family, SetPrefix, spelled
from rolewright.iam.values import COMPARISONS, string_test
from rolewright.iam.variables import has_escapes, marked, may_resolve, resolve

if TYPE_CHECKING:
    from rolewright.iam.documents import Condition
    from rolewright.iam.operators import Operator, Spelled

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
    escaped = any(map(has_escapes, values))
    if operator.family is Family.STRING and not escaped:
        test = string_test(operator, values)
        return (lambda given: not test(given)) if operator.negated else test
    compare, negated = COMPARISONS[operator.family], operator.negated

    def compared(given: str) -> bool:
        for value in values:
            result = compare(operator, value, marked(value, given) if escaped else given)
            if (result is not False) if negated else result:
                return not negated
        return negated

    return compared
