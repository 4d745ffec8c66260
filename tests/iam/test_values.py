"""How values compare, operator by operator, and laws that hold for any value."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.iam.operators import OPERATORS, Family, Operator, SetPrefix, spelled
from rolewright.iam.values import (
    COMPARISONS,
    parse_date,
    parse_network,
    parse_number,
    string_test,
)

if TYPE_CHECKING:
    import ipaddress
    from decimal import Decimal

CASES = json.loads(
    (Path(__file__).parent.parent / "cases" / "iam" / "values.json").read_text(encoding="utf-8")
)
ORDERED = ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6)
dates = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001  # the zone is drawn beside it
    max_value=datetime(9998, 12, 31),  # noqa: DTZ001  # as above
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)
addresses = st.ip_addresses()


def _compare(name: str, value: str, given_value: str) -> bool | None:
    operator = OPERATORS[name.lower()]
    return COMPARISONS[operator.family](operator, value, given_value)


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{c['operator']} {c['value'][:30]} {c['given'][:30]}" for c in CASES]
)
def test_values_compare_as_aws_documents(case: dict[str, Any]) -> None:
    assert _compare(case["operator"], case["value"], case["given"]) is case["compares"], case["why"]


@given(numbers, numbers)
def test_numbers_are_ordered_as_numbers(one: Decimal, other: Decimal) -> None:
    """Each operator says what Python says of the two numbers."""
    found = tuple(_compare(f"Numeric{how}", f"{one:f}", f"{other:f}") for how in ORDERED)
    assert found == (other == one, other < one, other <= one, other > one, other >= one)


@given(dates, dates)
def test_dates_are_ordered_as_moments(one: datetime, other: datetime) -> None:
    """Each operator says what Python says of the two moments, whatever their zones."""
    texts = one.isoformat(), other.isoformat()
    found = tuple(_compare(f"Date{how}", *texts) for how in ORDERED)
    assert found == (other == one, other < one, other <= one, other > one, other >= one)


@given(dates)
def test_a_date_is_a_moment_in_utc(date: datetime) -> None:
    found = parse_date(date.isoformat())
    assert found == date
    assert found is not None
    assert found.tzinfo is UTC
    seconds = int(date.replace(microsecond=0).timestamp())
    # Four digits are a year.
    assert seconds in range(10_000) or parse_date(str(seconds)) == date.replace(microsecond=0)


@given(addresses, st.integers(0, 128), addresses)
def test_a_network_holds_its_addresses(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
    length: int,
    other: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    """A range holds its own first and last address, and another if its leading bits are the same."""
    length = min(length, address.max_prefixlen)
    network = parse_network(f"{address}/{length}")
    assert network is not None
    written = f"{address}/{length}"
    assert _compare("IpAddress", written, str(network[0])) is True
    assert _compare("IpAddress", written, str(network[-1])) is True
    same = address.version == other.version and not (
        (int(address) ^ int(other)) >> (address.max_prefixlen - length)
    )
    assert _compare("IpAddress", written, str(other)) is same


@given(st.binary(), st.binary())
def test_bytes_are_equal_as_bytes(one: bytes, other: bytes) -> None:
    texts = base64.b64encode(one).decode(), base64.b64encode(other).decode()
    assert _compare("BinaryEquals", *texts) is (one == other)


@given(st.sampled_from(list(OPERATORS.values())), st.text(), st.text())
def test_any_two_texts_compare_or_are_of_another_type(
    operator: Operator, value: str, given_value: str
) -> None:
    if operator.family is not Family.NULL:
        found = COMPARISONS[operator.family](operator, value, given_value)
        assert found in (True, False, None)


@given(st.text(), st.text())
def test_whatever_is_given_is_parsed_or_not(text: str, digits: str) -> None:
    for parse in (parse_number, parse_date, parse_network):
        parse(text)
        parse(f"2020-01-01T{digits}")


@pytest.mark.parametrize(
    ("name", "values", "fits", "fails"),
    [
        ("StringLike", ("a*", "b?"), ("a", "ab", "bc"), ("b", "c", "")),
        ("StringLike", (), (), ("", "a")),
        ("StringEquals", ("a", "b"), ("a", "b"), ("A", "c", "")),
        ("StringEqualsIgnoreCase", ("a", "B"), ("A", "b"), ("c", "")),
    ],
)
def test_a_string_compares_with_any_of_several(
    name: str, values: tuple[str, ...], fits: tuple[str, ...], fails: tuple[str, ...]
) -> None:
    test = string_test(OPERATORS[name.lower()], values)
    assert all(map(test, fits))
    assert not any(map(test, fails))


@pytest.mark.parametrize(
    ("name", "base", "prefix", "if_exists"),
    [
        ("StringLike", "StringLike", SetPrefix.NONE, False),
        ("stringlike", "StringLike", SetPrefix.NONE, False),
        ("BoolIfExists", "Bool", SetPrefix.NONE, True),
        ("ForAnyValue:ArnLikeIfExists", "ArnLike", SetPrefix.FOR_ANY, True),
        ("FORALLVALUES:Null", "Null", SetPrefix.FOR_ALL, False),
    ],
)
def test_an_operator_is_taken_apart(
    name: str,
    base: str,
    prefix: SetPrefix,
    if_exists: bool,  # noqa: FBT001  # a column of the table
) -> None:
    found = spelled(name)
    assert found is not None
    assert (found.base.name, found.set_prefix, found.if_exists) == (base, prefix, if_exists)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ":",
        "IfExists",
        "ForAnyValue:",
        "ForAnyValue",
        ":StringLike",
        "ForEachValue:StringLike",
        "ForAnyValue:ForAnyValue:StringLike",
        "ForAnyValue:ForAllValues:StringLike",
        "NullIfExists",
        "BoolIfExistsIfExists",
        "StringMatches",
        "NotBool",
        " Bool",
        "StringLi\u212ae",
    ],
)
def test_nothing_else_is_an_operator(name: str) -> None:
    assert spelled(name) is None
