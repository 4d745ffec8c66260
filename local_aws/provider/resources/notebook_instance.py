"""aws.sagemaker.NotebookInstance: made, read and deleted; the local AWS changes none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local_aws.faults import Fault
from local_aws.provider.kinds import Kind, Property, Props

if TYPE_CHECKING:
    from local_aws.provider.session import Clients

_MEMBERS = {
    "directInternetAccess": "DirectInternetAccess",
    "instanceType": "InstanceType",
    "kmsKeyId": "KmsKeyId",
    "name": "NotebookInstanceName",
    "roleArn": "RoleArn",
    "rootAccess": "RootAccess",
    "securityGroups": "SecurityGroupIds",
    "subnetId": "SubnetId",
}
_READ = {**_MEMBERS, "securityGroups": "SecurityGroups"}


def _create(clients: Clients, inputs: Props) -> tuple[str, Props]:
    clients.sagemaker.create_notebook_instance(
        **{member: inputs[key] for key, member in _MEMBERS.items() if inputs.get(key)}
    )
    return inputs["name"], _state(clients, inputs["name"])


def _read(clients: Clients, identifier: str, inputs: Props) -> Props | None:
    del inputs
    try:
        return _state(clients, identifier)
    except ClientError as error:
        if "RecordNotFound" in str(error):
            return None
        raise


def _state(clients: Clients, name: str) -> Props:
    found = clients.sagemaker.describe_notebook_instance(NotebookInstanceName=name)
    state: Props = {key: found[member] for key, member in _READ.items() if found.get(member)}
    return {**state, "arn": found["NotebookInstanceArn"]}


def _update(clients: Clients, identifier: str, state: Props, inputs: Props) -> Props:
    del clients, state, inputs
    raise Fault(f"the stand-in provider changes no notebook instance; replace `{identifier}`")


def _delete(clients: Clients, identifier: str, state: Props) -> None:
    del state
    clients.sagemaker.stop_notebook_instance(NotebookInstanceName=identifier)
    clients.sagemaker.delete_notebook_instance(NotebookInstanceName=identifier)


KIND = Kind(
    token="aws:sagemaker/notebookInstance:NotebookInstance",
    properties={
        "directInternetAccess": Property(replaces=True, default="Enabled"),
        "instanceType": Property(required=True),
        "kmsKeyId": Property(replaces=True),
        "name": Property(replaces=True),
        "roleArn": Property(required=True),
        "rootAccess": Property(default="Enabled"),
        "securityGroups": Property(type="list", replaces=True, is_set=True),
        "subnetId": Property(replaces=True),
    },
    computed=("arn",),
    stable=("arn", "name"),
    auto_name="name",
    identity="{name}",
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)
