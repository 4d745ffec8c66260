"""Sizes and counts that IAM takes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.linting import text_of
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.iam import document_size, limits
from rolewright.roles import Part, PolicyKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import AttachedPolicy

_MANAGED = (PolicyKind.AWS_MANAGED, PolicyKind.CUSTOMER_MANAGED)


_Count = tuple[str, int, int, "AttachedPolicy | None"]
"""What is counted, how many there are, how many IAM takes, and the policy that it is about."""


class WithinQuotasSettings(GuardrailSettings):
    """The quotas of the account, where AWS raised them."""

    attachedPolicies: NotRequired[int]
    """How many managed policies a role can have; 10 unless AWS raised it."""
    trustPolicy: NotRequired[int]
    """How many characters a trust policy can have; 2,048 unless AWS raised it."""


def _check(role: Role, settings: WithinQuotasSettings) -> Iterator[Violation]:
    for what, count, most, policy in _counts(role, settings):
        if count > most:
            message = f"has {count:,} {what}, {count - most:,} more than IAM takes ({most:,})"
            yield Violation(message=message, policy=policy)


def _counts(role: Role, settings: WithinQuotasSettings) -> Iterator[_Count]:
    if role.trust is not None:
        most = settings.get("trustPolicy", limits.TRUST_POLICY)
        yield "characters in its trust policy", _size(role.trust), most, role.trust
    inline = 0
    attached: set[str] = set()
    for policy in role.policies:
        if policy.kind is PolicyKind.INLINE:
            inline += _size(policy)
        elif policy.kind in _MANAGED:
            attached.add(policy.arn or policy.name)
    yield "characters in its inline policies", inline, limits.INLINE_POLICIES_TOTAL, None
    for policy in role.policies:
        if policy.kind is PolicyKind.CUSTOMER_MANAGED:
            yield f"characters in its {policy}", _size(policy), limits.MANAGED_POLICY, policy
    if role.created:
        yield "characters in its name", len(role.name), limits.ROLE_NAME_LENGTH, None
        yield "characters in its path", len(role.path), limits.PATH_LENGTH, None
        yield "tags", len(role.tags), limits.TAGS, None
    most = settings.get("attachedPolicies", limits.ATTACHED_POLICIES)
    yield "managed policies attached", len(attached), most, None


def _size(policy: AttachedPolicy) -> int:
    text = text_of(policy)
    return 0 if text is None else document_size(text)


GUARDRAIL: Guardrail[WithinQuotasSettings] = Guardrail(
    id="within-quotas",
    description="A role's documents, policies, name and tags are within IAM's quotas.",
    level=Level.MANDATORY,
    severity=Severity.MEDIUM,
    reads=frozenset({Part.TRUST, Part.IDENTITY}),
    why="What is over a quota fails in the middle of a deployment.",
    fix="name policies with `managed: true`, which count apart from inline ones, or split the role; "
    "set this guardrail's `attachedPolicies` or `trustPolicy` where AWS raised the quota",
    settings=WithinQuotasSettings,
    check=_check,
)
