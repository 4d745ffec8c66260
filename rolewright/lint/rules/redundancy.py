"""Statements that change nothing, because another one says it already or denies it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam import Effect
from rolewright.lint.cover import Scope, all_differ, any_wild, entry_covers, lowered
from rolewright.lint.finding import quoted
from rolewright.lint.rule import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Statement
    from rolewright.lint.subject import Subject


def is_quiet(subject: Subject) -> bool:
    """Whether surely no statement covers another: no resource of theirs does, or no action."""
    statements = subject.statements
    if len(statements) == 1 or _all_differ([one.resources for one in statements]):
        return True
    return _all_differ([one.actions and lowered(one.actions) for one in statements])


def _all_differ(listed: list[tuple[str, ...] | None]) -> bool:
    return None not in listed and all_differ([entry for one in listed for entry in one or ()])


def _shadowed(subject: Subject) -> Iterator[tuple[str, str]]:
    statements = subject.sound_statements
    denies = [Scope.of(one) for one in statements if _denies(one) and not one.conditions]
    for statement in statements if denies else ():
        scope = Scope.of(statement)
        deny = next((one for one in denies if not _denies(statement) and one.covers(scope)), None)
        if deny is not None:
            said = f"allows nothing, since {_named(deny.statement)} denies all of it"
            yield f"Statement[{statement.index}]", f"{said}; drop one of the two"


def _repeated(subject: Subject) -> Iterator[tuple[str, str]]:
    statements = subject.sound_statements
    if len(statements) == 1:
        return
    by_action: dict[str, list[Statement]] = {}
    wide: list[Statement] = []
    for statement in statements:
        if statement.actions is None or any_wild(statement.actions):
            wide.append(statement)
        for action in set(map(str.lower, statement.actions or ())):
            by_action.setdefault(action, []).append(statement)
    for statement in statements:
        # Whatever covers a statement covers its first action, and its first resource.
        if statement.actions is None:
            others = statements
        else:
            others = (*by_action[statement.actions[0].lower()], *wide)
        near = [one for one in others if one is not statement and _may_cover(one, statement)]
        useless = [one for one in near if _makes_useless(subject, one, statement)]
        if useless:
            other = min(useless, key=lambda one: one.index)
            said = f"adds nothing to {_named(other)}, which covers it; drop it"
            yield f"Statement[{statement.index}]", said


def _may_cover(outer: Statement, inner: Statement) -> bool:
    """Whether one may cover another, by what is cheap to tell."""
    if outer.effect is not inner.effect or (outer.conditions and not inner.conditions):
        return False
    if outer.resources is None or inner.resources is None:
        return True
    first = inner.resources[0]
    return first in outer.resources or (
        any_wild(outer.resources) and any(entry_covers(one, first) for one in outer.resources)
    )


def _makes_useless(subject: Subject, other: Statement, statement: Statement) -> bool:
    """Whether `statement` adds nothing to the other; of two that say the same, the first is kept."""
    outer, inner = _scope(subject, other), _scope(subject, statement)
    return outer.covers(inner) and (other.index < statement.index or not inner.covers(outer))


def _scope(subject: Subject, statement: Statement) -> Scope:
    return subject.once(f"scope {statement.index}", lambda: Scope.of(statement))


def _denies(statement: Statement) -> bool:
    return statement.effect is Effect.DENY


def _named(statement: Statement) -> str:
    """Return how people find a statement."""
    sid = f" ({quoted(statement.sid)})" if statement.sid else ""
    return f"statement {statement.index}{sid}"


RULES = (warning("shadowed-by-deny", _shadowed), warning("redundant-statement", _repeated))
