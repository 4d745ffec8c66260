"""How one value of a document compares with one of a request, by operator family.

Each comparison gives True or False, or None where a value is not of the family's type.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import operator as compared
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from rolewright.iam.operators import Family, Operator
from rolewright.iam.patterns import matcher, matches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Ordered = TypeVar("Ordered", Decimal, datetime)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

ARN_PARTS = 6

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_EPOCH = re.compile(r"-?\d+", re.ASCII)
_DATE = re.compile(
    r"""
    (?P<year>\d{4}) (?: -(?P<month>\d\d) (?: -(?P<day>\d\d)
    (?P<time> T \d\d:\d\d (?: :\d\d (?:\.\d+)? )? (?: Z | [+-]\d\d:\d\d )? )?
    )? )?
    """,
    re.ASCII | re.VERBOSE,
)
_NETWORK = re.compile(r"[0-9A-Fa-f:.]+(?:/\d{1,3})?", re.ASCII)
_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": compared.eq,
    "<": compared.lt,
    "<=": compared.le,
    ">": compared.gt,
    ">=": compared.ge,
}


def _string(operator: Operator, value: str, given: str) -> bool:
    return string_test(operator, (value,))(given)


def string_test(operator: Operator, values: tuple[str, ...]) -> Callable[[str], bool]:
    """Return whether a string compares with any of the values, negation left aside."""
    if operator.relation == "like":
        tests = tuple(map(matcher, values))
        return tests[0] if len(tests) == 1 else lambda given: any(test(given) for test in tests)
    if operator.ignore_case:
        lowered = frozenset(value.lower() for value in values)
        return lambda given: given.lower() in lowered
    return frozenset(values).__contains__


def _ordered(operator: Operator, value: Ordered, given: Ordered) -> bool:
    return _RELATIONS[operator.relation](given, value)


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
    beyond = network.max_prefixlen - network.prefixlen
    return (
        asked.prefixlen >= network.prefixlen
        and int(asked.network_address) >> beyond == int(network.network_address) >> beyond
    )


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
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=4096)
def parse_date(text: str) -> datetime | None:
    """Return a moment from an ISO 8601 date or seconds since 1970, in UTC, or None.

    The date is in W3C's profile, from a year alone to fractions of a second; four digits are a
    year. A time without a zone is in UTC.
    https://www.w3.org/TR/NOTE-datetime
    """
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            return datetime.fromtimestamp(int(text), UTC) if _EPOCH.fullmatch(text) else None
        day = f"{found['year']}-{found['month'] or '01'}-{found['day'] or '01'}"
        moment = datetime.fromisoformat(day + (found["time"] or ""))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


@lru_cache(maxsize=4096)
def parse_network(text: str) -> Network | None:
    """Return an address or a CIDR range as a network, or None."""
    if not _NETWORK.fullmatch(text):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
