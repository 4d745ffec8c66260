"""How a statement's element misses a request, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam import matches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.iam import Condition, Request
    from rolewright.iam.near import ElementResult

_ARN_PARTS = 6
_OPERATORS = {
    "StringEquals": "is",
    "StringEqualsIgnoreCase": "is",
    "ArnEquals": "is",
    "StringLike": "is like",
    "ArnLike": "is like",
    "StringNotEquals": "is not",
    "ArnNotEquals": "is not",
    "StringNotLike": "is not like",
    "ArnNotLike": "is not like",
    "Bool": "is",
    "IpAddress": "is in",
    "NotIpAddress": "is not in",
}
_QUANTIFIERS = {"ForAnyValue": "one of ", "ForAllValues": "each of "}
_NAMED_BY = {"StringNotEquals", "StringNotLike", "ArnNotEquals", "ArnNotLike", "NotIpAddress"}


def condition_words(condition: Condition) -> str:
    """Return a condition as one would say it: `iam:PassedToService is sagemaker.amazonaws.com`."""
    quantifier, _, operator = condition.operator.rpartition(":")
    operator = operator.removesuffix("IfExists")
    values = " or ".join(value or "empty" for value in condition.values)
    if operator == "Null":
        absent = condition.values[0].lower() == "true"
        return f"{condition.key} is {'not given' if absent else 'given'}"
    said = _OPERATORS.get(operator, operator)
    joined = values if operator not in _NAMED_BY else values.replace(" or ", " nor ")
    return f"{_QUANTIFIERS.get(quantifier, '')}{condition.key} {said} {joined}"


def miss_words(result: ElementResult, request: Request) -> str:
    """Return why an element does not match a request, or that it does."""
    if result.matched or result.unresolved is not None:
        return "matches" if result.matched else f"`{result.unresolved}` has no value in the request"
    if result.condition is not None:
        given = request.lowered.get(result.condition.key.lower())
        return f"the request has {', '.join(given)}" if given else "the request does not give it"
    if result.element in ("NotAction", "NotResource", "NotPrincipal"):
        return "is left out by it"
    if result.element == "Action":
        return _is_not(result.values, request.action)
    if result.element == "Principal":
        return _is_not(result.values, request.principal or "anonymous")
    return resource_words(result.values, request.resource)


def _is_not(values: Sequence[str], wanted: str) -> str:
    return f"is not {wanted}" if len(values) == 1 else f"none is {wanted}"


def resource_words(values: Sequence[str], resource: str) -> str:
    """Return why none of a statement's resources is the one that is asked for."""
    if len(values) > 1:
        return "none matches"
    value = values[0]
    if matches(value.lower(), resource.lower()):
        return "differs in upper and lower case"
    mine, its = value.split(":", _ARN_PARTS - 1), resource.split(":", _ARN_PARTS - 1)
    if len(mine) < _ARN_PARTS or len(its) < _ARN_PARTS:
        return "is another resource"
    for place, noun in ((1, "partition"), (2, "service"), (3, "region"), (4, "account")):
        if not matches(mine[place], its[place]):
            return f"is of {noun} {mine[place] or 'none'}, not {its[place] or 'none'}"
    return _name_words(mine[2], mine[5], its[5])


def _name_words(service: str, mine: str, its: str) -> str:
    if service == "s3":
        bucket, _, key = its.partition("/")
        own, _, pattern = mine.partition("/")
        if not matches(own, bucket):
            return "is another bucket"
        if not pattern:
            return "is the bucket, not an object"
        return "does not match the key" if key else "is the objects, not the bucket"
    kind, _, name = its.replace(":", "/").partition("/")
    own_kind, _, own_name = mine.replace(":", "/").partition("/")
    if own_kind != kind:
        return "is another resource"
    if service == "iam" and own_name.rpartition("/")[2] == name.rpartition("/")[2]:
        return "has another path"
    return f"is another {kind}"
