"""Create and change Glue tables, as Feature Store and Data Wrangler do; data in buckets.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-adding-policies.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_companions import data_key_policies, lake_formation
from rolewright.grants.activity_statements import among, bucket_arns, use_data_keys
from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext, Companion
    from rolewright.iam import Statement

_TABLES = (
    "glue:CreateTable",
    "glue:GetDatabase",
    "glue:GetTable",
    "glue:GetTables",
    "glue:SearchTables",
    "glue:UpdateTable",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    if databases := sorted(set(context.inputs.get("databases", ()))):
        arns = (
            target.arn("glue", "catalog"),
            *(target.arn("glue", f"database/{name}") for name in databases),
            *(target.arn("glue", f"table/{name}/*") for name in databases),
        )
        yield allow("ManageTables", _TABLES, arns)
    if buckets := bucket_arns(context):
        objects = [f"{bucket}/*" for bucket in buckets]
        yield allow("ReadBucketAcl", ("s3:GetBucketAcl",), buckets)
        yield allow("UseObjects", ("s3:GetObject", "s3:PutObject"), objects)
        # Feature Store hands what it writes to the bucket's owner: no other list may be set.
        yield allow(
            "HandObjectsOver",
            ("s3:PutObjectAcl",),
            objects,
            conditions=[among("s3:x-amz-acl", ["bucket-owner-full-control"])],
        )
    yield from use_data_keys(context)


def _companions(context: ActivityContext) -> Iterator[Companion]:
    yield from data_key_policies(context)
    yield from lake_formation(context, ("ALTER", "DESCRIBE", "SELECT"))


ACTIVITY = Activity(
    name="manage-glue-tables",
    description="Create and change the tables of Glue databases and write their data to buckets.",
    statements=_statements,
    takes=frozenset({"buckets", "databases"}),
    needs=frozenset({"databases"}),
    keys=frozenset({"dataKeys"}),
    why_not="it runs no instances, which have networks and volumes",
    companions=_companions,
)
