"""Roles as the guardrails see them: which of these would stop one, and where."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rolewright.grants import Environment
from rolewright.guardrails import Level, enforcement, guardrails, judge
from rolewright.roles import AttachedPolicy, PolicyKind, read_document
from tests.guardrails.plans import ANY_BOUNDARY, planned_role

if TYPE_CHECKING:
    from rolewright.grants import RolePlan

BOUNDARY = AttachedPolicy(
    name="boundary", kind=PolicyKind.BOUNDARY, document=read_document(ANY_BOUNDARY), urn="urn"
)


def stopped_by(plan: RolePlan) -> dict[str, set[str]]:
    """Return the guardrails that would stop this role, by environment; none where nothing does."""
    role = planned_role(plan)
    role = replace(role, boundary=role.boundary or BOUNDARY)
    found: dict[str, set[str]] = {}
    for guardrail in guardrails():
        judgement = judge(guardrail, role, {})
        assert judgement.fault is None
        for violation in judgement.violations:
            level = violation.level or guardrail.level
            for environment in Environment:
                if enforcement(level, environment) is Level.MANDATORY:
                    found.setdefault(environment.value, set()).add(guardrail.id)
    return found
