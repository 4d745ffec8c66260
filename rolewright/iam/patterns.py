"""The one matcher of `*` and `?`, and questions about whole patterns, answered exactly.

`*` is any run of characters, `?` any one character; everything else, brackets and backslashes
included, is itself.

In a resource's ARN a wildcard keeps to its segment: `resource_pattern` writes those with signs of
their own, `ANY_IN_SEGMENT` and `ONE_IN_SEGMENT`, which all functions here understand.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from rolewright.iam.automata import ANY_IN_SEGMENT, ONE_IN_SEGMENT, side_by_side, units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

MOST_STATES = 20_000
"""How many states a question about patterns may look at before it is given up."""

RESERVED = re.compile("[\ue0f0-\ue0ff]")
"""What no document may hold, since it has a meaning of ours."""

_SEGMENT_WILDCARDS = re.compile(f"[{ANY_IN_SEGMENT}{ONE_IN_SEGMENT}]")
_WILDCARD = re.compile(f"[*?{ANY_IN_SEGMENT}{ONE_IN_SEGMENT}]")
_ANY_WILDCARD = re.compile(r"[*?]")
_LAST_SEGMENT = 5
_SERVICE_SEGMENT = 2
_READABLE = "abcdefghijklmnopqrstuvwxyz0123456789"
_BEHIND_RESERVED = 0xE100


class Undecided(ValueError):  # noqa: N818  # it is an answer: the question was too big
    """A question about patterns would take too long; treat it as the more dangerous answer."""


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether the text is one that the pattern stands for. Linear in the text for each run."""
    if ignore_case:
        pattern, text = pattern.lower(), text.lower()
    return matcher(pattern)(text)


@lru_cache(maxsize=8192)
def matcher(pattern: str) -> Callable[[str], bool]:
    """Return the test of a pattern, the quickest that tells: it is worked out once."""
    if _SEGMENT_WILDCARDS.search(pattern) or ("*" in pattern and "?" in pattern):
        return side_by_side((pattern,)).accepts
    if "*" not in pattern:
        return partial(_one_run, pattern) if "?" in pattern else pattern.__eq__
    if pattern.strip("*") == "":
        return _everything
    if pattern.find("*") == len(pattern) - 1:
        return partial(_begins, pattern[:-1])
    return partial(_matches_runs, tuple(pattern.split("*")))


