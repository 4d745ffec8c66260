"""The file for `pulumi import --file` that makes what stands in IAM the stack's own.

Names and parents are those that the component registers.
https://www.pulumi.com/docs/reference/cli/pulumi_import/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.explain.adopting.adopt import Adoption

_COMPONENT = "rolewright:index:SageMakerRole"
_ROLE = "aws:iam/role:Role"
_POLICY = "aws:iam/rolePolicy:RolePolicy"
_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_EXCLUSIVE = (
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
)


def import_file(adoption: Adoption) -> dict[str, Any]:
    """Return the content of the file; no resources where there is nothing to import.

    `name` tells the entries of the file apart, `logicalName` is the resource's own.
    """
    resources = list(_resources(adoption))
    if resources:
        parent = f"component {adoption.plan.key}"
        component = {
            "type": _COMPONENT,
            "name": parent,
            "logicalName": adoption.plan.key,
            "component": True,
        }
        resources = [component, *({**one, "parent": parent} for one in resources)]
    return {"resources": resources}


def _resources(adoption: Adoption) -> Iterator[dict[str, Any]]:
    plan = adoption.plan
    if not adoption.existing:
        yield _resource(_ROLE, plan.key, plan.name)
        kept = {one.name for one in adoption.policies if not one.renamed}
        for policy in plan.policies:
            if policy.name in kept:
                yield _resource(_POLICY, f"{plan.key}/{policy.name}", f"{plan.name}:{policy.name}")
    for attachment in plan.attachments:
        yield _resource(
            _ATTACHMENT, f"{plan.key}/{attachment.name}", f"{plan.name}/{attachment.arn}"
        )
    if plan.exclusive:
        for kind in _EXCLUSIVE:
            yield _resource(kind, plan.key, plan.name)


def _resource(kind: str, name: str, identifier: str) -> dict[str, Any]:
    short = kind.rpartition(":")[2]
    return {"type": kind, "name": f"{short} {name}", "logicalName": name, "id": identifier}
