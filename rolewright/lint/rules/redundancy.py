"""Statements that change nothing, because another one says it already or denies it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam import Effect
from rolewright.lint.cover import Scope, all_differ, lowered
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
    scopes = _scopes(subject)
    denies = [one for one in scopes if _denies(one.statement) and not one.conditions]
    for scope in scopes if denies else ():
        statement = scope.statement
        deny = next((one for one in denies if not _denies(statement) and one.covers(scope)), None)
        if deny is not None:
            said = f"allows nothing, since {_named(deny.statement)} denies all of it"
            yield f"Statement[{statement.index}]", f"{said}; drop one of the two"


def _repeated(subject: Subject) -> Iterator[tuple[str, str]]:
    scopes = _scopes(subject)
    if len(scopes) == 1:
        return
    by_action: dict[str, list[Scope]] = {}
    wide: list[Scope] = []
    for scope in scopes:
        named = scope.actions[0]
        if named is None or named.prefixes or named.wide:
            wide.append(scope)
        for action in named.all if named else ():
            by_action.setdefault(action, []).append(scope)
    for scope in scopes:
        named = scope.actions[0]
        # Whatever covers a statement covers its first action.
        others = scopes if named is None else (*by_action[named.patterns[0]], *wide)
        useless = [one.statement for one in others if _makes_useless(one, scope)]
        if useless:
            other = min(useless, key=lambda one: one.index)
            said = f"adds nothing to {_named(other)}, which covers it; drop it"
            yield f"Statement[{scope.statement.index}]", said


def _makes_useless(outer: Scope, inner: Scope) -> bool:
    """Whether `inner` adds nothing to the other; of two that say the same, the first is kept."""
    one, other = outer.statement, inner.statement
    return (
        one is not other
        and one.effect is other.effect
        and outer.covers(inner)
        and (one.index < other.index or not inner.covers(outer))
    )


def _scopes(subject: Subject) -> list[Scope]:
    return subject.once("scopes", lambda: list(map(Scope.of, subject.sound_statements)))


def _denies(statement: Statement) -> bool:
    return statement.effect is Effect.DENY


def _named(statement: Statement) -> str:
    """Return how people find a statement."""
    sid = f" ({quoted(statement.sid)})" if statement.sid else ""
    return f"statement {statement.index}{sid}"


RULES = (warning("shadowed-by-deny", _shadowed), warning("redundant-statement", _repeated))
