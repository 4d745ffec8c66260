"""aws.iam.RolePolicyAttachmentsExclusive: no managed policies but those named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_aws.provider.kinds import Kind, Property, Props
from local_aws.provider.resources.role_policy_attachment import attached_arns

if TYPE_CHECKING:
    from local_aws.provider.session import Clients


def _create(clients: Clients, inputs: Props) -> tuple[str, Props]:
    role, wanted = inputs["roleName"], inputs["policyArns"]
    attached = attached_arns(clients, role)
    for arn in attached:
        if arn not in wanted:
            clients.iam.detach_role_policy(RoleName=role, PolicyArn=arn)
    for arn in wanted:
        if arn not in attached:
            clients.iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    return role, dict(inputs)


def _read(clients: Clients, identifier: str, inputs: Props) -> Props | None:
    del inputs
    try:
        return {"roleName": identifier, "policyArns": attached_arns(clients, identifier)}
    except clients.iam.exceptions.NoSuchEntityException:
        return None


def _update(clients: Clients, identifier: str, state: Props, inputs: Props) -> Props:
    del identifier, state
    return _create(clients, inputs)[1]


def _delete(clients: Clients, identifier: str, state: Props) -> None:
    """Give up watching; the attachments stay, as with the official provider."""
    del clients, identifier, state


KIND = Kind(
    token="aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    properties={
        "policyArns": Property(type="list", required=True, is_set=True),
        "roleName": Property(required=True, replaces=True),
    },
    computed=(),
    identity="{roleName}",
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)
