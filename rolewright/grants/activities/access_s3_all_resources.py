"""Read, write and delete in every bucket; for trying things out, where nothing is real.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement


def _statements(context: ActivityContext) -> Iterator[Statement]:
    every = f"arn:{context.target.partition}:s3:::*"
    yield allow("ListBuckets", ("s3:GetBucketLocation", "s3:ListBucket"), (every,))
    yield allow(
        "UseObjects",
        ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
        (f"{every}/*",),
    )


ACTIVITY = Activity(
    name="access-s3-all-resources",
    description="Use every S3 bucket; guardrails refuse it outside `local`.",
    statements=_statements,
    why_not="it neither runs in a network nor encrypts",
)
