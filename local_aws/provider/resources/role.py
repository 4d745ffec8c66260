"""aws.iam.Role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local_aws.provider.kinds import Kind, Property, Props, same_document
from local_aws.provider.resources.role_policies_exclusive import inline_names
from local_aws.provider.resources.role_policy_attachment import attached_arns
from local_aws.provider.tags import from_aws, sync_tags, to_aws

if TYPE_CHECKING:
    from local_aws.provider.session import Clients


def _create(clients: Clients, inputs: Props) -> tuple[str, Props]:
    name = inputs["name"]
    call: dict[str, Any] = {
        "RoleName": name,
        "AssumeRolePolicyDocument": inputs["assumeRolePolicy"],
        "Path": inputs.get("path") or "/",
        "Description": inputs.get("description") or "",
        "MaxSessionDuration": inputs.get("maxSessionDuration") or 3600,
        "Tags": to_aws(inputs.get("tags")),
    }
    if inputs.get("permissionsBoundary"):
        call["PermissionsBoundary"] = inputs["permissionsBoundary"]
    clients.iam.create_role(**call)
    _sync_policies(clients, name, {}, inputs)
    return name, _state(clients, name, inputs)


def _read(clients: Clients, identifier: str, inputs: Props) -> Props | None:
    try:
        return _state(clients, identifier, inputs)
    except clients.iam.exceptions.NoSuchEntityException:
        return None


def _state(clients: Clients, name: str, inputs: Props) -> Props:
    role = clients.iam.get_role(RoleName=name)["Role"]
    state: Props = {
        "name": name,
        "arn": role["Arn"],
        "uniqueId": role["RoleId"],
        "createDate": role["CreateDate"].isoformat(),
        "path": role["Path"],
        "assumeRolePolicy": json.dumps(role["AssumeRolePolicyDocument"], separators=(",", ":")),
        "description": role.get("Description", ""),
        "maxSessionDuration": role.get("MaxSessionDuration", 3600),
        "permissionsBoundary": role.get("PermissionsBoundary", {}).get(
            "PermissionsBoundaryArn", ""
        ),
        "tags": from_aws(role.get("Tags")),
        "tagsAll": from_aws(role.get("Tags")),
        "forceDetachPolicies": bool(inputs.get("forceDetachPolicies")),
    }
    # As with the official provider, policies are the role's own where its properties name some.
    if "managedPolicyArns" in inputs:
        state["managedPolicyArns"] = attached_arns(clients, name)
    if "inlinePolicies" in inputs:
        state["inlinePolicies"] = _inline(clients, name, inputs["inlinePolicies"])
    return state


def _inline(clients: Clients, name: str, given: list[Props]) -> list[Props]:
    """Return a role's inline policies, each in the words it was given in where it is the same."""
    texts = {entry["name"]: entry["policy"] for entry in given}
    found: list[Props] = []
    for policy in inline_names(clients, name):
        document = clients.iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        text = json.dumps(document, separators=(",", ":"))
        same = same_document(text, texts.get(policy))
        found.append({"name": policy, "policy": texts[policy] if same else text})
    return found


def _update(clients: Clients, identifier: str, state: Props, inputs: Props) -> Props:
    iam = clients.iam
    iam.update_role(
        RoleName=identifier,
        Description=inputs.get("description") or "",
        MaxSessionDuration=inputs.get("maxSessionDuration") or 3600,
    )
    if not same_document(inputs["assumeRolePolicy"], state.get("assumeRolePolicy")):
        iam.update_assume_role_policy(
            RoleName=identifier, PolicyDocument=inputs["assumeRolePolicy"]
        )
    boundary = inputs.get("permissionsBoundary")
    if boundary:
        iam.put_role_permissions_boundary(RoleName=identifier, PermissionsBoundary=boundary)
    elif state.get("permissionsBoundary"):
        iam.delete_role_permissions_boundary(RoleName=identifier)
    sync_tags(
        state.get("tags"),
        inputs.get("tags"),
        tag=lambda tags: iam.tag_role(RoleName=identifier, Tags=tags),
        untag=lambda keys: iam.untag_role(RoleName=identifier, TagKeys=keys),
    )
    _sync_policies(clients, identifier, state, inputs)
    return _state(clients, identifier, inputs)


def _sync_policies(clients: Clients, name: str, state: Props, inputs: Props) -> None:
    """Bring the policies that stand in the role's own properties from one state to another."""
    before = set(state.get("managedPolicyArns") or ())
    after = set(inputs.get("managedPolicyArns") or ())
    for arn in sorted(before - after):
        clients.iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    for arn in sorted(after - before):
        clients.iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    wanted = {entry["name"]: entry["policy"] for entry in inputs.get("inlinePolicies") or ()}
    for entry in state.get("inlinePolicies") or ():
        if entry["name"] not in wanted:
            clients.iam.delete_role_policy(RoleName=name, PolicyName=entry["name"])
    for policy, document in wanted.items():
        clients.iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document)


def _delete(clients: Clients, identifier: str, state: Props) -> None:
    iam = clients.iam
    if state.get("forceDetachPolicies"):
        for attached in iam.list_attached_role_policies(RoleName=identifier)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=identifier, PolicyArn=attached["PolicyArn"])
        for policy in iam.list_role_policies(RoleName=identifier)["PolicyNames"]:
            iam.delete_role_policy(RoleName=identifier, PolicyName=policy)
    else:
        _sync_policies(clients, identifier, state, {})
    iam.delete_role(RoleName=identifier)


KIND = Kind(
    token="aws:iam/role:Role",
    properties={
        "assumeRolePolicy": Property(required=True, document=True),
        "description": Property(default=""),
        "forceDetachPolicies": Property(type="boolean", default=False),
        "inlinePolicies": Property(type="list", is_set=True, fields=("name", "policy")),
        "managedPolicyArns": Property(type="list", is_set=True),
        "maxSessionDuration": Property(type="integer", default=3600),
        "name": Property(replaces=True),
        "path": Property(replaces=True, default="/"),
        "permissionsBoundary": Property(default=""),
        "tags": Property(type="map"),
    },
    computed=("arn", "uniqueId", "createDate"),
    stable=("arn", "uniqueId", "createDate", "name"),
    auto_name="name",
    identity="{name}",
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)
