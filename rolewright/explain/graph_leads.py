"""Ways from a role to what another of the roles can do, as something that it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.escalation import said, walks
from rolewright.explain.graph_model import Access, Reason, gravest
from rolewright.explain.graph_targets import target_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.audit import Finding
    from rolewright.explain.graph_targets import Target
    from rolewright.roles import Role

_GUARDRAIL = "no-privilege-escalation"


def leads_of(role: Role, findings: Iterable[Finding]) -> Iterator[tuple[Target, Reason]]:
    """Yield the roles whose access a role can come to, with each statement that it takes.

    Where the guardrail found nothing there is nothing to search for.
    """
    levels = [finding.level for finding in findings if finding.guardrail == _GUARDRAIL]
    if not levels:
        return
    for walk in walks(role):
        if walk.role is None or walk.gains is False or walk.path.user:
            continue
        target, _ = target_of(walk.role.arn_pattern, "iam")
        for use in walk.uses:
            policy, statement = use.grant.policy, use.grant.statement
            yield (
                target,
                Reason(
                    policy=str(policy),
                    statement=str(statement.sid or statement.index),
                    access=(Access.ESCALATE,),
                    actions=(use.action,),
                    resource=use.resource,
                    config_key=policy.config_key,
                    risk=gravest(levels),
                    leads=f"may {said(walk)} ({walk.path.id})",
                ),
            )
