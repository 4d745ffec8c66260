"""Values of conditions that their operator can't compare.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from typing import TYPE_CHECKING

from rolewright.iam.operators import Family, spelled
from rolewright.iam.values import parse_date, parse_network, parse_number
from rolewright.lint.arns import PARTS, split_arn
from rolewright.lint.finding import quoted
from rolewright.lint.quiet import conditions_are_quiet
from rolewright.lint.rule import error, warning
from rolewright.lint.subject import condition_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rolewright.iam import Condition, Statement
    from rolewright.lint.subject import Subject

_PRIVATE = tuple(
    ipaddress.ip_network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7")
)


def _is_boolean(value: str) -> bool:
    return value.lower() in ("true", "false")


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_arn(value: str) -> bool:
    parts = split_arn(value)
    return value.endswith("*") or (len(parts) == PARTS and parts[0] in ("arn", "*"))


_CHECKS: Mapping[Family, tuple[Callable[[str], bool], str]] = {
    Family.NUMERIC: (lambda value: parse_number(value) is not None, "a number"),
    Family.DATE: (
        lambda value: parse_date(value) is not None,
        "a date such as `2030-01-31T00:00:00Z`",
    ),
    Family.BOOL: (_is_boolean, "`true` or `false`"),
    Family.NULL: (_is_boolean, "`true` or `false`"),
    Family.BINARY: (_is_base64, "text in base64"),
    Family.IP_ADDRESS: (
        lambda value: parse_network(value) is not None,
        "an address or a range such as `203.0.113.0/24`",
    ),
    Family.ARN: (_is_arn, "an ARN"),
}


def is_bad_value(condition: Condition, value: str) -> str | None:
    """Return what a value should be for its operator, or None where it is that."""
    operator = spelled(condition.operator)
    if operator is None or operator.base.family is Family.STRING:
        return None
    check, wanted = _CHECKS[operator.base.family]
    if operator.base.family is Family.ARN and "${" in value:
        return None
    return None if check(value) else wanted


def _bad(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement, condition in _conditions(subject):
        for path, value in subject.condition_values(statement, condition):
            wanted = is_bad_value(condition, value)
            if wanted is not None:
                said = f"{quoted(value)} is not what {quoted(condition.operator)} compares"
                yield path, f"{said}; write {wanted}"


def _both_booleans(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement, condition in _conditions(subject):
        operator = spelled(condition.operator)
        if operator and operator.base.family in (Family.BOOL, Family.NULL):
            values = {value.lower() for value in condition.values}
            if values >= {"true", "false"}:
                yield condition_path(statement, condition), "is both true and false; keep one value"


def _none(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement, condition in _conditions(subject):
        if not condition.values:
            yield condition_path(statement, condition), "has no value to compare with; name one"


def _private_address(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement, condition in _conditions(subject):
        operator = spelled(condition.operator)
        if (
            condition.key.lower() != "aws:sourceip"
            or operator is None
            or operator.base.family is not Family.IP_ADDRESS
        ):
            continue
        for path, value in subject.condition_values(statement, condition):
            network = parse_network(value)
            if network is not None and any(
                network.version == block.version and network.subnet_of(block)  # type: ignore[arg-type]  # one version
                for block in _PRIVATE
            ):
                said = f"{quoted(value)} is private, and `aws:SourceIp` holds public addresses only"
                yield path, f"{said}; use `aws:VpcSourceIp`"


def _conditions(subject: Subject) -> Iterator[tuple[Statement, Condition]]:
    for statement in subject.statements:
        for condition in statement.conditions:
            yield statement, condition


is_quiet = conditions_are_quiet
RULES = (
    error("bad-condition-value", _bad),
    warning("multiple-booleans", _both_booleans),
    warning("empty-condition-values", _none),
    warning("private-source-ip", _private_address),
)
