"""What grants the statements of a policy may have been written for."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from rolewright.grants.kinds import grant_kinds
from rolewright.grants.role import GrantArgs
from rolewright.iam import Request
from rolewright.reference import action_set, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rolewright.grants.kind import GrantKind, Target
    from rolewright.iam import Condition, Statement

_RAW = "statements"
_MOST_ACTIONS = 500
_MOST_REQUESTS = 5000
"""What a policy that names more would have been written for is left to raw statements."""


def candidates(
    allowing: Iterable[Statement], target: Target
) -> Iterator[tuple[GrantKind[Any], Any, int]]:
    """Yield entries that might stand for some of the statements, each with the statement's place.

    They may be for more than that, or for less: the caller compares. What one kind proposes for a
    part is held when it is asked again, so that an entry of several parts comes together.
    """
    asked = [(request, one.index) for one in allowing for request in _requests(one)]
    for kind in grant_kinds():
        if kind.key == _RAW:
            continue
        held: dict[str, Any] = {}
        for again in (False, True):
            given = list(held.values())
            for request, place in asked[:_MOST_REQUESTS]:
                for entry in kind.propose(request, given, target):
                    if not again:
                        held.setdefault(json.dumps(entry, default=str, sort_keys=True), entry)
                    if is_sound(kind, entry, target):
                        yield kind, entry, place


def is_sound(kind: GrantKind[Any], entry: Any, target: Target) -> bool:
    """Whether the stack config would take an entry."""
    return not any(kind.problems(entry)) and not any(kind.problems_there([entry], target))


@cache
def takes_key(kind: str) -> bool:
    """Whether entries of a kind name the KMS key that theirs is encrypted with."""
    (entry,) = get_args(get_type_hints(GrantArgs)[kind])
    return "key" in entry.__optional_keys__


def _requests(statement: Statement) -> Iterator[Request]:
    """Yield requests such as a statement is for: as it stands, and by what its texts begin with."""
    contexts = list(_contexts(statement.conditions))
    for action in _actions(statement):
        for resource in statement.resources or ():
            resources = [resource]
            if resource.endswith("*") and resource.rstrip("*"):
                resources.append(resource.rstrip("*"))
            for asked in resources:
                for context in contexts:
                    yield Request(action=action, resource=asked, context=context)


def _actions(statement: Statement) -> Iterator[str]:
    for pattern in statement.actions or ():
        if "*" in pattern or "?" in pattern:
            yield from names_in(action_set(pattern), _MOST_ACTIONS)
        else:
            yield pattern


def _contexts(conditions: Sequence[Condition]) -> Iterator[Mapping[str, tuple[str, ...]]]:
    """Yield the values that conditions name: together, one by one, without wildcards, and none."""
    together = {
        condition.key: tuple(value.rstrip("*") for value in condition.values)
        for condition in conditions
        if condition.operator.lower() != "null"
    }
    yield together
    for key, values in together.items():
        if len(values) > 1:
            for value in values:
                yield {**together, key: (value,)}
    if together:
        yield {}
