"""Conditions that must hold together, and others that must not: a context for them, or none can be.

A search over which conditions hold, with each key's values worked out by `regions`; a key that
nothing asks for is never looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolewright.iam.conditions import condition_test
from rolewright.iam.documents import Condition
from rolewright.iam.patterns import Undecided
from rolewright.iam.regions import Kind, find_values, may_have_values
from rolewright.iam.walks import has_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolewright.iam.steps import Steps

Context = dict[str, tuple[str, ...]]

_ANY_KIND = Kind()


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that may be so or not: what a policy variable stands for is not known."""

    name: tuple[str, ...]


Literal = tuple[Condition | Opaque, bool]
"""A condition, its variables filled in, or an unknown, and whether it is so."""
Clause = tuple[Literal, ...]
"""Literals of which one at least is to be so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """A context; not `sure` where it is for unknowns that may not be so, or could not be told."""

    context: Context
    sure: bool


def solve(clauses: Iterable[Clause], kinds: Mapping[str, Kind], steps: Steps) -> Solution | None:
    """Return a context in which each clause holds, or None where there is none.

    Raises Undecided where that takes too many steps.
    """
    return _Search(kinds, steps).run(list(clauses), {})


_Chosen = dict[Condition | Opaque, bool]


class _Search:
    def __init__(self, kinds: Mapping[str, Kind], steps: Steps) -> None:
        self._kinds = kinds
        self._steps = steps

    def run(self, clauses: list[Clause], chosen: _Chosen) -> Solution | None:
        """Return a solution that has what is chosen; the surest of the branches."""
        self._steps.take()
        left = _propagate(clauses, chosen)
        if left is None:
            return None
        found = self._contexts(chosen)
        if found is None:
            return None
        open_ = [clause for clause in left if not _holds(clause, found.context, chosen)]
        if not open_:
            return found
        literal, wanted = min(open_, key=len)[0]
        unsure: Solution | None = None
        for sign in (wanted, not wanted):
            solution = self.run(left, {**chosen, literal: sign})
            if solution is not None and solution.sure:
                return solution
            unsure = unsure or solution
        return unsure

    def _contexts(self, chosen: _Chosen) -> Solution | None:
        """Return a context for what is chosen, key by key."""
        by_key: dict[str, set[tuple[Condition, bool]]] = {}
        sure = True
        for literal, wanted in chosen.items():
            if isinstance(literal, Opaque):
                sure = False
            else:
                by_key.setdefault(literal.key.lower(), set()).add((literal, wanted))
        context: Context = {}
        for key, signed in by_key.items():
            self._steps.take()
            kind = self._kinds.get(key, _ANY_KIND)
            if any(is_unknown(literal) for literal, _ in signed):
                sure = False
                if not may_have_values(key, frozenset(signed), kind):
                    return None
                continue
            try:
                values = find_values(key, frozenset(signed), kind)
            except Undecided:
                sure = False
                continue
            if values is None:
                return None
            if values:
                context[key] = values
        return Solution(context=context, sure=sure)


def is_unknown(literal: Condition | Opaque) -> bool:
    """Whether it can't be told in a context if this is so."""
    return isinstance(literal, Opaque) or any(map(has_words, literal.values))


def _propagate(clauses: list[Clause], chosen: _Chosen) -> list[Clause] | None:
    """Choose what clauses leave no choice about, and return those still open.

    None where some clause can't be met.
    """
    changed = True
    while changed:
        changed = False
        left: list[Clause] = []
        for clause in clauses:
            if any(chosen.get(literal) is wanted for literal, wanted in clause):
                continue
            still = tuple(one for one in clause if one[0] not in chosen)
            if not still:
                return None
            if len(still) == 1:
                chosen[still[0][0]] = still[0][1]
                changed = True
            else:
                left.append(still)
        clauses = left
    return clauses


def _holds(clause: Clause, context: Context, chosen: _Chosen) -> bool:
    """Whether a clause holds in a context as it is, without choosing more."""
    return any(
        chosen.get(literal) is wanted
        if is_unknown(literal)
        else condition_test(literal, "")(context) is wanted
        for literal, wanted in clause
    )
