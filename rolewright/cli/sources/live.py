"""Roles as AWS has them now, read with boto3, which nobody else needs."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rolewright.cli.inputs import BadInput

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from rolewright.roles import Role


def account_pages() -> Iterator[Mapping[str, Any]]:
    """Yield the pages of the account's roles and managed policies. Raises BadInput.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    """
    with _iam() as iam:
        paginator = iam.get_paginator("get_account_authorization_details")
        yield from paginator.paginate(Filter=["Role", "LocalManagedPolicy", "AWSManagedPolicy"])


def role_detail(name: str) -> dict[str, Any]:
    """Return a role as the account's authorization details have it, with what only `get-role` says.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html. Raises BadInput.
    """
    with _iam() as iam:
        return _detail(iam, name)


def live_role(name: str) -> Role:
    """Return a role with its policies and its boundary. Raises BadInput."""
    from rolewright.audit.account import Account  # noqa: PLC0415  # takes its time

    with _iam() as iam:
        detail = _detail(iam, name)
        arns = [policy["PolicyArn"] for policy in detail["AttachedManagedPolicies"]]
        if "PermissionsBoundary" in detail:
            arns.append(detail["PermissionsBoundary"]["PermissionsBoundaryArn"])
        policies = {arn: _managed(iam, arn) for arn in arns}
    return Account(policies=policies, find=lambda _: None).role(detail)


@contextmanager
def _iam() -> Generator[Any]:
    """Give a client of IAM; what AWS refuses is bad input."""
    try:
        import boto3  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
    except ImportError:
        raise BadInput("--live needs boto3; install `rolewright[live]`") from None
    session: Any = boto3
    try:
        # A client needs a region, although IAM has one endpoint for all of a partition.
        region = session.Session().region_name or "us-east-1"
        yield session.client("iam", region_name=region)
    except (BotoCoreError, ClientError) as error:
        raise BadInput(f"live: {error}") from None


def _detail(iam: Any, name: str) -> dict[str, Any]:
    role: dict[str, Any] = iam.get_role(RoleName=name.rpartition("/")[2])["Role"]
    given = {"RoleName": role["RoleName"]}
    inline = iam.get_paginator("list_role_policies").paginate(**given)
    attached = iam.get_paginator("list_attached_role_policies").paginate(**given)
    return {
        **role,
        "RolePolicyList": [
            iam.get_role_policy(**given, PolicyName=policy)
            for page in inline
            for policy in page["PolicyNames"]
        ],
        "AttachedManagedPolicies": [
            policy for page in attached for policy in page["AttachedPolicies"]
        ],
    }


def _managed(iam: Any, arn: str) -> str:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=arn, VersionId=version)
    return json.dumps(found["PolicyVersion"]["Document"])
