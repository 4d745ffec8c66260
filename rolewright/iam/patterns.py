"""The one matcher of `*` and `?`, and questions about whole patterns, answered exactly.

`*` is any run of characters, `?` any one character; everything else, brackets and backslashes
included, is itself. A pattern is an automaton of its positions, held as the bits of an int.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MOST_STATES = 20_000
"""How many states a question about patterns may look at before it is given up."""

_READABLE = "abcdefghijklmnopqrstuvwxyz0123456789"
_WILDCARDS = re.compile(r"\*+")


class Undecided(ValueError):  # noqa: N818  # it is an answer: the question was too big
    """A question about patterns would take too long; treat it as the more dangerous answer."""


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether the text is one that the pattern stands for. Linear in the text for each run."""
    if ignore_case:
        pattern, text = pattern.lower(), text.lower()
    if "*" not in pattern:
        return pattern == text if "?" not in pattern else _one_run(pattern, text)
    return _matches_runs(_runs(pattern), text)


def contains(outer: str, inner: str) -> bool:
    """Whether every text of the pattern `inner` is one of `outer`. Raises Undecided."""
    return outer == inner or _counterexample((outer,), inner) is None


def covers(outers: Iterable[str], inner: str) -> bool:
    """Whether every text of `inner` is one of some pattern in `outers`. Raises Undecided."""
    return _counterexample(tuple(outers), inner) is None


def difference(pattern: str, other: str) -> str | None:
    """Return a text of `pattern` that `other` does not match, or None. Raises Undecided."""
    return _counterexample((other,), pattern)


@lru_cache(maxsize=65536)
def overlaps(one: str, other: str) -> bool:
    """Whether some text is one of both patterns."""
    automaton = _automaton((one,))
    states = automaton.start
    for unit in _units(other):
        if unit == "*":
            # Any text may follow: every position from the lowest on can be reached.
            lowest = states & -states
            states = automaton.every & ~(lowest - 1)
        elif unit == "?":
            states = automaton.step_any(states)
        else:
            states = automaton.step(states, unit)
        if not states:
            return False
    return bool(states & automaton.accept)


@lru_cache(maxsize=16384)
def _runs(pattern: str) -> tuple[str | re.Pattern[str], ...]:
    """Return what stands between the stars, runs with a `?` as compiled expressions."""
    return tuple(
        re.compile(re.escape(run).replace(r"\?", "."), re.DOTALL) if "?" in run else run
        for run in _WILDCARDS.split(pattern)
    )


def _one_run(run: str, text: str) -> bool:
    return len(run) == len(text) and all(
        sign in ("?", char) for sign, char in zip(run, text, strict=True)
    )


def _matches_runs(runs: tuple[str | re.Pattern[str], ...], text: str) -> bool:
    """Match first and last run at the ends, each other at its first place after the one before.

    Taking the first place loses nothing, since a star before the next run takes up any slack.
    """
    first, last = runs[0], runs[-1]
    position = _length(first)
    end = len(text) - _length(last)
    if end < position or not _stands_at(first, text, 0) or not _stands_at(last, text, end):
        return False
    for run in runs[1:-1]:
        if isinstance(run, str):
            found = text.find(run, position, end)
        else:
            hit = run.search(text, position, end)
            found = hit.start() if hit else -1
        if found < 0:
            return False
        position = found + _length(run)
    return True


def _length(run: str | re.Pattern[str]) -> int:
    return len(run) if isinstance(run, str) else _expression_length(run)


@lru_cache(maxsize=16384)
def _expression_length(run: re.Pattern[str]) -> int:
    return len(re.sub(r"\\(.)", r"\1", run.pattern, flags=re.DOTALL))


def _stands_at(run: str | re.Pattern[str], text: str, position: int) -> bool:
    if isinstance(run, str):
        return text.startswith(run, position)
    return run.match(text, position) is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Automaton:
    """Patterns side by side; bit `i` says that the tokens before the i-th have been read."""

    start: int
    accept: int
    every: int
    stars: int
    """Positions before a `*`."""
    marks: int
    """Positions before a `?`."""
    ends: int
    """Positions that no unit follows."""
    literals: Mapping[str, int]
    """Positions before a character, by the character."""

    def step(self, states: int, char: str) -> int:
        """Read one character; one that no pattern has, such as "", meets wildcards only."""
        return self._close(
            (states & (self.literals.get(char, 0) | self.marks)) << 1 | states & self.stars
        )

    def step_any(self, states: int) -> int:
        """Read one character, whichever suits each position."""
        return self._close((states & ~self.stars & ~self.ends) << 1 | states & self.stars)

    def _close(self, states: int) -> int:
        """Add the positions behind stars, which may stand for nothing."""
        return states | (states & self.stars) << 1


@lru_cache(maxsize=16384)
def _automaton(patterns: tuple[str, ...]) -> _Automaton:
    start = accept = stars = marks = 0
    literals: dict[str, int] = {}
    bit = 1
    for pattern in patterns:
        start |= bit
        for unit in _units(pattern):
            if unit == "*":
                stars |= bit
            elif unit == "?":
                marks |= bit
            else:
                literals[unit] = literals.get(unit, 0) | bit
            bit <<= 1
        accept |= bit
        bit <<= 1
    return _Automaton(
        start=start | (start & stars) << 1,
        accept=accept,
        every=bit - 1,
        stars=stars,
        marks=marks,
        ends=accept,
        literals=literals,
    )


def _units(pattern: str) -> str:
    """Return the pattern with runs of stars made one."""
    return _WILDCARDS.sub("*", pattern)


@lru_cache(maxsize=65536)
def _counterexample(outers: tuple[str, ...], inner: str) -> str | None:
    """Return a text of `inner` that no pattern of `outers` matches, or None where there is none.

    It is enough to fill the wildcards of `inner` with one character that no outer pattern has: only
    a wildcard can match that character, and a wildcard matches any other in its place as well.
    """
    automaton = _automaton(outers)
    tokens = _units(inner)
    spare = next((char for char in _spare_characters() if char not in automaton.literals), "\ue000")
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
        if unit == "*":
            after = [((place + 1, states), ""), ((place, automaton.step(states, spare)), spare)]
        elif unit == "?":
            after = [((place + 1, automaton.step(states, spare)), spare)]
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
    yield from map(chr, range(0xE001, 0xE001 + 512))


def _spell(
    seen: Mapping[tuple[int, int], tuple[tuple[int, int], str] | None], state: tuple[int, int]
) -> str:
    chars: list[str] = []
    link = seen[state]
    while link is not None:
        chars.append(link[1])
        link = seen[link[0]]
    return "".join(reversed(chars))
