"""Whether some request meets some rules and none of others: such a request, or None.

Actions, resources and contexts are looked at one after the other, each in kinds that the rules tell
apart, and no further than the rules that are still in question need.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.iam.automata import ANY_IN_SEGMENT, ONE_IN_SEGMENT
from rolewright.iam.forms import ANY_ACTION, ANY_ARN, has_form
from rolewright.iam.patterns import matcher, overlaps
from rolewright.iam.rules import Named, Rule
from rolewright.iam.solving import Clause, Opaque, solve
from rolewright.iam.walks import Search, has_words, loosened, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rolewright.iam.regions import Kind
    from rolewright.iam.solving import Context
    from rolewright.iam.steps import Steps

_STAR = "\ue0f0"
"""The resource `*`, spelled so that it is no wildcard."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is common to a comparison: what a key's values can be, and what is a resource."""

    kinds: Mapping[str, Kind]
    steps: Steps
    actions: str = ANY_ACTION
    resources: str = ANY_ARN


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A request by its parts, texts with signs for what may be any character.

    Not `sure` where it rests on what could not be told.
    """

    action: str
    resource: str
    context: Context
    sure: bool


Status = bool | tuple[str, ...]
"""Whether an element is met; the patterns on whose unknown texts it depends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cell:
    text: str
    met: tuple[Status, ...]
    given: tuple[Status, ...] = ()
    """Whether the bases are met, where that is not sure of all."""


def find(
    bases: Sequence[Rule], nots: Sequence[Rule], facts: Iterable[Clause], question: Question
) -> Iterator[Found]:
    """Yield requests that all of `bases` apply to and none of `nots`, where the facts are so.

    Nothing is yielded only where there is none. The first base is the one whose patterns are
    spelled out. Raises Undecided.
    """
    given = [
        *facts,
        *(((condition, True),) for base in bases for condition in base.conditions),
        *(clause for rule in (*bases, *nots) for clause in rule.settled),
    ]
    base_actions = [base.actions for base in bases]
    base_resources = [base.resources for base in bases]
    steps = question.steps
    looked_at: list[frozenset[int]] = []
    refuted: list[frozenset[Clause]] = []
    for action in _cells((question.actions,), base_actions, [n.actions for n in nots], steps):
        places = [place for place, met in enumerate(action.met) if met]
        # What more rules apply to is no easier to find.
        if any(others <= set(places) for others in looked_at):
            continue
        looked_at.append(frozenset(places))
        within = [nots[place] for place in places]
        named = [rule.resources for rule in within]
        for cell in _cells((question.resources, _STAR), base_resources, named, steps):
            clauses = _clauses(within, cell.met)
            if clauses is None or any(others <= set(clauses) for others in refuted):
                continue
            applying = tuple(_given(bases, cell.given))
            solution = solve((*given, *applying, *clauses), question.kinds, steps)
            if solution is None:
                if not applying:
                    refuted.append(frozenset(clauses))
                continue
            yield Found(
                action=action.text,
                resource=cell.text,
                context=solution.context,
                sure=solution.sure and not has_words(cell.text),
            )


def _given(bases: Sequence[Rule], met: Sequence[Status]) -> Iterator[Clause]:
    """Yield what must be so for the bases to apply to a text with unknown texts."""
    for base, status in zip(bases, met, strict=False):
        if isinstance(status, tuple):
            unknowns = [Opaque(("resource", pattern)) for pattern in status]
            if base.resources.all_but:
                yield from (((unknown, False),) for unknown in unknowns)
            else:
                yield tuple((unknown, True) for unknown in unknowns)


def _clauses(nots: Sequence[Rule], met: Sequence[Status]) -> tuple[Clause, ...] | None:
    """Return what must be so for none of the rules to apply, or None where one surely does."""
    clauses: list[Clause] = []
    for rule, status in zip(nots, met, strict=True):
        if status is False:
            continue
        fails: Clause = tuple((condition, False) for condition in rule.conditions)
        if status is True:
            if not fails:
                return None
            clauses.append(fails)
            continue
        unknowns = [Opaque(("resource", pattern)) for pattern in status]
        if rule.resources.all_but:
            clauses.append((*fails, *((unknown, True) for unknown in unknowns)))
        else:
            clauses.extend((*fails, (unknown, False)) for unknown in unknowns)
    return tuple(dict.fromkeys(clauses))


def _cells(
    universe: tuple[str, ...], bases: Sequence[Named], nots: Sequence[Named], steps: Steps
) -> Iterator[_Cell]:
    """Yield a text of each kind that is in the universe and in all of `bases`.

    The first of the universe is a pattern, the others are texts that it does not have. Of `nots` it
    is told whether they are met.
    """
    form, *others = universe
    for text in others:
        if all(meets(base, text) is not False for base in bases):
            yield _Cell(text=text, met=tuple(meets(named, text) for named in nots))
    first = bases[0]
    if not first.all_but and all(map(_is_exact, first.patterns)):
        steps.take(len(first.patterns))
        for text in first.patterns:
            if has_form(form, text) and all(meets(base, text) for base in bases[1:]):
                yield _Cell(text=text, met=tuple(meets(named, text) for named in nots))
        return
    if len(bases) == 1 and not first.all_but and len(first.patterns) == 1:
        pattern = first.patterns[0]
        nots = [_within(named, pattern) for named in nots]
        met = _settled(nots, pattern)
        text = _filled_in(form, pattern) if met is not None else None
        if met is not None and text is not None:
            yield _Cell(text=text, met=met)
            return
    yield from _walked(form, bases, nots, steps)


