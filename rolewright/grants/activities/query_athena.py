"""Run queries in Athena workgroups, over the Glue databases that are named.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/athena/latest/ug/workgroups-iam-policy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_companions import lake_formation
from rolewright.grants.activity_statements import bucket_arns, use_buckets
from rolewright.grants.kind import Activity
from rolewright.grants.kinds.buckets import BucketAccess
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext, Companion
    from rolewright.iam import Statement

_QUERIES = (
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetWorkGroup",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)
_CATALOG = ("athena:ListDatabases", "athena:ListTableMetadata")
_TABLES = (
    "glue:GetDatabase",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    if workgroups := sorted(set(context.inputs.get("workgroups", ()))):
        arns = tuple(target.arn("athena", f"workgroup/{name}") for name in workgroups)
        yield allow("RunQueries", _QUERIES, arns)
    yield allow("ListCatalogs", ("athena:ListDataCatalogs",), ("*",))
    yield allow("ReadCatalog", _CATALOG, (target.arn("athena", "datacatalog/AwsDataCatalog"),))
    yield from use_buckets(context, BucketAccess.LIST, BucketAccess.READ, BucketAccess.WRITE)
    yield from _large_results(context)
    if databases := sorted(set(context.inputs.get("databases", ()))):
        arns = (
            target.arn("glue", "catalog"),
            *(target.arn("glue", f"database/{name}") for name in databases),
            *(target.arn("glue", f"table/{name}/*") for name in databases),
        )
        yield allow("ReadTables", _TABLES, arns)
        yield allow("ReadThroughLakeFormation", ("lakeformation:GetDataAccess",), ("*",))


def _large_results(context: ActivityContext) -> Iterator[Statement]:
    """Yield what Athena does besides to write large results.

    https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html
    """
    if buckets := bucket_arns(context):
        yield allow("FindUploads", ("s3:ListBucketMultipartUploads",), buckets)
        yield allow(
            "FindParts", ("s3:ListMultipartUploadParts",), [f"{bucket}/*" for bucket in buckets]
        )


def _companions(context: ActivityContext) -> Iterator[Companion]:
    yield from lake_formation(context, ("DESCRIBE", "SELECT"))


ACTIVITY = Activity(
    name="query-athena",
    description="Run queries in Athena workgroups and keep their results in buckets.",
    statements=_statements,
    takes=frozenset({"buckets", "databases", "workgroups"}),
    needs=frozenset({"workgroups"}),
    why_not="its workgroup says where queries run and how results are encrypted",
    companions=_companions,
)
