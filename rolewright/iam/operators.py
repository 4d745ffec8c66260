"""The condition operators, as a table.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Family(Enum):
    """The type of value that an operator compares."""

    STRING = "string"
    NUMERIC = "numeric"
    DATE = "date"
    BOOL = "bool"
    BINARY = "binary"
    IP_ADDRESS = "ip address"
    ARN = "arn"
    NULL = "null"


@dataclass(frozen=True, kw_only=True, slots=True)
class Operator:
    """A base operator: what it compares and how.

    `relation` is one of `=`, `<`, `<=`, `>`, `>=`, `like`; a `negated` operator holds where no
    value compares, and where the key is missing.
    """

    name: str
    family: Family
    relation: str = "="
    negated: bool = False
    ignore_case: bool = False


class SetPrefix(Enum):
    """How an operator treats a key with several values in the request."""

    NONE = ""
    FOR_ANY = "ForAnyValue"
    FOR_ALL = "ForAllValues"


@dataclass(frozen=True, kw_only=True, slots=True)
class Spelled:
    """An operator as a document spells it: `ForAnyValue:StringLikeIfExists` taken apart."""

    base: Operator
    set_prefix: SetPrefix
    if_exists: bool


def _both(family: Family, name: str, negation: str, **how: bool | str) -> tuple[Operator, ...]:
    relation = str(how.get("relation", "="))
    ignore_case = bool(how.get("ignore_case"))
    return (
        Operator(name=name, family=family, relation=relation, ignore_case=ignore_case),
        Operator(
            name=negation, family=family, relation=relation, ignore_case=ignore_case, negated=True
        ),
    )


def _ordered(family: Family, stem: str) -> tuple[Operator, ...]:
    return (
        *_both(family, f"{stem}Equals", f"{stem}NotEquals"),
        Operator(name=f"{stem}LessThan", family=family, relation="<"),
        Operator(name=f"{stem}LessThanEquals", family=family, relation="<="),
        Operator(name=f"{stem}GreaterThan", family=family, relation=">"),
        Operator(name=f"{stem}GreaterThanEquals", family=family, relation=">="),
    )


OPERATORS = {
    operator.name.lower(): operator
    for operator in (
        *_both(Family.STRING, "StringEquals", "StringNotEquals"),
        *_both(
            Family.STRING,
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            ignore_case=True,
        ),
        *_both(Family.STRING, "StringLike", "StringNotLike", relation="like"),
        *_ordered(Family.NUMERIC, "Numeric"),
        *_ordered(Family.DATE, "Date"),
        Operator(name="Bool", family=Family.BOOL),
        Operator(name="BinaryEquals", family=Family.BINARY),
        *_both(Family.IP_ADDRESS, "IpAddress", "NotIpAddress"),
        # AWS: ArnEquals and ArnLike behave the same.
        *_both(Family.ARN, "ArnEquals", "ArnNotEquals", relation="like"),
        *_both(Family.ARN, "ArnLike", "ArnNotLike", relation="like"),
        Operator(name="Null", family=Family.NULL),
    )
}

_IF_EXISTS = "ifexists"
_SET_PREFIXES = {prefix.value.lower(): prefix for prefix in SetPrefix}


@lru_cache(maxsize=1024)
def spelled(operator: str) -> Spelled | None:
    """Return what an operator's spelling means, or None where it is no operator."""
    if not operator.isascii():
        return None  # some signs are ASCII letters in lower case
    prefix, colon, text = operator.lower().rpartition(":")
    set_prefix = _SET_PREFIXES.get(prefix)
    if set_prefix is None or bool(colon) is (set_prefix is SetPrefix.NONE):
        return None
    if_exists = text.endswith(_IF_EXISTS)
    base = OPERATORS.get(text.removesuffix(_IF_EXISTS))
    # AWS has IfExists for every operator but Null, which is about existence itself.
    if base is None or (if_exists and base.family is Family.NULL):
        return None
    return Spelled(base=base, set_prefix=set_prefix, if_exists=if_exists)


def is_operator(operator: object) -> bool:
    """Whether this is the name of a condition operator, with or without its modifiers."""
    return isinstance(operator, str) and spelled(operator) is not None
