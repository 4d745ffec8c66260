"""The invokes: what a program asks of AWS while it runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local_aws.faults import Fault
from local_aws.provider.resources.role_policies_exclusive import inline_names
from local_aws.provider.resources.role_policy_attachment import attached_arns
from local_aws.provider.tags import from_aws

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local_aws.provider.kinds import Props
    from local_aws.provider.session import Clients


def _caller_identity(clients: Clients, args: Props) -> Props:
    del args
    caller = clients.sts.get_caller_identity()
    return {
        "accountId": caller["Account"],
        "arn": caller["Arn"],
        "id": caller["Account"],
        "userId": caller["UserId"],
    }


def _partition(clients: Clients, args: Props) -> Props:
    del clients, args
    return {
        "dnsSuffix": "amazonaws.com",
        "id": "aws",
        "partition": "aws",
        "reverseDnsPrefix": "com.amazonaws",
    }


def _region(clients: Clients, args: Props) -> Props:
    del args
    return {
        "description": clients.region,
        "id": clients.region,
        "name": clients.region,
        "region": clients.region,
        "endpoint": clients.endpoint,
    }


def _role(clients: Clients, args: Props) -> Props:
    role = clients.iam.get_role(RoleName=args["name"])["Role"]
    return {
        "arn": role["Arn"],
        "assumeRolePolicy": json.dumps(role["AssumeRolePolicyDocument"]),
        "createDate": role["CreateDate"].isoformat(),
        "description": role.get("Description", ""),
        "id": role["RoleName"],
        "maxSessionDuration": role.get("MaxSessionDuration", 3600),
        "name": role["RoleName"],
        "path": role["Path"],
        "permissionsBoundary": role.get("PermissionsBoundary", {}).get(
            "PermissionsBoundaryArn", ""
        ),
        "roleLastUseds": [],
        "tags": from_aws(role.get("Tags")),
        "uniqueId": role["RoleId"],
    }


def _role_policies(clients: Clients, args: Props) -> Props:
    names = inline_names(clients, args["roleName"])
    return {"id": args["roleName"], "policyNames": names, "roleName": args["roleName"]}


def _role_policy_attachments(clients: Clients, args: Props) -> Props:
    arns = attached_arns(clients, args["roleName"])
    attached = [{"policyArn": arn, "policyName": arn.rpartition("/")[2]} for arn in arns]
    return {"id": args["roleName"], "attachedPolicies": attached, "roleName": args["roleName"]}


def _policy(clients: Clients, args: Props) -> Props:
    arn = args.get("arn") or _policy_arn(clients, args)
    policy = clients.iam.get_policy(PolicyArn=arn)["Policy"]
    version = clients.iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])[
        "PolicyVersion"
    ]
    return {
        "arn": arn,
        "attachmentCount": policy["AttachmentCount"],
        "description": policy.get("Description", ""),
        "id": arn,
        "name": policy["PolicyName"],
        "path": policy["Path"],
        "policy": json.dumps(version["Document"]),
        "policyId": policy["PolicyId"],
        "tags": from_aws(policy.get("Tags")),
    }


def _policy_arn(clients: Clients, args: Props) -> str:
    """Return the ARN of a managed policy by its name. Raises Fault where there is none."""
    pages = clients.iam.get_paginator("list_policies").paginate(Scope="All")
    for page in pages:
        for policy in page["Policies"]:
            if policy["PolicyName"] == args.get("name"):
                return policy["Arn"]
    raise Fault(f"reading IAM Policy ({args.get('name')}): couldn't find resource")


_STATEMENT = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "notActions": "NotAction",
    "resources": "Resource",
    "notResources": "NotResource",
}
_PRINCIPALS = {"principals": "Principal", "notPrincipals": "NotPrincipal"}


def _policy_document(clients: Clients, args: Props) -> Props:
    """Write a document; what the official provider merges from others is refused."""
    del clients
    statements = [_statement(given) for given in args.get("statements") or ()]
    document = {"Version": args.get("version") or "2012-10-17", "Statement": statements}
    text = json.dumps(document, indent=2)
    return {"id": str(len(text)), "json": text, "minifiedJson": json.dumps(document)}


def _statement(given: Props) -> Props:
    strange = sorted(set(given) - {*_STATEMENT, *_PRINCIPALS, "conditions"})
    if strange:
        raise Fault(f"the stand-in provider has no such element of a statement: `{strange[0]}`")
    made = {element: given[key] for key, element in _STATEMENT.items() if given.get(key)}
    for key, element in _PRINCIPALS.items():
        for named in given.get(key) or ():
            made.setdefault(element, {})[named["type"]] = named["identifiers"]
    for condition in given.get("conditions") or ():
        tests = made.setdefault("Condition", {}).setdefault(condition["test"], {})
        tests[condition["variable"]] = condition["values"]
    return {"Effect": "Allow", **made}


INVOKES: Mapping[str, tuple[frozenset[str], Callable[[Clients, Props], dict[str, Any]]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": (frozenset(), _caller_identity),
    "aws:index/getPartition:getPartition": (frozenset(), _partition),
    "aws:index/getRegion:getRegion": (frozenset(), _region),
    "aws:iam/getRole:getRole": (frozenset({"name"}), _role),
    "aws:iam/getRolePolicies:getRolePolicies": (frozenset({"roleName"}), _role_policies),
    "aws:iam/getRolePolicyAttachments:getRolePolicyAttachments": (
        frozenset({"roleName"}),
        _role_policy_attachments,
    ),
    "aws:iam/getPolicy:getPolicy": (frozenset({"arn", "name"}), _policy),
    "aws:iam/getPolicyDocument:getPolicyDocument": (
        frozenset({"statements", "version"}),
        _policy_document,
    ),
}
"""Each invoke's token, the arguments it takes, and what it does."""
