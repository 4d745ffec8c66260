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


class WithinQuotasSettings(GuardrailSettings):
    """The quotas of the account, where AWS raised them."""

    attachedPolicies: NotRequired[int]
    """How many managed policies a role can have; 10 unless AWS raised it."""
    trustPolicy: NotRequired[int]
    """How many characters a trust policy can have; 2,048 unless AWS raised it."""


def _check(role: Role, settings: WithinQuotasSettings) -> Iterator[Violation]:
    yield from _sizes(role, settings.get("trustPolicy", limits.TRUST_POLICY))
    attached = {policy.arn or policy.name for policy in role.policies if policy.kind in _MANAGED}
    if role.created:
        yield from _over("characters in its name", len(role.name), limits.ROLE_NAME_LENGTH)
        yield from _over("characters in its path", len(role.path), limits.PATH_LENGTH)
        yield from _over("tags", len(role.tags), limits.TAGS)
    most = settings.get("attachedPolicies", limits.ATTACHED_POLICIES)
    yield from _over("managed policies attached", len(attached), most)


def _sizes(role: Role, trust: int) -> Iterator[Violation]:
    if role.trust is not None:
        yield from _over("characters in its trust policy", _size(role.trust), trust, role.trust)
    inline = sum(_size(policy) for policy in role.policies if policy.kind is PolicyKind.INLINE)
    yield from _over("characters in its inline policies", inline, limits.INLINE_POLICIES_TOTAL)
    for policy in role.policies:
        if policy.kind is PolicyKind.CUSTOMER_MANAGED:
            what = f"characters in its {policy}"
            yield from _over(what, _size(policy), limits.MANAGED_POLICY, policy)


def _size(policy: AttachedPolicy) -> int:
    text = text_of(policy)
    return 0 if text is None else document_size(text)


def _over(
    what: str, count: int, most: int, policy: AttachedPolicy | None = None
) -> Iterator[Violation]:
    if count > most:
        message = f"has {count:,} {what}, {count - most:,} more than IAM takes ({most:,})"
        yield Violation(message=message, policy=policy)


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
