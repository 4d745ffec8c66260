"""The form of resources: `*` or an ARN with a partition, a service and an account.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.iam import matches
from rolewright.lint.arns import ACCOUNT, OTHER_ACCOUNTS, PARTITIONS, PARTS, is_sound, split_arn
from rolewright.lint.finding import did_you_mean, quoted
from rolewright.lint.rule import error, warning
from rolewright.lint.subject import Kind
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.lint.subject import Subject

_WILD = re.compile(r"[*?]")
_LEAST_PARTS = 3


def _no_arn(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, resource in _named(subject):
        if not resource:
            yield path, "is an empty string; name a resource, or `*` for all"
        elif not resource.startswith("arn:"):
            # API Gateway completes `execute-api:/...` in its resource policies.
            if subject.kind is not Kind.RESOURCE or not resource.startswith("execute-api:"):
                yield path, f"{quoted(resource)} is neither an ARN nor `*`"
        else:
            yield from _bad_parts(path, resource)


def _bad_parts(path: str, resource: str) -> Iterator[tuple[str, str]]:
    parts = split_arn(resource)
    if len(parts) < _LEAST_PARTS and not resource.endswith("*"):
        yield path, f"{quoted(resource)} ends before its service; an ARN has six parts"
    elif len(parts) >= _LEAST_PARTS and not parts[2]:
        yield path, f"{quoted(resource)} names no service"
    elif len(parts) >= _LEAST_PARTS and parts[2] != parts[2].lower():
        yield path, f"{quoted(parts[2])} is a service in capitals; write `{parts[2].lower()}`"


def _incomplete(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, resource in _arns(subject):
        parts = split_arn(resource)
        if _LEAST_PARTS <= len(parts) < PARTS and not resource.endswith("*"):
            said = f"{quoted(resource)} has {len(parts)} of an ARN's six parts"
            yield path, f"{said}; AWS takes `*` for the rest, so write that or what you mean"
        elif len(parts) == PARTS and not parts[5]:
            yield path, f"{quoted(resource)} ends before its resource; name it, or `*` for all"


def _wildcard_service(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, resource in _arns(subject):
        parts = split_arn(resource)
        service = parts[2] if len(parts) >= _LEAST_PARTS else "*" if resource.endswith("*") else ""
        if _WILD.search(service):
            said = f"{quoted(resource)} has a wildcard for its service, which AWS doesn't take"
            yield path, f"{said}; name the service, or use `*` alone"


def _partition(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, resource in _arns(subject):
        partition = split_arn(resource)[1]
        if any(matches(partition, one) for one in PARTITIONS):
            continue
        if not partition:
            yield path, f"{quoted(resource)} has no partition; write `arn:aws:...`"
        else:
            meant = did_you_mean(nearest(partition, PARTITIONS))
            yield path, f"{quoted(partition)} is not a partition of AWS{meant}"


def _account(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, resource in _arns(subject):
        parts = split_arn(resource)
        if len(parts) < PARTS:
            continue
        account = parts[4]
        if account not in OTHER_ACCOUNTS and not ACCOUNT.fullmatch(account):
            yield path, f"{quoted(account)} is not an account; it is 12 digits, or `*` for any"


def _named(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield the resources that there is something to say of, with their paths."""
    for statement in subject.statements:
        if all(map(_is_fine, statement.resources or statement.not_resources or ())):
            continue
        for path, resource in subject.entries(statement, "Resource", "NotResource"):
            if not _is_fine(resource):
                yield path, resource


def _is_fine(resource: str) -> bool:
    return resource == "*" or is_sound(resource)


def _arns(subject: Subject) -> Iterator[tuple[str, str]]:
    return ((path, resource) for path, resource in _named(subject) if resource.startswith("arn:"))


def is_quiet(subject: Subject) -> bool:
    """Whether the form of every resource is sound."""
    return not any(_named(subject))


RULES = (
    error("bad-resource", _no_arn),
    warning("incomplete-arn", _incomplete),
    error("wildcard-service", _wildcard_service),
    error("bad-partition", _partition),
    error("bad-account", _account),
)
