"""Paths from a role to access that it was not given, by what its policies really leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.escalation import (
    aligned,
    evidence,
    evidence_together,
    grouped,
    said,
    said_together,
    walks,
)
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import NoSettings
from rolewright.roles import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.escalation import Group


def _check(role: Role, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    # Until the role is seen whole, no other can be compared with it, or told from one outside.
    found = (walk for walk in walks(role) if role.whole or not walk.compares)
    for group in grouped(walk for walk in found if walk.gains is not False):
        yield _violation(group)


def _violation(group: Group) -> Violation:
    walk = group.example
    if len(group.walks) == 1:
        message, details = f"may {said(walk)} ({walk.path.id})", evidence(walk)
    else:
        message, details = f"may {said_together(group)}", evidence_together(group)
    severity = Severity.LOW if group.user else None
    if group.gains is None:
        severity = severity or Severity.HIGH
    grant = walk.uses[0].grant
    return Violation(
        message=message,
        policy=grant.policy,
        statement=grant.statement,
        details=aligned(details),
        level=Level.BY_ENVIRONMENT if severity else None,
        severity=severity,
    )


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="no-privilege-escalation",
    description="No role can come to access that it was not given.",
    level=Level.MANDATORY,
    severity=Severity.CRITICAL,
    reads=frozenset({Part.IDENTITY}),
    why="What a role can make of its permissions counts, not what they say: a role that may pass "
    "another to a job, or write its own policies, has that access too.",
    fix="take one of the permissions away, or name what they are for: exact role ARNs under "
    "`passRoles`, exact ARNs of functions, instances and users",
    settings=NoSettings,
    check=_check,
)
