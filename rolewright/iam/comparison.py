"""A comparison of two sides: what the one allows and the other does not, piece by piece.

A request that one side allows is not allowed by the other because no Allow of the other applies to
it, because the other's boundary does not allow it, or because a Deny of the other applies. Statements
that both sides have can't make a difference, so that only the others are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from rolewright.iam.applying import may_apply, split, surely_applies
from rolewright.iam.comparing import Question, find
from rolewright.iam.fillings import known_fillings, unknown_fillings
from rolewright.iam.forms import ANY_ACTION, ANY_ARN, ANY_TEXT
from rolewright.iam.patterns import Undecided
from rolewright.iam.regions import kinds_of
from rolewright.iam.rules import Rule, fill, without_variables
from rolewright.iam.steps import Steps
from rolewright.iam.witnesses import Witnesses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rolewright.iam.evaluation import Request
    from rolewright.iam.sides import Side
    from rolewright.iam.solving import Clause
    from rolewright.iam.witnesses import KnownActions


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A part of a difference: what `pivot` applies to, and a rule of each of `others`, less `nots`.

    `pivot` is an Allow that only the one side has, or a Deny that only the other has.
    """

    pivot: Rule
    others: tuple[tuple[Rule, ...], ...]
    nots: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Rules that together make up a part of a difference, with a request that shows it.

    The first is the piece's pivot. `witness` is None where it could not be decided whether there is
    one.
    """

    rules: tuple[Rule, ...]
    witness: Request | None


class Comparison:
    """What `one` allows and `other` does not, `within` what a rule applies to."""

    def __init__(
        self,
        one: Side,
        other: Side,
        *,
        known: KnownActions | None = None,
        within: Rule | None = None,
    ) -> None:
        self._mine = one
        self._its = other
        self._known = known
        self._within = within

    def example(self) -> Request | None:
        """Return a request of the difference, or None. Raises Undecided."""
        doubt = False
        for part in self.parts():
            if part.witness is not None:
                return part.witness
            doubt = True
        if doubt:
            raise Undecided("whether access differs can't be told")
        return None

    def parts(self) -> Iterator[Part]:
        """Yield every part of the difference, and those of which it can't be told."""
        if self._within is None and self._mine.meaning == self._its.meaning:
            return
        for piece in self._pieces():
            for pivot in split(piece.pivot):
                yield from self._part(piece, pivot)

    def _pieces(self) -> Iterator[Piece]:
        mine, its = self._mine, self._its
        within = () if self._within is None else ((self._within,),)
        limits = within if mine.boundary is None else (mine.boundary, *within)
        for rule in _only_in(mine.identity, its.identity):
            yield Piece(pivot=rule, others=limits, nots=(*mine.denies, *its.identity))
        if its.boundary is not None:
            yield from self._out_of_bounds(its.boundary, within)
        for rule in _only_in(its.denies, mine.denies):
            yield Piece(pivot=rule, others=(mine.identity, *limits), nots=mine.denies)

    def _out_of_bounds(
        self, boundary: tuple[Rule, ...], within: tuple[tuple[Rule, ...], ...]
    ) -> Iterator[Piece]:
        """Yield what the other side's boundary does not allow."""
        mine = self._mine
        nots = (*mine.denies, *boundary)
        if mine.boundary is None:
            for rule in mine.identity:
                yield Piece(pivot=rule, others=within, nots=nots)
            return
        for rule in _only_in(mine.boundary, boundary):
            yield Piece(pivot=rule, others=(mine.identity, *within), nots=nots)

    def _part(self, piece: Piece, pivot: Rule) -> Iterator[Part]:
        """Yield the part of a piece that a part of its pivot makes up, if it makes up any."""
        if any(surely_applies(rule, pivot) for rule in piece.nots):
            return
        nots = tuple(rule for rule in piece.nots if may_apply(rule, pivot))
        others = [[rule for rule in group if may_apply(rule, pivot)] for group in piece.others]
        doubt = False
        for chosen in product(*others):
            if any(
                not may_apply(one, other)
                for place, one in enumerate(chosen)
                for other in chosen[place + 1 :]
            ):
                continue
            bases = (pivot, *chosen)
            try:
                witness = self._witness(bases, nots)
            except Undecided:
                doubt = True
                continue
            if witness is not None:
                yield Part(rules=bases, witness=witness)
                return
        if doubt:
            yield Part(rules=(pivot,), witness=None)

    def _witness(self, bases: tuple[Rule, ...], nots: tuple[Rule, ...]) -> Request | None:
        """Return a confirmed request, or None where there is none. Raises Undecided."""
        variables = frozenset(key for rule in (*bases, *nots) for key in rule.variables)
        if not variables:
            return self._search(bases, nots, ())
        wider = [without_variables(rule) for rule in bases]
        if self._is_none(wider, [rule for rule in nots if not rule.variables], ()):
            return None
        doubt: Undecided | None = None
        for filling, facts in known_fillings(variables, bases, nots, self._question.kinds):
            try:
                witness = self._search(*_fill_all(bases, nots, filling), facts)
            except Undecided as error:
                doubt = error
                continue
            if witness is not None:
                return witness
        if doubt is not None:
            raise doubt
        for filling, facts in unknown_fillings(variables, bases, self._question.kinds):
            if not self._is_none(*_fill_all(bases, nots, filling), facts):
                raise Undecided("what a policy variable stands for decides")
        return None

    def _is_none(
        self, bases: Sequence[Rule], nots: Sequence[Rule], facts: tuple[Clause, ...]
    ) -> bool:
        return next(find(bases, nots, facts, self._question), None) is None

    def _search(
        self,
        bases: Sequence[Rule],
        nots: Sequence[Rule],
        facts: tuple[Clause, ...],
    ) -> Request | None:
        doubt = False
        for found in find(bases, nots, facts, self._question):
            witness = (
                self._witnesses.confirmed(found, bases, nots, self._question.resources)
                if found.sure
                else None
            )
            if witness is not None:
                return witness
            doubt = True
        if doubt:
            raise Undecided("a request was found that is not confirmed")
        return None

    @cached_property
    def _question(self) -> Question:
        rules = (*self._mine.rules, *self._its.rules)
        return Question(
            kinds=kinds_of(c for rule in rules for c in rule.statement.conditions),
            steps=Steps(),
            actions=ANY_TEXT if any(rule.is_odd[0] for rule in rules) else ANY_ACTION,
            resources=ANY_TEXT if any(rule.is_odd[1] for rule in rules) else ANY_ARN,
        )

    @cached_property
    def _witnesses(self) -> Witnesses:
        return Witnesses(self._mine, self._its, self._known)


def _only_in(rules: tuple[Rule, ...], others: tuple[Rule, ...]) -> Iterator[Rule]:
    held = {rule.meaning for rule in others}
    return (rule for rule in rules if rule.meaning not in held)


def _fill_all(
    bases: Sequence[Rule], nots: Sequence[Rule], filling: Mapping[str, tuple[str, ...]]
) -> tuple[list[Rule], list[Rule]]:
    """Return the rules with their variables filled in; a rule that does not apply then is left out.

    The bases all do: what they need is in the filling.
    """
    filled = ([fill(rule, filling) for rule in rules] for rules in (bases, nots))
    ready, others = ([rule for rule in rules if rule is not None] for rules in filled)
    if len(ready) < len(bases):
        raise AssertionError(filling)
    return ready, others
