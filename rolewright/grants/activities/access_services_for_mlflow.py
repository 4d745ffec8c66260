"""What a tracking server needs: the bucket of its artifacts, and the model registry.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow-create-tracking-server-iam.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_statements import all_of, tag_on_create, use_buckets
from rolewright.grants.kind import Activity
from rolewright.grants.kinds.buckets import BucketAccess
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement

_CREATES = {
    "CreateModelPackage": "model-package",
    "CreateModelPackageGroup": "model-package-group",
}
_REGISTRY = (
    "sagemaker:CreateModelPackage",
    "sagemaker:CreateModelPackageGroup",
    "sagemaker:DescribeModelPackageGroup",
    "sagemaker:UpdateModelPackage",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    yield from use_buckets(context, BucketAccess.LIST, BucketAccess.READ, BucketAccess.WRITE)
    yield allow("RegisterModels", _REGISTRY, all_of(context.target, *_CREATES.values()))
    yield tag_on_create(context.target, _CREATES)


ACTIVITY = Activity(
    name="access-services-for-mlflow",
    description="Be the role of a tracking server: keep its artifacts and register its models.",
    statements=_statements,
    takes=frozenset({"buckets"}),
    needs=frozenset({"buckets"}),
    why_not="a tracking server is a service of SageMaker's own, with its bucket's encryption",
)
