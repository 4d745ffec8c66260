"""aws.iam.RolePolicy: an inline policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local_aws.provider.kinds import Kind, Property, Props

if TYPE_CHECKING:
    from local_aws.provider.session import Clients


def _create(clients: Clients, inputs: Props) -> tuple[str, Props]:
    clients.iam.put_role_policy(
        RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"]
    )
    return f"{inputs['role']}:{inputs['name']}", dict(inputs)


def _read(clients: Clients, identifier: str, inputs: Props) -> Props | None:
    del inputs
    role, _, name = identifier.partition(":")
    try:
        found = clients.iam.get_role_policy(RoleName=role, PolicyName=name)
    except clients.iam.exceptions.NoSuchEntityException:
        return None
    document = found["PolicyDocument"]
    text = document if isinstance(document, str) else json.dumps(document, separators=(",", ":"))
    return {"role": role, "name": name, "policy": text}


def _update(clients: Clients, identifier: str, state: Props, inputs: Props) -> Props:
    del identifier, state
    return _create(clients, inputs)[1]


def _delete(clients: Clients, identifier: str, state: Props) -> None:
    del state
    role, _, name = identifier.partition(":")
    clients.iam.delete_role_policy(RoleName=role, PolicyName=name)


KIND = Kind(
    token="aws:iam/rolePolicy:RolePolicy",
    properties={
        "name": Property(replaces=True),
        "policy": Property(required=True, document=True),
        "role": Property(required=True, replaces=True),
    },
    computed=(),
    auto_name="name",
    identity="{role}:{name}",
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)
