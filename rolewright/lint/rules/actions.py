"""Action names: their form, their service, and whether AWS documents them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.lint.finding import did_you_mean, quoted
from rolewright.lint.rule import error, warning
from rolewright.reference import actions_of, find_action, known, nearest, services, undocumented

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.lint.subject import Subject

_FORM = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+")
_EVERYTHING = ("*", "*:*")


def _malformed(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, action in _suspicious(subject):
        if not _well_formed(action):
            yield path, _why_malformed(action)


def _unknown_service(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, action in _suspicious(subject):
        service = action.partition(":")[0]
        if action not in _EVERYTHING and _well_formed(action) and not _is_service(service):
            said = f"{quoted(service)} is not a service that AWS documents"
            yield path, said + did_you_mean(_nearest_service(service))


def _unknown_action(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, action in _suspicious(subject):
        service, _, name = action.partition(":")
        if not _well_formed(action) or action in _EVERYTHING or not _is_service(service):
            continue
        if "*" in name or "?" in name:
            yield path, f"{quoted(action)} matches no action that AWS documents; check its spelling"
        else:
            said = f"{quoted(action)} is not an action that AWS documents"
            yield path, said + did_you_mean(_nearest_action(service, name))


def _suspicious(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield the actions that there is something to say of, with their paths."""
    for statement in subject.statements:
        if _are_fine(statement.actions or statement.not_actions or ()):
            continue
        for path, action in subject.entries(statement, "Action", "NotAction"):
            if not _is_fine(action):
                yield path, action


def is_quiet(subject: Subject) -> bool:
    """Whether every action is well formed and documented."""
    return not any(_suspicious(subject))


@lru_cache(maxsize=4096)
def _are_fine(actions: tuple[str, ...]) -> bool:
    return all(map(_is_fine, undocumented(actions)))


@lru_cache(maxsize=16384)
def _is_fine(action: str) -> bool:
    return _well_formed(action) and known(action)


def _well_formed(action: str) -> bool:
    return action in _EVERYTHING or _FORM.fullmatch(action) is not None


def _why_malformed(action: str) -> str:
    service, colon, name = action.partition(":")
    if not action:
        return "is an empty string; name an action such as `s3:GetObject`"
    if not colon:
        return f"{quoted(action)} has no service prefix" + (
            did_you_mean(_with_prefix(action)) or "; write it as `service:Action`"
        )
    if not name:
        return f"{quoted(action)} names a service but no action; for all of them add `*`"
    if "*" in service or "?" in service:
        return f"{quoted(action)} has a wildcard for its service; name the service"
    return f"{quoted(action)} is not of the form `service:Action`"


def _with_prefix(action: str) -> str | None:
    """Return the action that was meant by a name that lacks its colon."""
    for service in services():
        rest = action[len(service) :].lstrip(".-_/")
        if action.lower().startswith(service) and (found := find_action(f"{service}:{rest}")):
            return f"{service}:{found.name}"
    return None


@lru_cache(maxsize=1024)
def _is_service(service: str) -> bool:
    return service.lower() in services()


@lru_cache(maxsize=1024)
def _nearest_service(service: str) -> str | None:
    return nearest(service, services())


@lru_cache(maxsize=1024)
def _nearest_action(service: str, name: str) -> str | None:
    found = nearest(name, [action.name for action in actions_of(service).values()])
    return f"{service}:{found}" if found else None


RULES = (
    error("malformed-action", _malformed),
    warning("unknown-service", _unknown_service),
    warning("unknown-action", _unknown_action),
)
