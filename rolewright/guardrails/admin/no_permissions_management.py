"""Actions by which a role may give access: to others, to itself, to the world.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.actions import actions, named, reading_permissions, union
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.holding import names_exactly, only_names, usable
from rolewright.guardrails.kms import for_aws_alone
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.reference import AccessLevel, access_level_set, action_set
from rolewright.roles import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Grant

_TELLING = (
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:CreatePolicyVersion",
    "s3:PutBucketPolicy",
    "kms:PutKeyPolicy",
    "lambda:AddPermission",
)
_ON_INTERFACES = ("ec2:AuthorizedService", "ec2:Subnet", "ec2:Vpc")


class NoPermissionsManagementSettings(GuardrailSettings):
    """Actions of this access level that roles may have."""

    allowed: NotRequired[list[str]]
    """Actions that are fine, such as `ecr:SetRepositoryPolicy`; wildcards are taken."""


def _check(role: Role, settings: NoPermissionsManagementSettings) -> Iterator[Violation]:
    judged = _permissions()
    if "allowed" in settings:
        judged &= ~actions(*settings["allowed"])
    for policy, statement, grants in role.effective.held(judged):
        found = union([usable(grant, judged) & ~_harmless(grant) for grant in grants])
        if found:
            yield Violation(
                message=f"may manage permissions: {named(found, telling=_TELLING)}",
                policy=policy,
                statement=statement,
            )


@lru_cache(maxsize=1)
def _permissions() -> int:
    """Return the set of actions that manage permissions.

    AWS gives this access level to actions that only read too, and to whatever Glue Studio does. The
    permission of a network interface is taken back with DeleteNetworkInterfacePermission, as each
    job in a VPC does in the end: that gives nothing to anybody.
    """
    level = access_level_set(AccessLevel.PERMISSIONS_MANAGEMENT)
    studio = action_set("glue:*") & ~actions("glue:PutResourcePolicy", "glue:DeleteResourcePolicy")
    taking_back = action_set("ec2:DeleteNetworkInterfacePermission")
    return level & ~reading_permissions() & ~studio & ~taking_back


def _harmless(grant: Grant) -> int:
    """Return the actions that a grant's conditions hold to what jobs need."""
    harmless = 0
    if grant.actions & actions("s3:PutObjectAcl", "s3:PutObjectVersionAcl") and only_names(
        grant, "s3:x-amz-acl", ["bucket-owner-full-control"]
    ):
        harmless |= actions("s3:PutObjectAcl", "s3:PutObjectVersionAcl")
    if grant.actions & actions("kms:CreateGrant", "kms:RevokeGrant") and for_aws_alone(grant):
        harmless |= actions("kms:CreateGrant", "kms:RevokeGrant")
    interface = action_set("ec2:CreateNetworkInterfacePermission")
    if grant.actions & interface and names_exactly(grant, *_ON_INTERFACES):
        harmless |= interface
    return harmless


GUARDRAIL: Guardrail[NoPermissionsManagementSettings] = Guardrail(
    id="no-permissions-management",
    description="No role gives access: it writes no policies, grants or permissions.",
    level=Level.MANDATORY,
    severity=Severity.CRITICAL,
    reads=frozenset({Part.IDENTITY}),
    why="Whoever may write a policy has what the policy may say, and can let others in.",
    fix="leave policies and grants to the stack; kms:CreateGrant is fine with a condition Bool "
    "kms:GrantIsForAWSResource `true`, s3:PutObjectAcl with s3:x-amz-acl "
    "`bucket-owner-full-control`, ec2:CreateNetworkInterfacePermission with exact ec2:Subnet",
    settings=NoPermissionsManagementSettings,
    check=_check,
)
