"""Read, write and delete in buckets: the grant `buckets` at every level.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.kind import Activity
from rolewright.grants.kinds import buckets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement


def _statements(context: ActivityContext) -> Iterator[Statement]:
    grants: list[buckets.BucketGrant] = [
        {"name": name, "access": list(buckets.BucketAccess)}
        for name in context.inputs.get("buckets", ())
    ]
    yield from buckets.KIND.statements(grants, context.target)


ACTIVITY = Activity(
    name="access-s3-buckets",
    description="List, read, write and delete in S3 buckets.",
    statements=_statements,
    takes=frozenset({"buckets"}),
    needs=frozenset({"buckets"}),
    why_not="it neither runs in a network nor encrypts; encrypted buckets take `buckets[].key`",
)
