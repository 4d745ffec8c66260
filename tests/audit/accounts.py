"""Roles and policies as get-account-authorization-details tells of them."""

from __future__ import annotations

from typing import Any

ACCOUNT = "123456789012"
IAM = f"arn:aws:iam::{ACCOUNT}"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str, resource: str = "arn:aws:s3:::data/*", **more: Any) -> dict[str, Any]:
    """Return a statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


TRUST = document(
    {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
)


def role(name: str, *inline: Any, attached: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """Return an entry of `RoleDetailList`; `inline` are documents."""
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": "AROAEXAMPLE",
        "Arn": f"{IAM}:role/{name}",
        "AssumeRolePolicyDocument": TRUST,
        "RolePolicyList": [
            {"PolicyName": f"inline{place}", "PolicyDocument": one}
            for place, one in enumerate(inline)
        ],
        "AttachedManagedPolicies": [
            {"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in attached
        ],
        **more,
    }


def policy(name: str, content: Any, **version: Any) -> dict[str, Any]:
    """Return an entry of `Policies`, an older version first."""
    return {
        "PolicyName": name,
        "Arn": f"{IAM}:policy/{name}",
        "DefaultVersionId": "v2",
        "PolicyVersionList": [
            {"VersionId": "v1", "IsDefaultVersion": False, "Document": document(allow("*", "*"))},
            {"VersionId": "v2", "IsDefaultVersion": True, "Document": content, **version},
        ],
    }


def dump(*roles: Any, policies: tuple[Any, ...] = ()) -> dict[str, Any]:
    """Return what the AWS CLI prints."""
    return {
        "UserDetailList": [{"UserName": "someone", "Arn": f"{IAM}:user/someone"}],
        "GroupDetailList": [],
        "RoleDetailList": list(roles),
        "Policies": list(policies),
    }
