"""Changing permissions boundaries, or bringing back older versions of policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.guardrails.actions import actions, named, union
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import NoSettings
from rolewright.roles import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAMPERING = (
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutRolePermissionsBoundary",
    "iam:PutUserPermissionsBoundary",
    "iam:SetDefaultPolicyVersion",
)


def _check(role: Role, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    tampering = actions(*_TAMPERING)
    if not role.effective.actions & tampering:
        return
    for policy, statement, grants in role.effective.by_statement:
        allowed = [name for name in _TAMPERING if any(grant.allows(name) for grant in grants)]
        if allowed:
            those = named(union(map(actions, allowed)), most=len(_TAMPERING))
            resources = dict.fromkeys(
                resource
                for grant in grants
                for name in allowed
                for resource in grant.resources_for(name)
            )
            yield Violation(
                message=f"may change what holds roles and users back: {those}",
                policy=policy,
                statement=statement,
                details=(f"on {', '.join(f'`{resource}`' for resource in resources)}",),
            )


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="no-boundary-tampering",
    description="No role changes permissions boundaries or the versions of policies.",
    level=Level.MANDATORY,
    severity=Severity.CRITICAL,
    reads=frozenset({Part.IDENTITY}),
    why="A boundary that its role can take off holds nothing back, nor does a policy of which an "
    "older, wider version can be brought back.",
    fix="leave boundaries and policy versions to whoever deploys the roles",
    settings=NoSettings,
    check=_check,
)
