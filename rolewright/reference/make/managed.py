"""The AWS-managed policies, from moto or from AWS."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rolewright.reference.store import PolicyContent, SourceContent

_GIVES = "AWS-managed policies"


def moto_policies() -> tuple[SourceContent, dict[str, Any]]:
    """Return the source and the managed policies that moto carries, as AWS's API gives them."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data  # noqa: PLC0415  # dev only

    policies: dict[str, Any] = json.loads(aws_managed_policies_data)
    source: SourceContent = {
        "package": "moto",
        "version": importlib.metadata.version("moto"),
        "date": max(policy["UpdateDate"] for policy in policies.values())[:10],
        "license": "Apache-2.0",
        "gives": _GIVES,
    }
    return source, policies


def live_policies() -> tuple[SourceContent, dict[str, Any]]:
    """Return the source and the managed policies as AWS has them now."""
    # By name, since only `--live` needs boto3 and it ships no types.
    boto3, config = importlib.import_module("boto3"), importlib.import_module("botocore.config")
    # One call a policy, 1,600 in all: more than IAM takes without slowing down.
    client = boto3.client("iam", config=config.Config(retries={"mode": "adaptive"}))
    policies: dict[str, Any] = {}
    for page in client.get_paginator("list_policies").paginate(Scope="AWS"):
        for policy in page["Policies"]:
            version = client.get_policy_version(
                PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"]
            )["PolicyVersion"]
            policies[policy["PolicyName"]] = {
                **policy,
                "Document": version["Document"],
                "UpdateDate": policy["UpdateDate"].isoformat(),
            }
    today = datetime.now(UTC).date().isoformat()
    source: SourceContent = {
        "package": "AWS IAM API",
        "version": "2010-05-08",
        "date": today,
        "license": "AWS",
        "gives": _GIVES,
    }
    return source, policies


def managed_members(source: SourceContent, policies: dict[str, Any]) -> dict[str, Any]:
    """Return the members of the managed policies archive."""
    members: dict[str, Any] = {"sources.json": [source], "names.json": sorted(policies)}
    for name, policy in policies.items():
        content: PolicyContent = {
            "path": policy.get("Path", "/"),
            "version": policy["DefaultVersionId"],
            "updated": policy["UpdateDate"][:10],
            "document": policy["Document"],
        }
        members[f"policies/{name}.json"] = content
    return members
