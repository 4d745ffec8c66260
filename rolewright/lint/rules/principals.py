"""Principals: their form, and whether a document of its kind has them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.iam import Effect
from rolewright.lint.finding import did_you_mean, quoted
from rolewright.lint.rule import error, warning
from rolewright.lint.subject import Kind
from rolewright.reference import nearest, services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.lint.subject import Subject

_ACCOUNT = r"\d{12}"
_AWS = re.compile(
    rf"\*|{_ACCOUNT}|A[A-Z0-9]{{15,127}}"
    rf"|arn:aws(-[a-z]+)*:iam::{_ACCOUNT}:(root|user/.+|role/.+)"
    rf"|arn:aws(-[a-z]+)*:sts::{_ACCOUNT}:(assumed-role/.+|federated-user/.+|self)"
    r"|arn:aws(-[a-z]+)*:iam::cloudfront:user/.+"
)
_SERVICE = re.compile(
    r"[a-z0-9][a-z0-9.-]*\.(amazonaws\.com(\.cn)?|aws\.internal|[a-z0-9]+\.ic\.gov|sgov\.gov)"
)
_FEDERATED = re.compile(
    rf"\*|arn:aws(-[a-z]+)*:iam::{_ACCOUNT}:(saml-provider|oidc-provider)/.+|[a-z0-9-]+(\.[a-z0-9-]+)+"
)
_CANONICAL = re.compile(r"[0-9a-f]{64}|\*")
_TRUST_ACTIONS = (
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:tagsession",
    "sts:setsourceidentity",
    "sts:setcontext",
)


def _wildcard(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, kind, value in _principals(subject):
        if kind in ("AWS", "Service") and "*" in value and (value != "*" or kind == "Service"):
            said = f"{quoted(value)} has a wildcard, which a principal can't have"
            yield path, f"{said}; use `*` with a condition on `aws:PrincipalArn`, or name each"


def _malformed(subject: Subject) -> Iterator[tuple[str, str]]:
    forms = {
        "AWS": (_AWS, "an account, or the ARN of a role, a user or a session"),
        "Federated": (_FEDERATED, "the ARN of a SAML or OIDC provider, or a provider's domain"),
        "CanonicalUser": (_CANONICAL, "64 hexadecimal digits"),
    }
    for path, kind, value in _principals(subject):
        if kind not in forms or "*" in value:
            continue
        form, wanted = forms[kind]
        if not form.fullmatch(value):
            yield path, f"{quoted(value)} is not a principal of kind `{kind}`; write {wanted}"


def _service(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, kind, value in _principals(subject):
        if kind == "Service" and "*" not in value and not _SERVICE.fullmatch(value):
            label = value.lower().split(".")[0]
            name = label if label in services() else nearest(label, services())
            meant = did_you_mean(f"{name}.amazonaws.com" if name else None)
            yield path, f"{quoted(value)} is not a service principal{meant}"


def _not_principal(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.sound_statements:
        if statement.effect is Effect.ALLOW and statement.not_principals is not None:
            yield (
                f"Statement[{statement.index}].NotPrincipal",
                "allows everyone but those named, anonymous callers too; name who may in `Principal`",
            )


def _in_identity_policy(subject: Subject) -> Iterator[tuple[str, str]]:
    if subject.kind is not Kind.IDENTITY:
        return
    for statement in subject.statements:
        for element, listed in (
            ("Principal", statement.principals),
            ("NotPrincipal", statement.not_principals),
        ):
            if listed is not None:
                said = "an identity policy has no principal: it is whom it is attached to; drop it"
                yield f"Statement[{statement.index}].{element}", said


def _missing(subject: Subject) -> Iterator[tuple[str, str]]:
    if subject.kind is Kind.IDENTITY:
        return
    for statement in subject.sound_statements:
        if statement.principals is None and statement.not_principals is None:
            said = f"has no `Principal`; each statement of a {subject.kind.value} policy has one"
            yield f"Statement[{statement.index}]", said


def _trust_action(subject: Subject) -> Iterator[tuple[str, str]]:
    if subject.kind is not Kind.TRUST:
        return
    for statement in subject.statements:
        for path, action in subject.entries(statement, "Action"):
            lowered = action.lower()
            if not lowered.startswith("sts:") or (
                "*" not in lowered and lowered not in _TRUST_ACTIONS
            ):
                said = f"{quoted(action)} can't stand in a trust policy"
                yield path, f"{said}; it allows `sts:AssumeRole` and its like only"


def _trust_resource(subject: Subject) -> Iterator[tuple[str, str]]:
    if subject.kind is not Kind.TRUST:
        return
    for statement in subject.statements:
        for element in ("Resource", "NotResource"):
            if any(subject.entries(statement, element)):
                said = "a trust policy has no resource: it is the role itself; drop it"
                yield f"Statement[{statement.index}].{element}", said


def _principals(subject: Subject) -> Iterator[tuple[str, str, str]]:
    for statement in subject.statements:
        yield from subject.principals(statement)


def is_quiet(subject: Subject) -> bool:
    """Whether there are none, in a document that has none."""
    return subject.kind is Kind.IDENTITY and all(
        one.principals is None and one.not_principals is None for one in subject.statements
    )


RULES = (
    error("wildcard-in-principal", _wildcard),
    error("bad-principal", _malformed),
    error("bad-service-principal", _service),
    warning("not-principal-with-allow", _not_principal),
    error("principal-in-identity-policy", _in_identity_policy),
    error("missing-principal", _missing),
    error("action-in-trust-policy", _trust_action),
    error("resource-in-trust-policy", _trust_resource),
)
