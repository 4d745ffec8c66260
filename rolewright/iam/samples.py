"""A value of each kind that conditions tell apart: on, between and beyond their bounds."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import TYPE_CHECKING

from rolewright.iam.operators import Family, spelled
from rolewright.iam.values import parse_date, parse_network, parse_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rolewright.iam.documents import Condition
    from rolewright.iam.values import Network

_READABLE_ADDRESSES = ("203.0.113.1", "2001:db8::1")
_A_DAY = timedelta(days=1)
_CLOCK_START = datetime(2030, 1, 1, tzinfo=UTC)
_DIGITS = 28


def samples(
    conditions: Iterable[Condition], types: frozenset[Family], since: datetime | None
) -> Iterator[str]:
    """Yield values for a key of these types, one at least of each kind that is told apart.

    `since` is the earliest moment that a clock may show, None for any other key.
    """
    conditions = tuple(conditions)
    values = [value for condition in conditions for value in condition.values]
    # What is past is left out, so that the present is a bound like the others.
    now = [] if since is None else [str(int(since.timestamp()) + 1)]
    seen: set[str] = set()
    for family in (Family.BOOL, Family.NUMERIC, Family.DATE, Family.IP_ADDRESS, Family.BINARY):
        if family not in types:
            continue
        of_family = [
            value
            for condition in conditions
            if (operator := spelled(condition.operator)) and operator.base.family is family
            for value in condition.values
        ]
        for value in (*_SAMPLES[family]([*of_family, *now]), *values):
            if value not in seen and _is_of(family, value) and not _is_past(value, since):
                seen.add(value)
                yield value


def _is_of(family: Family, value: str) -> bool:
    if family is Family.BOOL:
        return value in ("true", "false")
    if family is Family.BINARY:
        return _decoded(value) is not None
    if family is Family.IP_ADDRESS:
        network = parse_network(value)
        return network is not None and network.num_addresses == 1
    return (parse_number(value) if family is Family.NUMERIC else parse_date(value)) is not None


def _is_past(value: str, since: datetime | None) -> bool:
    if since is None:
        return False
    number = parse_number(value)
    if number is not None:
        return number < Decimal(since.timestamp())
    moment = parse_date(value)
    return moment is not None and moment < since


def _bools(values: list[str]) -> Iterator[str]:
    del values
    yield from ("true", "false")


def _numbers(values: list[str]) -> Iterator[str]:
    bounds = sorted({number for value in values if (number := parse_number(value)) is not None})
    if not bounds:
        yield "1"
        return
    with localcontext() as exact:
        exact.prec = _DIGITS + 2 * max(len(value) for value in values)
        for number in bounds:
            yield format(number, "f")
        # Two of each kind, for keys with several values.
        for distance in (1, 2):
            yield format(bounds[0] - distance, "f")
            yield format(bounds[-1] + distance, "f")
        for lower, upper in pairwise(bounds):
            whole = (lower + 1).to_integral_value("ROUND_FLOOR")
            yield format(whole if whole < upper else (lower + upper) / 2, "f")
            yield format((lower + 3 * upper) / 4, "f")


def _dates(values: list[str]) -> Iterator[str]:
    bounds = sorted({date for value in values if (date := parse_date(value)) is not None})
    moments = [*bounds, *(lower + (upper - lower) / 2 for lower, upper in pairwise(bounds))]
    moments.extend(_beside(bounds[0], -_A_DAY) if bounds else (_CLOCK_START,))
    moments.extend(_beside(bounds[-1], _A_DAY) if bounds else ())
    for moment in moments:
        yield moment.isoformat().replace("+00:00", "Z")
    for moment in moments:
        yield str(int(moment.timestamp()))


def _beside(moment: datetime, distance: timedelta) -> Iterator[datetime]:
    try:
        yield moment + distance
    except OverflowError:
        is_late = distance > timedelta()
        yield datetime.max.replace(tzinfo=UTC) if is_late else datetime.min.replace(tzinfo=UTC)


def _addresses(values: list[str]) -> Iterator[str]:
    networks = [network for value in values if (network := parse_network(value)) is not None]
    for network in networks:
        inside = network.network_address
        yield str(inside + 1) if network.num_addresses > 1 else str(inside)
    yield from _READABLE_ADDRESSES
    # Every range begins at one of these.
    yield "0.0.0.0"  # noqa: S104  # not a socket
    yield "::"
    for network in networks:
        yield str(network.network_address)
        yield from _after(network)


def _after(network: Network) -> Iterator[str]:
    try:
        yield str(network.broadcast_address + 1)
    except ipaddress.AddressValueError:
        return


def _binaries(values: list[str]) -> Iterator[str]:
    yield from values
    longest = max((len(found) for value in values if (found := _decoded(value))), default=0)
    yield base64.b64encode(b"a" * (longest + 1)).decode()


def _decoded(value: str) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None


_SAMPLES: Mapping[Family, Callable[[list[str]], Iterator[str]]] = {
    Family.BOOL: _bools,
    Family.NUMERIC: _numbers,
    Family.DATE: _dates,
    Family.IP_ADDRESS: _addresses,
    Family.BINARY: _binaries,
}
