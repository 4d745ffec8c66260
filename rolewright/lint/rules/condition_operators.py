"""Operators that don't fit the type of their key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rolewright.iam import Effect
from rolewright.iam.operators import Family, SetPrefix, Spelled, spelled
from rolewright.lint.finding import quoted
from rolewright.lint.quiet import conditions_are_quiet
from rolewright.lint.rule import warning
from rolewright.lint.subject import condition_path
from rolewright.reference import condition_key_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Condition, Statement
    from rolewright.lint.subject import Subject

_ARRAY = "ArrayOf"
_FAMILIES = {
    # Keys that hold ARNs are listed as String here and there, and String operators compare ARNs.
    "String": (Family.STRING, Family.ARN, Family.BINARY),
    "ARN": (Family.ARN, Family.STRING),
    "Numeric": (Family.NUMERIC,),
    "Bool": (Family.BOOL,),
    "IPAddress": (Family.IP_ADDRESS,),
    # Seconds since 1970 are numbers as well.
    "Date": (Family.DATE, Family.NUMERIC),
}
_OPERATORS = {
    "String": "StringEquals",
    "ARN": "ArnLike",
    "Numeric": "NumericEquals",
    "Bool": "Bool",
    "IPAddress": "IpAddress",
    "Date": "DateLessThan",
}


class _Compared(NamedTuple):
    """A condition with what is known of its operator and key."""

    statement: Statement
    condition: Condition
    operator: Spelled
    kind: str
    """The key's type, without `ArrayOf`."""
    several: bool
    """Whether a request can have several values for the key."""

    @property
    def path(self) -> str:
        return condition_path(self.statement, self.condition)


def _compared(subject: Subject) -> Iterator[_Compared]:
    for statement in subject.statements:
        for condition in statement.conditions:
            operator = spelled(condition.operator)
            kind = condition_key_type(condition.key)
            if operator and kind and operator.base.family is not Family.NULL:
                several = kind.startswith(_ARRAY)
                yield _Compared(statement, condition, operator, kind.removeprefix(_ARRAY), several)


def _wrong_type(subject: Subject) -> Iterator[tuple[str, str]]:
    for one in _compared(subject):
        if one.operator.base.family not in _FAMILIES.get(one.kind, tuple(Family)):
            said = f"{quoted(one.condition.operator)} doesn't compare {quoted(one.condition.key)}"
            yield one.path, f"{said}, which is of type {one.kind}; use `{_OPERATORS[one.kind]}`"


def _set_on_single(subject: Subject) -> Iterator[tuple[str, str]]:
    for one in _compared(subject):
        # A provider's claims may have several values, whatever the table says.
        if one.several or one.operator.set_prefix is SetPrefix.NONE:
            continue
        if "." in one.condition.key.partition(":")[0]:
            continue
        prefix = one.operator.set_prefix.value
        said = f"{quoted(one.condition.key)} has one value, so drop `{prefix}:`"
        if (
            one.operator.set_prefix is SetPrefix.FOR_ALL
            and one.statement.effect is Effect.ALLOW
            and not _needs_key(one.statement, one.condition.key)
        ):
            said += "; with it the statement also allows every request without the key"
        yield one.path, said


def _needs_key(statement: Statement, key: str) -> bool:
    """Whether a `Null` condition asks for the key to be there."""
    return any(
        condition.operator.lower() == "null"
        and condition.key.lower() == key.lower()
        and tuple(value.lower() for value in condition.values) == ("false",)
        for condition in statement.conditions
    )


def _single_on_set(subject: Subject) -> Iterator[tuple[str, str]]:
    for one in _compared(subject):
        if one.several and one.operator.set_prefix is SetPrefix.NONE:
            said = f"{quoted(one.condition.key)} can have several values; say which must match"
            name = one.condition.operator
            yield one.path, f"{said}: `ForAnyValue:{name}` or `ForAllValues:{name}`"


def _plain_wildcard(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        for condition in statement.conditions:
            operator = spelled(condition.operator)
            if (
                operator is None
                or operator.base.family is not Family.STRING
                or operator.base.relation == "like"
            ):
                continue
            for path, value in subject.condition_values(statement, condition):
                if "*" in value.replace("${*}", ""):
                    like = "StringNotLike" if operator.base.negated else "StringLike"
                    said = f"{quoted(condition.operator)} takes the `*` of {quoted(value)} as it is"
                    yield path, f"{said}; use `{like}` where it stands for anything"


is_quiet = conditions_are_quiet
RULES = (
    warning("operator-type-mismatch", _wrong_type),
    warning("set-operator-on-single-value", _set_on_single),
    warning("missing-set-operator", _single_on_set),
    warning("wildcard-without-like", _plain_wildcard),
)
