"""aws.iam.Policy: a customer-managed policy."""

from __future__ import annotations

import json

from local_aws.provider.kinds import Kind, Property, Props, same_document
from local_aws.provider.session import ACCOUNT, Clients
from local_aws.provider.tags import from_aws, sync_tags, to_aws

_MOST_VERSIONS = 5


def _create(clients: Clients, inputs: Props) -> tuple[str, Props]:
    created = clients.iam.create_policy(
        PolicyName=inputs["name"],
        Path=inputs.get("path") or "/",
        Description=inputs.get("description") or "",
        PolicyDocument=inputs["policy"],
        Tags=to_aws(inputs.get("tags")),
    )["Policy"]
    return created["Arn"], _state(clients, created["Arn"])


def _read(clients: Clients, identifier: str, inputs: Props) -> Props | None:
    del inputs
    try:
        return _state(clients, identifier)
    except clients.iam.exceptions.NoSuchEntityException:
        return None


def _state(clients: Clients, arn: str) -> Props:
    policy = clients.iam.get_policy(PolicyArn=arn)["Policy"]
    version = clients.iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
    document = version["PolicyVersion"]["Document"]
    text = document if isinstance(document, str) else json.dumps(document, separators=(",", ":"))
    tags = from_aws(policy.get("Tags"))
    return {
        "name": policy["PolicyName"],
        "path": policy["Path"],
        "description": policy.get("Description", ""),
        "policy": text,
        "tags": tags,
        "tagsAll": tags,
        "arn": arn,
        "policyId": policy["PolicyId"],
        "attachmentCount": policy["AttachmentCount"],
    }


def _update(clients: Clients, identifier: str, state: Props, inputs: Props) -> Props:
    iam = clients.iam
    if not same_document(inputs["policy"], state.get("policy")):
        versions = iam.list_policy_versions(PolicyArn=identifier)["Versions"]
        if len(versions) >= _MOST_VERSIONS:
            oldest = min(
                (version for version in versions if not version["IsDefaultVersion"]),
                key=lambda version: version["CreateDate"],
            )
            iam.delete_policy_version(PolicyArn=identifier, VersionId=oldest["VersionId"])
        iam.create_policy_version(
            PolicyArn=identifier, PolicyDocument=inputs["policy"], SetAsDefault=True
        )
    sync_tags(
        state.get("tags"),
        inputs.get("tags"),
        tag=lambda tags: iam.tag_policy(PolicyArn=identifier, Tags=tags),
        untag=lambda keys: iam.untag_policy(PolicyArn=identifier, TagKeys=keys),
    )
    return _state(clients, identifier)


def _delete(clients: Clients, identifier: str, state: Props) -> None:
    del state
    for version in clients.iam.list_policy_versions(PolicyArn=identifier)["Versions"]:
        if not version["IsDefaultVersion"]:
            clients.iam.delete_policy_version(PolicyArn=identifier, VersionId=version["VersionId"])
    clients.iam.delete_policy(PolicyArn=identifier)


KIND = Kind(
    token="aws:iam/policy:Policy",
    properties={
        "description": Property(replaces=True, default=""),
        "name": Property(replaces=True),
        "path": Property(replaces=True, default="/"),
        "policy": Property(required=True, document=True),
        "tags": Property(type="map"),
    },
    computed=("arn", "policyId", "attachmentCount"),
    stable=("arn", "policyId", "name"),
    auto_name="name",
    identity=f"arn:aws:iam::{ACCOUNT}:policy{{path}}{{name}}",
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)
