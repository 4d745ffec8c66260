"""Who may assume the role: SageMaker, and the services that the config allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.guardrails.trusting import refusals
from rolewright.iam import Effect, can_hold
from rolewright.reference import action_set, names_in
from rolewright.roles import Part, Role, statement_actions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Principal

_SAGEMAKER = "sagemaker.amazonaws.com"
_ALLOWED_ACTIONS = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")


class TrustServicesSettings(GuardrailSettings):
    """Services that may assume roles besides SageMaker."""

    services: NotRequired[list[str]]
    """Services that may assume any role, such as `scheduler.amazonaws.com`."""
    servicesByRole: NotRequired[dict[str, list[str]]]
    """Services that may assume one role, by the role's name in IAM."""


def _check(role: Role, settings: TrustServicesSettings) -> Iterator[Violation]:
    if role.trust is None:
        return
    allowed = {
        _SAGEMAKER,
        *settings.get("services", ()),
        *settings.get("servicesByRole", {}).get(role.name, ()),
    }
    for statement in role.trust.statements:
        if statement.effect is not Effect.ALLOW or not can_hold(statement.conditions):
            continue
        faults = [
            _principal_fault(principal, allowed)
            for principal in statement.principals or ()
            if all(deny.conditions for deny in refusals(role.trust, principal, statement))
        ]
        if statement.not_principals is not None:
            faults.append("may be assumed by everyone but a few (NotPrincipal in an Allow)")
        beyond = statement_actions(statement)
        for action in _ALLOWED_ACTIONS:
            beyond &= ~action_set(action)
        if beyond:
            names = ", ".join(f"`{name}`" for name in names_in(beyond, limit=3))
            faults.append(f"lets its trusted principals call {names}")
        for fault in faults:
            if fault:
                yield Violation(message=fault, policy=role.trust, statement=statement)


def _principal_fault(principal: Principal, allowed: set[str]) -> str | None:
    """Return what is wrong with a trusted principal, or None."""
    if principal.kind == "Service":
        if principal.value in allowed:
            return None
        return f"may be assumed by the service `{principal.value}`"
    if principal.value == "*":
        return "may be assumed by anyone"
    if principal.kind == "AWS" and (principal.value.isdigit() or principal.value.endswith(":root")):
        return f"may be assumed by whoever account `{principal.value}` lets"
    return f"may be assumed by `{principal.value}`"


GUARDRAIL: Guardrail[TrustServicesSettings] = Guardrail(
    id="trust-services",
    description="A role is assumed by SageMaker and the services that are allowed, by nobody else.",
    level=Level.MANDATORY,
    severity=Severity.CRITICAL,
    reads=frozenset({Part.TRUST}),
    why="Whoever may assume the role has all of its access.",
    fix="trust `sagemaker.amazonaws.com` alone, or allow the service in this guardrail's `services`",
    settings=TrustServicesSettings,
    check=_check,
)
