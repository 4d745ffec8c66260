"""Actions and resources that don't belong together.

The tables of https://docs.aws.amazon.com/service-authorization/latest/reference/ say which types of
resource each action takes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rolewright.lint.finding import quoted
from rolewright.lint.rule import warning
from rolewright.lint.takes import Takes, fits, only_wildcard, takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Statement
    from rolewright.lint.subject import Subject

_MOST_SHOWN = 3


class _Taken(NamedTuple):
    """What a statement's actions take: each of them, and those of different types once."""

    each: tuple[Takes, ...]
    typed: tuple[Takes, ...]
    unknown: bool
    """Whether it isn't documented of some."""
    some_only_any: bool
    """Whether some can't be limited to a resource."""


class _Judged(NamedTuple):
    """A statement that names actions and specific resources, and what each of its actions takes."""

    statement: Statement
    resources: tuple[str, ...]
    taken: tuple[Takes, ...]
    unfit: list[int]
    """The places of the resources that none of them takes."""


def is_quiet(subject: Subject) -> bool:
    """Whether each resource is taken by an action, and each type of an action is there."""
    for _, resources, taken in _specific(subject):
        if taken.unknown or taken.some_only_any:
            return False
        if len(resources) == len(taken.typed) == 1:
            if not fits(resources[0], taken.typed[0]):
                return False
            continue
        fitting = [[fits(resource, one) for one in taken.typed] for resource in resources]
        if not all(map(any, fitting)) or not all(map(any, zip(*fitting, strict=True))):
            return False
    return True


def _specific(subject: Subject) -> Iterator[tuple[Statement, tuple[str, ...], _Taken]]:
    """Yield the statements that name actions and specific resources, and what the actions take."""
    for statement in subject.statements:
        actions, resources = statement.actions, statement.resources
        if actions is None or resources is None:
            continue
        if "*" not in resources and all("arn:" in resource for resource in resources):
            yield statement, resources, _taken(actions)


@lru_cache(maxsize=4096)
def _taken(actions: tuple[str, ...]) -> _Taken:
    each = tuple(map(takes, actions))
    return _Taken(
        each=each,
        # Most actions of a statement take the same types.
        typed=tuple({id(one.templates): one for one in each if one.templates}.values()),
        unknown=any(one.unknown for one in each),
        some_only_any=any(
            one.some_need_any and not one.templates and not one.unknown for one in each
        ),
    )


def _judged(subject: Subject) -> list[_Judged]:
    return subject.once("resource_types", lambda: list(_work_out(subject)))


def _work_out(subject: Subject) -> Iterator[_Judged]:
    for statement, resources, taken in _specific(subject):
        yield _Judged(statement, resources, taken.each, _unfit(resources, taken))


def _unfit(resources: tuple[str, ...], taken: _Taken) -> list[int]:
    if not taken.typed or taken.unknown:
        return []
    return [
        place
        for place, resource in enumerate(resources)
        if not any(fits(resource, one) for one in taken.typed)
        and not any(one.some_need_any and only_wildcard(resource, one) for one in taken.each)
    ]


def _resource_of_no_action(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement, _, taken, unfit in _judged(subject):
        if not unfit:
            continue
        entries = list(subject.entries(statement, "Resource"))
        forms = sorted({form for one in taken for form in one.forms})
        for path, resource in map(entries.__getitem__, unfit):
            said = f"AWS documents {quoted(resource)} for none of the statement's actions"
            yield path, f"{said}; they take {_shown(forms)}"


def _action_of_no_resource(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement, resources, taken, unfit in _judged(subject):
        if len(unfit) == len(resources):
            continue
        telling = [one for one in taken if one.templates and not one.unknown]
        typed = {id(one.templates): one for one in telling if not one.some_need_any}
        idle = {
            kind
            for kind, one in typed.items()
            if not any(fits(resource, one) for resource in resources)
        }
        for place, one in enumerate(taken) if idle else ():
            if id(one.templates) in idle and not one.unknown and not one.some_need_any:
                path, action = list(subject.entries(statement, "Action"))[place]
                said = f"AWS documents none of the statement's resources for {quoted(action)}"
                yield path, f"{said}; it takes {_shown(one.forms)}"


def _action_of_any_resource(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement, resources, taken, _ in _judged(subject):
        for place, one in enumerate(taken):
            if one.templates or one.unknown or not one.some_need_any:
                continue
            if not any(only_wildcard(resource, one) for resource in resources):
                path, action = list(subject.entries(statement, "Action"))[place]
                said = f"{quoted(action)} can't be limited to a resource"
                yield path, f"{said}; put it in a statement with the resource `*`"


def _shown(forms: list[str]) -> str:
    named = ", ".join(f"`{form}`" for form in forms[:_MOST_SHOWN])
    return f"{named} and others" if len(forms) > _MOST_SHOWN else named


RULES = (
    warning("resource-fits-no-action", _resource_of_no_action),
    warning("action-fits-no-resource", _action_of_no_resource),
    warning("action-needs-any-resource", _action_of_any_resource),
)
