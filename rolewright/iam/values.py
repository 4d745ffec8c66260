"""How one value of a document compares with one of a request, by operator family.

Each comparison gives True or False, or None where a value is not of the family's type.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from rolewright.iam.operators import Family, Operator
from rolewright.iam.patterns import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Ordered = TypeVar("Ordered", Decimal, datetime)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

ARN_PARTS = 6


def _string(operator: Operator, value: str, given: str) -> bool:
    if operator.relation == "like":
        return matches(value, given)
    if operator.ignore_case:
        return value.lower() == given.lower()
    return value == given


def _ordered(operator: Operator, value: Ordered, given: Ordered) -> bool:
    return {
        "=": given == value,
        "<": given < value,
        "<=": given <= value,
        ">": given > value,
        ">=": given >= value,
    }[operator.relation]


def _numeric(operator: Operator, value: str, given: str) -> bool | None:
    bound, number = parse_number(value), parse_number(given)
    return None if bound is None or number is None else _ordered(operator, bound, number)


def _date(operator: Operator, value: str, given: str) -> bool | None:
    bound, date = parse_date(value), parse_date(given)
    return None if bound is None or date is None else _ordered(operator, bound, date)


def _bool(operator: Operator, value: str, given: str) -> bool | None:  # noqa: ARG001  # one shape
    words = ("true", "false")
    if value.lower() not in words or given.lower() not in words:
        return None
    return value.lower() == given.lower()


def _binary(operator: Operator, value: str, given: str) -> bool | None:  # noqa: ARG001  # one shape
    try:
        return base64.b64decode(value, validate=True) == base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return None


def _ip_address(operator: Operator, value: str, given: str) -> bool | None:  # noqa: ARG001  # one shape
    network, asked = parse_network(value), parse_network(given)
    if network is None or asked is None:
        return None
    if network.version != asked.version:
        return False
    return asked.subnet_of(network)  # type: ignore[arg-type]  # one version, checked above


def _arn(operator: Operator, value: str, given: str) -> bool | None:  # noqa: ARG001  # one shape
    """Compare the six parts apart, as AWS documents of every Arn operator."""
    wanted, parts = value.split(":", ARN_PARTS - 1), given.split(":", ARN_PARTS - 1)
    if value == "*":
        return True
    if len(wanted) != ARN_PARTS or len(parts) != ARN_PARTS:
        return None
    return all(matches(one, other) for one, other in zip(wanted, parts, strict=True))


COMPARISONS: Mapping[Family, Callable[[Operator, str, str], bool | None]] = {
    Family.STRING: _string,
    Family.NUMERIC: _numeric,
    Family.DATE: _date,
    Family.BOOL: _bool,
    Family.BINARY: _binary,
    Family.IP_ADDRESS: _ip_address,
    Family.ARN: _arn,
}


@lru_cache(maxsize=4096)
def parse_number(text: str) -> Decimal | None:
    """Return a whole or decimal number, or None."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@lru_cache(maxsize=4096)
def parse_date(text: str) -> datetime | None:
    """Return a moment from an ISO 8601 date or seconds since 1970, in UTC, or None."""
    try:
        if text.lstrip("-").isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@lru_cache(maxsize=4096)
def parse_network(text: str) -> Network | None:
    """Return an address or a CIDR range as a network, or None."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
