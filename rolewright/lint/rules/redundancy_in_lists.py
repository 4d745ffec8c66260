"""Entries of a list that change nothing, because another one of it covers them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.lint.cover import all_differ, entry_covers, lowered
from rolewright.lint.finding import quoted
from rolewright.lint.rule import warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rolewright.lint.subject import Subject


def is_quiet(subject: Subject) -> bool:
    """Whether surely no entry covers another."""
    return all(
        _actions_differ(one.actions or one.not_actions or ())
        and all_differ(one.resources or one.not_resources or ())
        for one in subject.statements
    )


@lru_cache(maxsize=4096)
def _actions_differ(actions: tuple[str, ...]) -> bool:
    return all_differ(lowered(actions))


def _action_in_list(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        if _actions_differ(statement.actions or statement.not_actions or ()):
            continue
        for element in ("Action", "NotAction"):
            listed = [(path, one.lower()) for path, one in subject.entries(statement, element)]
            shown = [one for _, one in subject.entries(statement, element)]
            yield from _in_list(listed, shown, lambda action: action.partition(":")[0])


def _resource_in_list(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        if all_differ(statement.resources or statement.not_resources or ()):
            continue
        for element in ("Resource", "NotResource"):
            listed = list(subject.entries(statement, element))
            yield from _in_list(listed, [one for _, one in listed], lambda _: "")


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
    warning("redundant-action", _action_in_list),
    warning("redundant-resource", _resource_in_list),
)
