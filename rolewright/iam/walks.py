"""Texts by the patterns that they meet: one of each kind, found by walking automata side by side.

A text is spelled with signs of our own: `SPARE` is a character that no pattern names, a sign from
`WORDS` on is a whole unknown text (what a policy variable stands for).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.iam.automata import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam.automata import Automaton
    from rolewright.iam.steps import Steps

SPARE = "\ue0f5"
"""A character that no pattern names."""
WORDS = "\U000f0000"
"""The first of the signs for whole unknown texts."""
LAST_WORD = "\U000f00ff"

_READABLE = "ab1xyzcdefghijklmnopqrstuvw023456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_\ue000\ue001\ue002"
_LITERAL_SIGNS = {"\ue0f0": "*", "\ue0f1": "?"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """Which texts are looked for.

    Of each group of patterns some must match, of `refused` none may. Of `watched` it is told which
    match; those in `wanted` are looked for in texts that match them, the others only where the rest
    leaves no choice. Of `loose_groups` it is enough that some pattern may match, whatever the
    unknown texts are.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    loose_groups: tuple[tuple[str, ...], ...] = ()
    refused: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A text, and the watched patterns that it surely matches and that it may match."""

    text: str
    surely: frozenset[str]
    maybe: frozenset[str]


def texts(search: Search, steps: Steps) -> Iterator[Found]:
    """Yield a text for each set of watched patterns that a text meets together.

    Raises Undecided.
    """
    layout = _layout(search)
    told: set[int] = set()
    for states, link in _walk(layout, steps):
        if states & layout.refused or not all(states & accept for _, accept in layout.groups):
            continue
        kind = states & layout.relevant
        if kind not in told:
            told.add(kind)
            surely = frozenset(pattern for pattern, bit in layout.watch if kind & bit)
            maybe = frozenset(pattern for pattern, bit in layout.loose_watch if kind & bit)
            yield Found(text=link.text(), surely=surely, maybe=maybe | surely)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Layout:
    """A search as an automaton and the bits of what it looks for."""

    automaton: Automaton
    groups: tuple[tuple[int, int], ...]
    """Of each group all positions, and the last ones."""
    refused: int
    steering: int
    """Positions whose characters the text takes up."""
    loose: int
    """Positions of patterns that are read loosely."""
    relevant: int
    watch: tuple[tuple[str, int], ...]
    loose_watch: tuple[tuple[str, int], ...]


@lru_cache(maxsize=4096)
def _layout(search: Search) -> _Layout:
    watched = tuple(dict.fromkeys((*search.watched, *search.wanted)))
    every = (*search.groups, *search.loose_groups, search.refused, watched)
    loose = ()
    if any(has_words(pattern) for group in every for pattern in group):
        loose = tuple(map(loosened, watched))
    automaton = side_by_side(tuple(p for group in (*every, loose) for p in group))
    places = iter(range(len(automaton.parts)))
    taken = [[next(places) for _ in group] for group in (*every, loose)]
    *in_groups, refused, in_watched, in_loose = taken
    accepts = automaton.accepts_of
    wanted = [i for i, p in zip(in_watched, watched, strict=True) if p in search.wanted]
    loosely = [*in_groups[len(search.groups) :], in_loose]
    return _Layout(
        automaton=automaton,
        groups=tuple((_join(automaton.parts, g), _join(accepts, g)) for g in in_groups),
        refused=_join(accepts, refused),
        steering=_join(automaton.parts, [*(i for g in in_groups for i in g), *wanted]),
        loose=_join(automaton.parts, [i for g in loosely for i in g]),
        relevant=_join(accepts, [*in_watched, *in_loose]),
        watch=tuple((p, accepts[i]) for p, i in zip(watched, in_watched, strict=True)),
        loose_watch=tuple((p, accepts[i]) for p, i in zip(watched, in_loose, strict=False)),
    )


def has_words(pattern: str) -> bool:
    """Whether a pattern has a sign for a whole unknown text."""
    return not pattern.isascii() and any(WORDS <= char <= LAST_WORD for char in pattern)


def loosened(pattern: str) -> str:
    """Return the pattern of every text that this one may stand for."""
    if not has_words(pattern):
        return pattern
    return "".join("*" if WORDS <= char <= LAST_WORD else char for char in pattern)


def _join(masks: tuple[int, ...], places: list[int]) -> int:
    joined = 0
    for place in places:
        joined |= masks[place]
    return joined


class _Link:
    """How a state was reached; its text is spelled only when it is asked for."""

    __slots__ = ("before", "char")

    def __init__(self, before: _Link | None, char: str) -> None:
        self.before = before
        self.char = char

    def text(self) -> str:
        chars: list[str] = []
        link: _Link | None = self
        while link is not None:
            chars.append(link.char)
            link = link.before
        return "".join(reversed(chars))


def _walk(layout: _Layout, steps: Steps) -> Iterator[tuple[int, _Link]]:
    """Yield every set of positions that a text leads to while each group can still be met.

    A character that no steering position reads is as good as the spare one: only wildcards meet it,
    and the patterns that do not steer are not wanted to match. But a colon ends segments.
    """
    automaton = layout.automaton
    literals = tuple(automaton.literals.items())
    wild = automaton.stars | automaton.marks | automaton.segment_stars | automaton.segment_marks
    colon = automaton.knows_segments
    parts = tuple(part for part, _ in layout.groups)
    cost = 1 + automaton.every.bit_length() // 2_000
    seen = {automaton.start}
    waiting = deque([(automaton.start, _Link(None, ""))])
    while waiting:
        states, link = waiting.popleft()
        yield states, link
        steps.take(cost)
        live = states & layout.steering
        chars = [char for char, bits in literals if bits & live]
        if live & wild:
            chars.append(SPARE)
            if colon and ":" not in chars:
                chars.append(":")
        for char in chars:
            if WORDS <= char <= LAST_WORD:
                after = automaton.step_word(states & ~layout.loose, char)
                after |= automaton.reach(states & layout.loose)
            else:
                after = automaton.step(states, char)
            if after not in seen and all(after & part for part in parts):
                seen.add(after)
                waiting.append((after, _Link(link, char)))


def spelled_out(text: str) -> Iterator[str]:
    """Yield the text with the spare character made a readable one: the first ones may not suit."""
    for sign, char in _LITERAL_SIGNS.items():
        text = text.replace(sign, char)
    if SPARE not in text:
        yield text
        return
    for char in _READABLE:
        yield text.replace(SPARE, char)
