"""aws.iam.RolePolicyAttachment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_aws.provider.kinds import Kind, Property, Props

if TYPE_CHECKING:
    from local_aws.provider.session import Clients


def attached_arns(clients: Clients, role: str) -> list[str]:
    """Return the ARNs of the managed policies attached to a role."""
    pages = clients.iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
    return [entry["PolicyArn"] for page in pages for entry in page["AttachedPolicies"]]


def _create(clients: Clients, inputs: Props) -> tuple[str, Props]:
    clients.iam.attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
    return f"{inputs['role']}/{inputs['policyArn']}", dict(inputs)


def _read(clients: Clients, identifier: str, inputs: Props) -> Props | None:
    del inputs
    role, _, arn = identifier.partition("/")
    try:
        attached = attached_arns(clients, role)
    except clients.iam.exceptions.NoSuchEntityException:
        return None
    return {"role": role, "policyArn": arn} if arn in attached else None


def _update(clients: Clients, identifier: str, state: Props, inputs: Props) -> Props:
    raise AssertionError(identifier, clients, state, inputs)  # every property replaces


def _delete(clients: Clients, identifier: str, state: Props) -> None:
    del state
    role, _, arn = identifier.partition("/")
    clients.iam.detach_role_policy(RoleName=role, PolicyArn=arn)


KIND = Kind(
    token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    properties={
        "policyArn": Property(required=True, replaces=True),
        "role": Property(required=True, replaces=True),
    },
    computed=(),
    identity="{role}/{policyArn}",
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)