def _walked(
    form: str, bases: Sequence[Named], nots: Sequence[Named], steps: Steps
) -> Iterator[_Cell]:
    groups = [base.patterns for base in bases if not base.all_but]
    # A group with unknown texts is read as they stand, if there is one: its texts have their signs.
    # To the others it is enough that a text may be theirs.
    groups.sort(key=lambda group: not any(map(has_words, group)))
    surely = tuple(group for group in groups[:1] if any(map(has_words, group)))
    loosely = [tuple(map(loosened, group)) for group in groups[len(surely) :]]
    wanted = dict.fromkeys(p for n in nots if n.all_but for p in n.patterns)
    # A text that is wanted as it stands is tried as it stands, which spares the way there.
    exact = tuple(filter(_is_exact, wanted))
    steps.take(len(exact))
    for text in exact:
        given = tuple(meets(base, text) for base in bases)
        if has_form(form, text) and False not in given:
            met = tuple(meets(named, text) for named in nots)
            yield _Cell(text=text, met=met, given=given)
    watched = (p for named in nots if not named.all_but for p in named.patterns)
    unsure = any(has_words(p) for named in (*bases, *nots) for p in named.patterns)
    # Where that is not sure it must be told of all, and of the bases too.
    told = (*exact, *(p for base in bases for p in base.patterns)) if unsure else ()
    search = Search(
        groups=surely or ((form,), *loosely),
        loose_groups=((form,), *loosely) if surely else (),
        refused=tuple(dict.fromkeys(p for base in bases if base.all_but for p in base.patterns)),
        watched=tuple(dict.fromkeys((*watched, *told))),
        wanted=tuple(pattern for pattern in wanted if pattern not in exact),
    )
    for found in texts(search, steps):
        met = tuple(_status(named, found.surely, found.maybe) for named in nots)
        given = ()
        if unsure:
            given = tuple(_status(named, found.surely, found.maybe) for named in bases)
        yield _Cell(text=found.text, met=met, given=given)


def _status(named: Named, surely: frozenset[str], maybe: frozenset[str]) -> Status:
    if any(pattern in surely for pattern in named.patterns):
        return not named.all_but
    depends = tuple(p for p in named.patterns if p in maybe)
    return depends or named.all_but


def meets(named: Named, text: str) -> Status:
    """Whether an element is met by a text, which has no unknown texts in it."""
    exact, others, unsure = _sorted_out(named)
    if text in exact or any(matcher(pattern)(text) for pattern in others):
        return not named.all_but
    return tuple(p for p in unsure if matcher(loosened(p))(text)) or named.all_but


@lru_cache(maxsize=4096)
def _sorted_out(named: Named) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Return the patterns that stand for one text, the others, and those with unknown texts."""
    unsure = tuple(filter(has_words, named.patterns))
    exact = frozenset(filter(_is_exact, named.patterns))
    others = tuple(p for p in named.patterns if p not in exact and p not in unsure)
    return exact, others, unsure


def _within(named: Named, pattern: str) -> Named:
    """Return the element with only the patterns that may have a text in common with the pattern."""
    patterns = tuple(p for p in named.patterns if may_meet(p, pattern))
    return named if patterns == named.patterns else Named(patterns=patterns, all_but=named.all_but)


def _settled(nots: Sequence[Named], pattern: str) -> tuple[Status, ...] | None:
    """Return whether each is met by all texts of the pattern, or None where that is not so."""
    if has_words(pattern):
        return None
    met: list[Status] = []
    for named in nots:
        if not named.patterns:
            met.append(named.all_but)
        elif any(surely_has(p, pattern) for p in named.patterns):
            met.append(not named.all_but)
        else:
            return None
    return tuple(met)


@lru_cache(maxsize=65536)
def may_meet(one: str, other: str) -> bool:
    """Whether two patterns may have a text in common, whatever the unknown texts in them are."""
    mine, its = _prefix(one), _prefix(other)
    if not (mine.startswith(its) or its.startswith(mine)):
        return False
    return overlaps(loosened(one), loosened(other))


@lru_cache(maxsize=65536)
def surely_has(outer: str, inner: str) -> bool:
    """Whether `outer` has every text of `inner`, by a quick test that may miss some."""
    if outer == inner or not outer.strip("*"):
        return True
    if any(sign in outer for sign in ("?", ONE_IN_SEGMENT, ANY_IN_SEGMENT)) or has_words(outer):
        return False
    # The wildcards of `inner` can be met by the stars of `outer` alone.
    return "*" in outer and matcher(outer)(inner)


@lru_cache(maxsize=65536)
def _prefix(pattern: str) -> str:
    for place, char in enumerate(pattern):
        if char in _WILD or has_words(char):
            return pattern[:place]
    return pattern


_WILD = ("*", "?", ANY_IN_SEGMENT, ONE_IN_SEGMENT)


@lru_cache(maxsize=65536)
def _is_exact(pattern: str) -> bool:
    return len(_prefix(pattern)) == len(pattern)


def _filled_in(form: str, pattern: str) -> str | None:
    """Return a readable text of the universe and of the pattern, or None where none is at hand."""
    for text in (filled(pattern), "arn:aws:s3:::a", "s3:getobject"):
        if has_form(form, text) and matcher(pattern)(text):
            return text
    return None


def filled(pattern: str) -> str:
    """Return a readable text of the pattern."""
    segments = pattern.split(":")
    of_arn = segments[0] == "arn" and len(segments) > len(_SEGMENTS)
    if of_arn:
        for place, example in _SEGMENTS.items():
            if segments[place] and not segments[place].strip("*" + ANY_IN_SEGMENT):
                segments[place] = example
    text = ":".join(segments)
    for sign in _WILD:
        text = text.replace(sign, "a")
    return text


_SEGMENTS = {1: "aws", 3: "us-east-1", 4: "123456789012"}
"""What stands for a wildcard in a segment of an ARN."""
