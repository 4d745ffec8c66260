"""aws.iam.RolePoliciesExclusive: no inline policies but those named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_aws.provider.kinds import Kind, Property, Props

if TYPE_CHECKING:
    from local_aws.provider.session import Clients


def inline_names(clients: Clients, role: str) -> list[str]:
    """Return the names of a role's inline policies."""
    pages = clients.iam.get_paginator("list_role_policies").paginate(RoleName=role)
    return [name for page in pages for name in page["PolicyNames"]]


def _create(clients: Clients, inputs: Props) -> tuple[str, Props]:
    role = inputs["roleName"]
    for name in inline_names(clients, role):
        if name not in inputs["policyNames"]:
            clients.iam.delete_role_policy(RoleName=role, PolicyName=name)
    return role, dict(inputs)


def _read(clients: Clients, identifier: str, inputs: Props) -> Props | None:
    del inputs
    try:
        return {"roleName": identifier, "policyNames": inline_names(clients, identifier)}
    except clients.iam.exceptions.NoSuchEntityException:
        return None


def _update(clients: Clients, identifier: str, state: Props, inputs: Props) -> Props:
    del identifier, state
    return _create(clients, inputs)[1]


def _delete(clients: Clients, identifier: str, state: Props) -> None:
    """Give up watching; the policies stay, as with the official provider."""
    del clients, identifier, state


KIND = Kind(
    token="aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
    properties={
        "policyNames": Property(type="list", required=True, is_set=True),
        "roleName": Property(required=True, replaces=True),
    },
    computed=(),
    identity="{roleName}",
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)
