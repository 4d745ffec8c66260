"""AWS-managed policies that are broad by their very purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.roles import PolicyKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

_BROAD = {
    "administratoraccess": "everything",
    "amazons3fullaccess": "every action on every bucket",
    "amazonsagemakerfullaccess": "all of SageMaker and buckets by a name that anyone may choose",
    "iamfullaccess": "every action of IAM, and so everything",
    "poweruseraccess": "everything but IAM",
}
"""What such a policy allows, by its name in lower case."""


class NoBroadManagedPoliciesSettings(GuardrailSettings):
    """Further managed policies that no role may have."""

    refused: NotRequired[list[str]]
    """Names of managed policies to refuse besides the built-in ones."""


def _check(role: Role, settings: NoBroadManagedPoliciesSettings) -> Iterator[Violation]:
    refused = {name.lower() for name in settings.get("refused", ())}
    for policy in role.policies:
        if policy.kind not in (PolicyKind.AWS_MANAGED, PolicyKind.CUSTOMER_MANAGED):
            continue
        name = policy.name.lower()
        if policy.kind is PolicyKind.AWS_MANAGED and name in _BROAD:
            yield Violation(
                message=f"has `{policy.name}`, which allows {_BROAD[name]}", policy=policy
            )
        elif name in refused:
            yield Violation(
                message=f"has `{policy.name}`, which this guardrail's config refuses", policy=policy
            )


GUARDRAIL: Guardrail[NoBroadManagedPoliciesSettings] = Guardrail(
    id="no-broad-managed-policies",
    description="No role has AdministratorAccess, PowerUserAccess or a service's full access.",
    level=Level.MANDATORY,
    severity=Severity.HIGH,
    reads=frozenset(),
    why="They are written for people who try things out, and AWS widens them over time.",
    fix="drop it from `managedPolicies` and grant the buckets and tables that the role needs",
    settings=NoBroadManagedPoliciesSettings,
    check=_check,
)
