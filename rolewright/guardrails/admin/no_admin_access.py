"""Access to everything, by whatever spelling and however it is split over policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.guardrails.actions import is_everything, least_actions, union, whole_services
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import NoSettings
from rolewright.reference import services
from rolewright.roles import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Statement
    from rolewright.roles import AttachedPolicy


def _check(role: Role, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    everywhere = 0
    contributors: list[AttachedPolicy] = []
    found = False
    for policy, statement, grants in role.effective.by_statement:
        message = _by_exception(statement)
        if message is None:
            wide = union([g.actions for g in grants if any(map(is_everything, g.resources))])
            if wide and _is_most(wide):
                message = "may do everything on every resource"
            elif wide & ~everywhere:
                contributors.append(policy)
            everywhere |= wide
        elif not any(grant.actions for grant in grants):
            message = None
        if message:
            found = True
            yield Violation(message=message, policy=policy, statement=statement)
    if not found and len(contributors) > 1 and _is_most(everywhere):
        names = ", ".join(dict.fromkeys(map(str, contributors)))
        yield Violation(message=f"may do everything on every resource, by the union of {names}")


def _by_exception(statement: Statement) -> str | None:
    """Return in words what an Allow leaves out, of all that there is."""
    if statement.not_actions is not None:
        return "may do everything but a few actions (NotAction in an Allow)"
    if statement.not_resources is not None:
        return "may act on everything but a few resources (NotResource in an Allow)"
    return None


def _is_most(actions: int) -> bool:
    """Whether a set holds all actions of more than half of all services."""
    most = len(services()) // 2 + 1
    return actions.bit_count() >= least_actions(most) and whole_services(actions) >= most


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="no-admin-access",
    description="No role may do everything.",
    level=Level.MANDATORY,
    severity=Severity.CRITICAL,
    reads=frozenset({Part.IDENTITY}),
    why="A training job or notebook with such a role can do whatever the account can.",
    fix="grant what the role needs: `buckets`, `dynamodb`, or a policy of exact actions",
    settings=NoSettings,
    check=_check,
)
