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
    scopes = [Scope.of(statement) for statement in subject.sound_statements]
    denies = [one for one in scopes if _denies(one) and not one.conditions]
    for scope in scopes:
        deny = next((one for one in denies if not _denies(scope) and one.covers(scope)), None)
        if deny is not None:
            said = f"allows nothing, since {_named(deny.statement)} denies all of it"
            yield f"Statement[{scope.statement.index}]", f"{said}; drop one of the two"


def _repeated(subject: Subject) -> Iterator[tuple[str, str]]:
    scopes = [Scope.of(statement) for statement in subject.sound_statements]
    for place, scope in enumerate(scopes):
        other = next((one for one in scopes if _makes_useless(one, scope, scopes[:place])), None)
        if other is not None:
            said = f"adds nothing to {_named(other.statement)}, which covers it; drop it"
            yield f"Statement[{scope.statement.index}]", said


def _makes_useless(other: Scope, scope: Scope, before: Sequence[Scope]) -> bool:
    """Whether `scope` adds nothing to the other; of two that say the same, the first is kept."""
    return (
        other is not scope
        and other.statement.effect is scope.statement.effect
        and other.covers(scope)
        and (other in before or not scope.covers(other))
    )


def _denies(scope: Scope) -> bool:
    return scope.statement.effect is Effect.DENY


def _named(statement: Statement) -> str:
    """Return how people find a statement."""
    sid = f" ({quoted(statement.sid)})" if statement.sid else ""
    return f"statement {statement.index}{sid}"


def _action_in_list(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        for element in ("Action", "NotAction"):
            listed = [(path, one.lower()) for path, one in subject.entries(statement, element)]
            shown = [one for _, one in subject.entries(statement, element)]
            yield from _in_list(listed, shown, lambda action: action.partition(":")[0])


def _resource_in_list(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        for element in ("Resource", "NotResource"):
            listed = list(subject.entries(statement, element))
            yield from _in_list(listed, [one for _, one in listed], lambda _: "")


def _in_list(
    listed: Sequence[tuple[str, str]], shown: Sequence[str], group: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """Yield the entries of a list that another entry covers; of two equal ones the second.

    `group` names what an entry with wildcards must share with those that it covers.
    """
    if len(listed) == 1:
        return
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
