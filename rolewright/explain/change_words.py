"""What changes of roles, in lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.changes import Change
from rolewright.explain.graph_reach import reaches_of
from rolewright.explain.graph_targets import title_of
from rolewright.explain.graph_words import access_words, counted
from rolewright.iam import Effect, PolicyDocument
from rolewright.roles.difference_words import (
    WRITTEN_DIFFERENTLY,
    context_words,
    difference_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.explain.changes import RoleChange
    from rolewright.iam import Entry
    from rolewright.roles import Role

_MOST = 20
"""How many parts of a role's access are told."""
_THINGS = 4
"""How many things that a new role reaches are told."""


def change_lines(change: RoleChange) -> Iterator[str]:
    """Yield a role's change in lines; what is added begins with `+`, removed with `-`."""
    for sign, role, verb in (("+", change.new, "new"), ("-", change.old, "gone")):
        if (change.old is None or change.new is None) and role is not None:
            part = verb if role.created else f"{verb} in this stack, which only adds to it"
            yield f"{sign} {part}: {what_it_may(role)}"
    if change.change is Change.REWRITTEN:
        yield WRITTEN_DIFFERENTLY
    if change.access is not None:
        found = change.access
        yield from difference_lines((*found.added, *found.may_add), "+", _MOST)
        yield from difference_lines((*found.removed, *found.may_remove), "-", _MOST)
    yield from _trust_lines(change)
    yield from (f"~ {fact.what}: {fact.old} -> {fact.new}" for fact in change.facts)
    yield from (f"? {doubt}" for doubt in change.doubts)
    if change.change is not Change.SAME:
        yield from (f"({note})" for note in change.notes)


def what_it_may(role: Role) -> str:
    """Return in a line who may assume a role and what it reaches, the first things of many."""
    things = [
        f"{access_words(reach)} {reach.target.label} ({title_of(reach.target.service)})"
        for reach in reaches_of(role, ())
    ]
    told = things[:_THINGS] or ["may do nothing"]
    if len(things) > _THINGS:
        told.append(f"and {len(things) - _THINGS} more")
    callers = _principals(role)
    return f"{'; '.join(told)}{f'; assumed by {callers}' if callers else ''}"


def _principals(role: Role) -> str:
    statements = role.trust.statements if role.trust else ()
    names = (p.value for s in statements if s.effect is Effect.ALLOW for p in s.principals or ())
    return ", ".join(dict.fromkeys(names))


def _trust_lines(change: RoleChange) -> Iterator[str]:
    if change.trust is None or change.old is None or change.new is None:
        return
    for sign, entries in (
        ("+", (*change.trust.added, *change.trust.may_add)),
        ("-", (*change.trust.removed, *change.trust.may_remove)),
    ):
        parts: dict[tuple[Effect, int], list[Entry]] = {}
        for entry in entries:
            parts.setdefault((entry.effect, entry.statement), []).append(entry)
        for (effect, place), mine in parts.items():
            here, other = (change.new, change.old) if sign == "+" else (change.old, change.new)
            whose = here if effect is Effect.ALLOW else other
            actions = ", ".join(dict.fromkeys(entry.action for entry in mine))
            doubt = "" if mine[0].witness else ", perhaps"
            yield f"{sign} trust: {actions} by {_who(whose, place, here, other)}{doubt}"
            if mine[0].witness is not None and mine[0].witness.context:
                yield f"  e.g. {context_words(mine[0].witness)}"


def _who(whose: Role, place: int, here: Role, other: Role) -> str:
    """Return the principals of a statement, those that are named on this side alone if there are."""
    statement = next(s for s in _trust(whose).statements if s.index == place)
    named = [principal.value for principal in statement.principals or ()]
    fresh = [name for name in named if name not in _allowed(other) or whose is not here]
    spared = ", ".join(principal.value for principal in statement.not_principals or ())
    return ", ".join(fresh or named) or f"anyone but {spared}"


def _trust(role: Role) -> PolicyDocument:
    if role.trust is None or not isinstance(role.trust.document, PolicyDocument):
        raise AssertionError(role.name)
    return role.trust.document


def _allowed(role: Role) -> frozenset[str]:
    return frozenset(
        principal.value
        for statement in _trust(role).statements
        if statement.effect is Effect.ALLOW
        for principal in statement.principals or ()
    )


def summary(changes: Iterable[RoleChange]) -> str:
    """Return how many roles change, and how."""
    counts = dict.fromkeys(Change, 0)
    for change in changes:
        counts[change.change] += 1
    said = [
        f"{number} {word}"
        for number, word in (
            (counts[Change.CHANGED], "changed"),
            (counts[Change.ADDED], "new"),
            (counts[Change.REMOVED], "gone"),
            (counts[Change.REWRITTEN] + counts[Change.SAME], "with the same access"),
        )
        if number
    ]
    return f"{counted(sum(counts.values()), 'role')}: {', '.join(said)}"
