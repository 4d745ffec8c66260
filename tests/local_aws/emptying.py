"""Deleting all that tests made in the local AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.provider.session import Clients


def empty(clients: Clients) -> None:
    """Delete every role, customer-managed policy, bucket and table."""
    iam, s3, dynamodb = clients.iam, clients.s3, clients.dynamodb
    for role in (entry["RoleName"] for entry in iam.list_roles()["Roles"]):
        pages = iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
        for entry in [entry for page in pages for entry in page["AttachedPolicies"]]:
            iam.detach_role_policy(RoleName=role, PolicyArn=entry["PolicyArn"])
        pages = iam.get_paginator("list_role_policies").paginate(RoleName=role)
        for name in [name for page in pages for name in page["PolicyNames"]]:
            iam.delete_role_policy(RoleName=role, PolicyName=name)
        iam.delete_role(RoleName=role)
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        for version in iam.list_policy_versions(PolicyArn=policy["Arn"])["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=policy["Arn"], VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=policy["Arn"])
    for bucket in (entry["Name"] for entry in s3.list_buckets()["Buckets"]):
        for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", ()):
            s3.delete_object(Bucket=bucket, Key=entry["Key"])
        s3.delete_bucket(Bucket=bucket)
    for table in dynamodb.list_tables()["TableNames"]:
        dynamodb.delete_table(TableName=table)
