"""Entries of a list that change nothing, because another one of it covers them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.lint.cover import all_differ, beginning, entry_covers, lowered
from rolewright.lint.finding import quoted
from rolewright.lint.rule import warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rolewright.iam import Statement
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
        for element, listed in (
            ("Action", statement.actions),
            ("NotAction", statement.not_actions),
        ):
            if listed and not _actions_differ(listed):
                yield from _told(subject, statement, element, _in_list(lowered(listed), _service))


def _resource_in_list(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        for element, listed in (
            ("Resource", statement.resources),
            ("NotResource", statement.not_resources),
        ):
            if listed and not all_differ(listed):
                yield from _told(subject, statement, element, _in_list(listed, _nothing))


def _told(
    subject: Subject, statement: Statement, element: str, found: Iterator[tuple[int, int]]
) -> Iterator[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for place, other in found:
        entries = entries or list(subject.entries(statement, element))
        path, entry = entries[place]
        if place == other:
            yield path, f"{quoted(entry)} stands twice in the list; drop one"
        else:
            yield path, f"{quoted(entry)} is part of {quoted(entries[other][1])}; drop it"


def _in_list(listed: Sequence[str], group: Callable[[str], str]) -> Iterator[tuple[int, int]]:
    """Yield the places of entries that another one covers, with its place; of equals the second.

    That stands beside itself. `group` names what an entry with wildcards must share with those that
    it covers, but for one of the group `*`.
    """
    first: dict[str, int] = {}
    wide: dict[str, list[tuple[str, int]]] = {}
    for place, entry in enumerate(listed):
        if first.setdefault(entry, place) == place and ("*" in entry or "?" in entry):
            wide.setdefault(group(entry), []).append((beginning(entry), place))
    for place, entry in enumerate(listed):
        if first[entry] != place:
            yield place, place
            continue
        for begins, other in (*wide.get("*", ()), *wide.get(group(entry), ())):
            if other == place or not entry.startswith(begins):
                continue
            outer = listed[other]
            if entry_covers(outer, entry) and (other < place or not entry_covers(entry, outer)):
                yield place, other
                break


def _service(action: str) -> str:
    return action.partition(":")[0]


def _nothing(resource: str) -> str:
    del resource
    return ""


RULES = (
    warning("redundant-action", _action_in_list),
    warning("redundant-resource", _resource_in_list),
)
