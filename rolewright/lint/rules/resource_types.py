"""Actions and resources that don't belong together.

The tables of https://docs.aws.amazon.com/service-authorization/latest/reference/ say which types of
resource each action takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.lint.finding import quoted
from rolewright.lint.rule import warning
from rolewright.lint.takes import Takes, fits, only_wildcard, takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Statement
    from rolewright.lint.subject import Subject

_MOST_SHOWN = 3


def _judged(subject: Subject) -> list[tuple[Statement, list[tuple[str, str, Takes]]]]:
    """Return the statements that name actions and specific resources, and what each action takes."""
    return subject.once("resource_types", lambda: list(_work_out(subject)))


def _work_out(subject: Subject) -> Iterator[tuple[Statement, list[tuple[str, str, Takes]]]]:
    for statement in subject.statements:
        if statement.actions is None or statement.resources is None:
            continue
        if any(resource == "*" or "arn:" not in resource for resource in statement.resources):
            continue
        named = [
            (path, action, takes(action)) for path, action in subject.entries(statement, "Action")
        ]
        yield statement, named


def _unfit_resources(subject: Subject, statement: Statement) -> list[tuple[str, str]]:
    named = [takes(action) for action in statement.actions or ()]
    typed = [one for one in named if one.templates]
    if not typed or any(one.unknown for one in named):
        return []
    return [
        (path, resource)
        for path, resource in subject.entries(statement, "Resource")
        if not any(fits(resource, one) for one in typed)
        and not any(one.some_need_any and only_wildcard(resource, one) for one in named)
    ]


def _resource_of_no_action(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement, named in _judged(subject):
        for path, resource in _unfit_resources(subject, statement):
            forms = sorted({form for _, _, one in named for form in one.forms})
            said = f"AWS documents {quoted(resource)} for none of the statement's actions"
            yield path, f"{said}; they take {_shown(forms)}"


def _action_of_no_resource(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement, named in _judged(subject):
        resources = statement.resources or ()
        if len(_unfit_resources(subject, statement)) == len(resources):
            continue
        for path, action, one in named:
            if not one.templates or one.unknown or one.some_need_any:
                continue
            if not any(fits(resource, one) for resource in resources):
                said = f"AWS documents none of the statement's resources for {quoted(action)}"
                yield path, f"{said}; it takes {_shown(one.forms)}"


def _action_of_any_resource(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement, named in _judged(subject):
        for path, action, one in named:
            if one.templates or one.unknown or not one.some_need_any:
                continue
            if not any(only_wildcard(resource, one) for resource in statement.resources or ()):
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
