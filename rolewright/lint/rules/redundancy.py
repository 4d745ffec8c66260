"""What changes nothing, because something else in the document says it already or denies it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam import Effect
from rolewright.lint.cover import Scope, entry_covers
from rolewright.lint.finding import quoted
from rolewright.lint.rule import warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rolewright.iam import Statement
    from rolewright.lint.subject import Subject


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
        if statement.actions is None or _any_wild(statement.actions):
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
        _any_wild(outer.resources) and any(entry_covers(one, first) for one in outer.resources)
    )


def _any_wild(patterns: Sequence[str]) -> bool:
    joined = "".join(patterns)
    return "*" in joined or "?" in joined


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


def _action_in_list(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        named = statement.actions or statement.not_actions or ()
        if _all_differ([action.lower() for action in named]):
            continue
        for element in ("Action", "NotAction"):
            listed = [(path, one.lower()) for path, one in subject.entries(statement, element)]
            shown = [one for _, one in subject.entries(statement, element)]
            yield from _in_list(listed, shown, lambda action: action.partition(":")[0])


def _resource_in_list(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        if _all_differ(statement.resources or statement.not_resources or ()):
            continue
        for element in ("Resource", "NotResource"):
            listed = list(subject.entries(statement, element))
            yield from _in_list(listed, [one for _, one in listed], lambda _: "")


def _all_differ(entries: Sequence[str]) -> bool:
    """Whether surely no entry covers another: there is but one, or none has wildcards."""
    if len(entries) == 1:
        return True
    return not _any_wild(entries) and len(set(entries)) == len(entries)


def _in_list(
    listed: Sequence[tuple[str, str]], shown: Sequence[str], group: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """Yield the entries of a list that another entry covers; of two equal ones the second.

    `group` names what an entry with wildcards must share with those that it covers.
    """
    first: dict[str, int] = {}
    wide: dict[str, list[int]] = {}
    for place, (_, entry) in enumerate(listed):
        first.setdefault(entry, place)
        if ("*" in entry or "?" in entry) and first[entry] == place:
            wide.setdefault(group(entry), []).append(place)
    for place, (path, entry) in enumerate(listed):
        if first[entry] != place:
            yield path, f"{quoted(shown[place])} stands twice in the list; drop one"
            continue
        for other in (*wide.get("*", ()), *wide.get(group(entry), ())):
            outer = listed[other][1]
            if other != place and entry_covers(outer, entry):
                if other > place and entry_covers(entry, outer):
                    continue
                yield path, f"{quoted(shown[place])} is part of {quoted(shown[other])}; drop it"
                break


RULES = (
    warning("shadowed-by-deny", _shadowed),
    warning("redundant-statement", _repeated),
    warning("redundant-action", _action_in_list),
    warning("redundant-resource", _resource_in_list),
)
