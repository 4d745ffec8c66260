"""Roles as the guardrails see them: which of these would stop one in prod."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rolewright.grants import Environment
from rolewright.guardrails import Level, enforcement, guardrails, judge
from rolewright.roles import AttachedPolicy, PolicyKind, Role, read_document

if TYPE_CHECKING:
    from rolewright.grants import RolePlan

_BOUNDARY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


def broken_in_prod(plan: RolePlan) -> set[str]:
    """Return the guardrails that would stop this role in prod, where it has some boundary."""
    assert plan.trust_text is not None
    role = Role(
        name=plan.name,
        urn="urn",
        path=plan.path,
        trust=_policy("trust", PolicyKind.TRUST, plan.trust_text),
        policies=(
            *(_policy(p.name, PolicyKind.INLINE, p.text) for p in plan.policies),
            *(_policy(p.name, PolicyKind.CUSTOMER_MANAGED, p.text) for p in plan.managed),
        ),
        boundary=_policy("boundary", PolicyKind.BOUNDARY, _BOUNDARY),
    )
    found: set[str] = set()
    for guardrail in guardrails():
        judgement = judge(guardrail, role, {})
        assert judgement.fault is None
        for violation in judgement.violations:
            level = violation.level or guardrail.level
            if enforcement(level, Environment.PROD) is Level.MANDATORY:
                found.add(guardrail.id)
    return found


def _policy(name: str, kind: PolicyKind, text: str) -> AttachedPolicy:
    return AttachedPolicy(name=name, kind=kind, document=read_document(text), urn="urn")