@lru_cache(maxsize=8192)
def resource_pattern(resource: str) -> str | None:
    """Return a Resource's value as a pattern, or None where it can stand for nothing.

    A wildcard keeps to its segment of the ARN, but for a `*` at a segment's end, which may run on
    beyond the colons. The service can't be a pattern. What is no ARN is a pattern as it stands.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    if not resource.startswith("arn:") or not _ANY_WILDCARD.search(resource):
        return resource
    segments = resource.split(":", _LAST_SEGMENT)
    if len(segments) > _SERVICE_SEGMENT and _ANY_WILDCARD.search(segments[_SERVICE_SEGMENT]):
        return None
    # The sixth holds the rest, colons and all: to AWS they are part of the resource's own name.
    return ":".join((*map(_within_segment, segments[:_LAST_SEGMENT]), *segments[_LAST_SEGMENT:]))


def _within_segment(segment: str) -> str:
    bare = segment.rstrip("*")
    runs_on = "*" if len(bare) < len(segment) else ""
    return bare.replace("*", ANY_IN_SEGMENT).replace("?", ONE_IN_SEGMENT) + runs_on


def contains(outer: str, inner: str) -> bool:
    """Whether every text of the pattern `inner` is one of `outer`. Raises Undecided."""
    if outer == inner:
        return True
    if not _WILDCARD.search(inner):
        return matcher(outer)(inner)
    first = _WILDCARD.search(outer)
    # What stands before a wildcard of `inner` may go on in any way, so `outer` can't ask for more.
    if first is None or not inner.startswith(outer[: first.start()]):
        return False
    if outer[first.start() :] == "*":
        return True
    return _counterexample((outer,), inner) is None


def covers(outers: Iterable[str], inner: str) -> bool:
    """Whether every text of `inner` is one of some pattern in `outers`. Raises Undecided."""
    return _counterexample(tuple(outers), inner) is None


def difference(pattern: str, other: str) -> str | None:
    """Return a text of `pattern` that `other` does not match, or None. Raises Undecided."""
    return _counterexample((other,), pattern)


@lru_cache(maxsize=8192)
def overlaps(one: str, other: str) -> bool:
    """Whether some text is one of both patterns."""
    if not _WILDCARD.search(one):
        return matcher(other)(one)
    if not _WILDCARD.search(other):
        return matcher(one)(other)
    if "*" in one and "*" in other and one.isascii() and other.isascii():
        # What stands between stars never stands in the way: a star of the other takes it up.
        return _agree(_before_star(one), _before_star(other)) and _agree(
            _before_star(one[::-1]), _before_star(other[::-1])
        )
    automaton = side_by_side((one,))
    states = automaton.start
    for unit in units(other):
        if unit == "*":
            # Any text may follow: every position from the lowest on can be reached.
            lowest = states & -states
            states = automaton.every & ~(lowest - 1)
        elif unit == ANY_IN_SEGMENT:
            states = automaton.reach_in_segment(states)
        elif unit in ("?", ONE_IN_SEGMENT):
            states = automaton.step_any(states, colon=unit == "?")
        else:
            states = automaton.step(states, unit)
        if not states:
            return False
    return bool(states & automaton.accept)


def _before_star(pattern: str) -> str:
    return pattern[: pattern.index("*")]


def _agree(one: str, other: str) -> bool:
    """Whether two beginnings without stars may be of one text."""
    return all(sign == char or "?" in (sign, char) for sign, char in zip(one, other, strict=False))


def _everything(text: str) -> bool:
    del text
    return True


def _begins(prefix: str, text: str) -> bool:
    return text.startswith(prefix)


def _one_run(run: str, text: str) -> bool:
    return len(run) == len(text) and all(
        sign in ("?", char) for sign, char in zip(run, text, strict=True)
    )


def _matches_runs(runs: tuple[str, ...], text: str) -> bool:
    """Match first and last run at the ends, each other at its first place after the one before.

    Taking the first place loses nothing, since a star before the next run takes up any slack.
    """
    first, last = runs[0], runs[-1]
    position, end = len(first), len(text) - len(last)
    if end < position or not text.startswith(first) or not text.endswith(last):
        return False
    for run in runs[1:-1]:
        found = text.find(run, position, end)
        if found < 0:
            return False
        position = found + len(run)
    return True


@lru_cache(maxsize=8192)
def _counterexample(outers: tuple[str, ...], inner: str) -> str | None:
    """Return a text of `inner` that no pattern of `outers` matches, or None where there is none.

    It is enough to fill the wildcards of `inner` with one character that no outer pattern has: only
    a wildcard can match that character, and a wildcard matches any other in its place as well. But
    a colon is read by fewer wildcards where some keep to their segment, so it is tried too.
    """
    automaton = side_by_side(outers)
    tokens = units(inner)
    colon = (":",) if automaton.knows_segments else ()
    spare = next(char for char in _spare_characters() if char not in automaton.literals)
    # Each state is a place in `inner` and a set of positions; the texts that lead there are kept
    # as links, so that only the one asked for is spelled out.
    seen: dict[tuple[int, int], tuple[tuple[int, int], str] | None] = {(0, automaton.start): None}
    waiting = [(0, automaton.start)]
    while waiting:
        state = waiting.pop()
        place, states = state
        if place == len(tokens):
            if not states & automaton.accept:
                return _spell(seen, state)
            continue
        unit = tokens[place]
        if unit in ("*", ANY_IN_SEGMENT):
            chars = (spare, *colon) if unit == "*" else (spare,)
            after = [((place + 1, states), "")]
            after += [((place, automaton.step(states, char)), char) for char in chars]
        elif unit in ("?", ONE_IN_SEGMENT):
            chars = (spare, *colon) if unit == "?" else (spare,)
            after = [((place + 1, automaton.step(states, char)), char) for char in chars]
        else:
            after = [((place + 1, automaton.step(states, unit)), unit)]
        for following, char in after:
            if following not in seen:
                seen[following] = (state, char)
                waiting.append(following)
        if len(seen) > MOST_STATES:
            raise Undecided(f"comparing `{inner[:60]}` takes too many steps")
    return None


def _spare_characters() -> Iterator[str]:
    yield from _READABLE
    yield from map(chr, range(_BEHIND_RESERVED, sys.maxunicode))


def _spell(
    seen: Mapping[tuple[int, int], tuple[tuple[int, int], str] | None], state: tuple[int, int]
) -> str:
    chars: list[str] = []
    link = seen[state]
    while link is not None:
        chars.append(link[1])
        link = seen[link[0]]
    return "".join(reversed(chars))
