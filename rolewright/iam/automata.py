"""Patterns as automata: several side by side, read one character at a time.

A pattern's positions are the bits of an int, so that all patterns take a step at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ANY_IN_SEGMENT = "\ue0f2"
"""Any run of characters without a colon."""
ONE_IN_SEGMENT = "\ue0f3"
"""Any one character but a colon."""
EITHER_CASE = "\ue0f4"
"""Stands before a character that is meant in either case."""

_STARS = re.compile(f"[*{ANY_IN_SEGMENT}]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Automaton:
    """Patterns side by side; bit `i` says that the tokens before the i-th have been read."""

    start: int
    accept: int
    every: int
    stars: int
    """Positions before a `*`."""
    marks: int
    """Positions before a `?`."""
    segment_stars: int
    """Positions before an `ANY_IN_SEGMENT`."""
    segment_marks: int
    """Positions before a `ONE_IN_SEGMENT`."""
    ends: int
    """Positions that no unit follows."""
    literals: Mapping[str, int]
    """Positions before a character, by the character."""
    parts: tuple[int, ...]
    """All positions of each pattern."""
    accepts_of: tuple[int, ...]
    """The last position of each pattern."""

    @property
    def knows_segments(self) -> bool:
        """Whether a colon is unlike other characters to some pattern."""
        return bool(self.segment_stars | self.segment_marks)

    def accepts(self, text: str) -> bool:
        """Whether some pattern stands for the text."""
        states = self.start
        for char in text:
            states = self.step(states, char)
            if not states:
                return False
        return bool(states & self.accept)

    def step(self, states: int, char: str) -> int:
        """Read one character; one that no pattern has, such as "", meets wildcards only."""
        moving, staying = self.literals.get(char, 0) | self.marks, self.stars
        if char != ":":
            moving |= self.segment_marks
            staying |= self.segment_stars
        return self._close((states & moving) << 1 | states & staying)

    def step_word(self, states: int, word: str) -> int:
        """Read a sign that stands for a whole unknown text: itself, or within a `*`."""
        return self._close((states & self.literals.get(word, 0)) << 1 | states & self.stars)

    def reach(self, states: int) -> int:
        """Return the positions that some text leads to, the empty one included."""
        while (more := states | self.step_any(states)) != states:
            states = more
        return states

    def step_any(self, states: int, *, colon: bool = True) -> int:
        """Read one character, whichever suits each position; without `colon`, any but that."""
        every_star = self.stars | self.segment_stars
        moving = states & ~every_star & ~self.ends
        if not colon:
            moving &= ~self.literals.get(":", 0)
        return self._close(moving << 1 | states & every_star)

    def reach_in_segment(self, states: int) -> int:
        """Return the positions that some text without a colon leads to, the empty one included."""
        # All on from each state up to the next colon: adding carries a bit through those between.
        passed = self.every & ~self.ends & ~self.literals.get(":", 0)
        return states | (((states & passed) + passed) ^ passed)

    def _close(self, states: int) -> int:
        """Add the positions behind stars, which may stand for nothing; no star is behind another."""
        return states | (states & (self.stars | self.segment_stars)) << 1


@lru_cache(maxsize=16384)
def side_by_side(patterns: tuple[str, ...]) -> Automaton:
    """Return the patterns as one automaton."""
    bits = dict.fromkeys(("*", "?", ANY_IN_SEGMENT, ONE_IN_SEGMENT), 0)
    literals: dict[str, int] = {}
    parts: list[int] = []
    accepts: list[int] = []
    start = 0
    bit = 1
    for pattern in patterns:
        first = bit
        either_case = False
        for unit in units(pattern):
            if unit == EITHER_CASE:
                either_case = True
                continue
            if unit in bits:
                bits[unit] |= bit
            else:
                for char in {unit.lower(), unit.upper()} if either_case else (unit,):
                    literals[char] = literals.get(char, 0) | bit
            either_case = False
            bit <<= 1
        start |= first
        accepts.append(bit)
        bit <<= 1
        parts.append(bit - first)
    accept = sum(accepts)
    every_star = bits["*"] | bits[ANY_IN_SEGMENT]
    return Automaton(
        start=start | (start & every_star) << 1,
        accept=accept,
        every=bit - 1,
        stars=bits["*"],
        marks=bits["?"],
        segment_stars=bits[ANY_IN_SEGMENT],
        segment_marks=bits[ONE_IN_SEGMENT],
        ends=accept,
        literals=literals,
        parts=tuple(parts),
        accepts_of=tuple(accepts),
    )


def units(pattern: str) -> str:
    """Return the pattern with runs of stars made one."""
    return _STARS.sub(lambda run: "*" if "*" in run[0] else ANY_IN_SEGMENT, pattern)
