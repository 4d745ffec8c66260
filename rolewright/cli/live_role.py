"""A role as AWS has it now, read with boto3, which nobody else needs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rolewright.cli.inputs import BadInput

if TYPE_CHECKING:
    from rolewright.roles import Role


def live_role(name: str) -> Role:
    """Return a role with its policies and its boundary. Raises BadInput."""
    try:
        import boto3  # noqa: PLC0415  # nobody else needs it
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
    except ImportError:
        raise BadInput("--live needs boto3; install `rolewright[live]`") from None
    from rolewright.audit.account import Account  # noqa: PLC0415  # takes its time

    session: Any = boto3
    try:
        detail, policies = _read(session.client("iam"), name.rpartition("/")[2])
    except (BotoCoreError, ClientError) as error:
        raise BadInput(f"live: {error}") from None
    return Account(policies=policies, find=lambda _: None).role(detail)


def _read(iam: Any, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a role as get-account-authorization-details tells of it, and its managed policies."""
    role = iam.get_role(RoleName=name)["Role"]
    inline = iam.get_paginator("list_role_policies").paginate(RoleName=name)
    attached = iam.get_paginator("list_attached_role_policies").paginate(RoleName=name)
    detail = {
        **role,
        "RolePolicyList": [
            iam.get_role_policy(RoleName=name, PolicyName=policy)
            for page in inline
            for policy in page["PolicyNames"]
        ],
        "AttachedManagedPolicies": [
            policy for page in attached for policy in page["AttachedPolicies"]
        ],
    }
    arns = [policy["PolicyArn"] for policy in detail["AttachedManagedPolicies"]]
    if "PermissionsBoundary" in role:
        arns.append(role["PermissionsBoundary"]["PermissionsBoundaryArn"])
    return detail, {arn: _managed(iam, arn) for arn in arns}


def _managed(iam: Any, arn: str) -> str:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=arn, VersionId=version)
    return json.dumps(found["PolicyVersion"]["Document"])
