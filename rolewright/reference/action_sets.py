"""Sets of actions over all services, as the bits of an int.

Each action has its own bit, the same for one snapshot; a union is `|`, a difference `& ~`. Only
the index of names and access levels is read, so that a whole-universe question stays cheap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rolewright.iam.patterns import matches
from rolewright.reference.actions import AccessLevel, find_action
from rolewright.reference.store import read_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rolewright.reference.actions import Action

_WILDCARDS = re.compile(r"[*?]+")
_FEW = 24
"""How many actions are taken out of a set one by one, each in a pass over all of it."""
_FIRST = (
    "iam",
    "sts",
    "s3",
    "s3express",
    "s3-object-lambda",
    "s3-outposts",
    "s3tables",
    "dynamodb",
    "kms",
    "sagemaker",
    "lambda",
    "kinesis",
    "firehose",
    "events",
    "sns",
    "sqs",
    "glue",
    "ecs",
    "ssm",
    "cloudformation",
    "codebuild",
    "apprunner",
    "datapipeline",
    "bedrock-agentcore",
    "ec2-instance-connect",
    "ec2",
)
"""The services that most is asked about, so that sets of their actions are short."""
_LEVELS = {level.value[0]: level for level in AccessLevel}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Index:
    """All action names in one order; bit `i` of a set is name `i`."""

    names: tuple[str, ...]
    lowered: tuple[str, ...]
    services: Mapping[str, tuple[int, int]]
    """Each service's first place and the one after its last."""
    levels: Mapping[AccessLevel, int]


@cache
def _index() -> _Index:
    # Whole texts are joined, lowered and split rather than name by name: 22,000 names in 3 ms.
    texts: list[str] = []
    bounds: dict[str, tuple[int, int]] = {}
    levels = dict.fromkeys(AccessLevel, 0)
    place = 0
    known = read_index()
    for service in dict.fromkeys((*_FIRST, *known)):
        by_level = known[service]
        first = place
        for letter, joined in by_level.items():
            count = joined.count(" ") + 1
            levels[_LEVELS[letter]] |= (1 << count) - 1 << place
            texts.append(f"{service}:{joined.replace(' ', f' {service}:')}")
            place += count
        bounds[service] = (first, place)
    text = " ".join(texts)
    return _Index(
        names=tuple(text.split(" ")),
        lowered=tuple(text.lower().split(" ")),
        services=bounds,
        levels=levels,
    )


@cache
def services() -> tuple[str, ...]:
    """Return every service's prefix in actions, such as `s3`: those most asked about come first."""
    return tuple(_index().services)


@lru_cache(maxsize=65536)
def action_set(pattern: str) -> int:
    """Return the documented actions that an action pattern matches, as a bit set.

    `s3:Get*`, `*`, `*:*` and so on; without case. 0 where AWS documents no such action, which may
    still be one that AWS has: a caller that allows nothing unknown asks `known` as well.
    """
    pattern = pattern.lower()
    index = _index()
    if not _is_pattern(pattern):
        place = _places().get(pattern)
        return 0 if place is None else 1 << place
    prefix, colon, rest = pattern.partition(":")
    first, end, wanted = 0, len(index.names), pattern
    if colon and not _WILDCARDS.search(prefix):
        (first, end), wanted = index.services.get(prefix, (0, 0)), rest
    if wanted and not wanted.strip("*"):
        return (1 << end) - (1 << first)
    bits = bytearray(len(index.names) // 8 + 1)
    for place in _matching(pattern, first, end):
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def _is_pattern(action: str) -> bool:
    return "*" in action or "?" in action


@lru_cache(maxsize=8192)
def actions_matching(patterns: tuple[str, ...]) -> int:
    """Return the documented actions that some of the patterns match, as one bit set.

    Whole names, most of what policies hold, are put into one set together: a union of sets, one by
    one, would copy all of it each time.
    """
    places = _places()
    bits = bytearray(len(places) // 8 + 1)
    matched = 0
    for pattern in patterns:
        place = places.get(pattern.lower())
        if place is None:
            matched |= action_set(pattern)
        else:
            bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little") | matched


@cache
def _places() -> Mapping[str, int]:
    """Return the bit of each name in lower case."""
    return {name: place for place, name in enumerate(_index().lowered)}


def _matching(pattern: str, first: int, end: int) -> Iterator[int]:
    lowered = _index().lowered
    prefix = pattern.rstrip("*")
    if not _WILDCARDS.search(prefix):
        yield from (place for place in range(first, end) if lowered[place].startswith(prefix))
        return
    # A name without the pattern's longest literal can't match; that spares most of the matching.
    literal = max(_WILDCARDS.split(pattern), key=len)
    for place in range(first, end):
        name = lowered[place]
        if literal in name and matches(pattern, name):
            yield place


def known(action: str) -> bool:
    """Whether AWS documents the action, or some action that the pattern matches."""
    return action.lower() in _places() or (_is_pattern(action) and action_set(action) != 0)


def undocumented(actions: Iterable[str]) -> list[str]:
    """Return those that are no action's name as AWS documents them: patterns, and mistakes."""
    places = _places()
    return [one for one in actions if one.lower() not in places or not one.isascii()]


def access_level_set(level: AccessLevel) -> int:
    """Return all actions of an access level, as a bit set."""
    return _index().levels[level]


def names_in(actions: int, limit: int | None = None) -> tuple[str, ...]:
    """Return the names of the actions in a bit set, such as `s3:GetObject`, in a fixed order.

    The order is by service as in `services`, then by access level, then by name. Raises ValueError
    for a negative set, which `~` gives on its own.
    """
    if actions < 0:
        raise ValueError('a set of actions is negative; subtract it from `action_set("*")`')
    if (actions.bit_count() if limit is None else limit) < _FEW:
        return _few_names(actions, limit)
    index = _index()
    names: list[str] = []
    signs = f"{actions:b}"[::-1]
    place = signs.find("1")
    while place >= 0 and (limit is None or len(names) < limit):
        names.append(index.names[place])
        place = signs.find("1", place + 1)
    return tuple(names)


@lru_cache(maxsize=4096)
def _few_names(actions: int, limit: int | None) -> tuple[str, ...]:
    index = _index()
    names: list[str] = []
    while actions and (limit is None or len(names) < limit):
        lowest = actions & -actions
        names.append(index.names[lowest.bit_length() - 1])
        actions ^= lowest
    return tuple(names)


def expand(pattern: str) -> tuple[Action, ...]:
    """Return all actions that an action pattern matches, with their details."""
    if not _is_pattern(pattern):
        action = find_action(pattern)
        return () if action is None else (action,)
    found = (find_action(name) for name in names_in(action_set(pattern)))
    return tuple(action for action in found if action is not None)
