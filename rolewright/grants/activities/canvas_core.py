"""Build and try models in Canvas.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerCanvasFullAccess.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_companions import (
    key_policies,
    transform_jobs_left_out,
    vpc_endpoints,
)
from rolewright.grants.activity_statements import (
    all_of,
    create_transform_jobs,
    grant_volume_keys,
    job_conditions,
    know_oneself,
    named_with,
    network_conditions,
    pass_roles,
    pull_images,
    tag_on_create,
    use_buckets,
    use_data_keys,
    write_logs,
)
from rolewright.grants.kind import Activity
from rolewright.grants.kinds.buckets import BucketAccess
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext, Companion
    from rolewright.iam import Statement

_WORDS = ("?anvas",)
"""What Canvas has in the names of what it makes, by AWS's own policy: `Canvas` or `canvas`."""
_JOBS = {
    "CreateAutoMLJob": "automl-job",
    "CreateAutoMLJobV2": "automl-job",
    "CreateProcessingJob": "processing-job",
    "CreateTrainingJob": "training-job",
}
_MODEL = {"CreateModel": "model"}
_TRANSFORM = {"CreateTransformJob": "transform-job"}
_HANDLES = (
    "sagemaker:DeleteModel",
    "sagemaker:DescribeAutoMLJob",
    "sagemaker:DescribeAutoMLJobV2",
    "sagemaker:DescribeModel",
    "sagemaker:DescribeProcessingJob",
    "sagemaker:DescribeTrainingJob",
    "sagemaker:DescribeTransformJob",
    "sagemaker:StopAutoMLJob",
    "sagemaker:StopTrainingJob",
    "sagemaker:StopTransformJob",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    kinds = sorted(set(_JOBS.values()))
    yield allow(
        "CreateJobs",
        tuple(f"sagemaker:{action}" for action in _JOBS),
        named_with(target, _WORDS, *kinds),
        conditions=job_conditions(context),
    )
    yield allow(
        "CreateModels",
        ("sagemaker:CreateModel",),
        named_with(target, _WORDS, "model"),
        conditions=network_conditions(context),
    )
    yield from create_transform_jobs(context, named_with(target, _WORDS, "transform-job"))
    handled = named_with(target, _WORDS, *kinds, "model", "transform-job")
    yield tag_on_create(target, {**_JOBS, **_MODEL, **_TRANSFORM}, handled)
    yield allow("HandleJobs", _HANDLES, handled)
    yield allow("ListCandidates", ("sagemaker:ListCandidatesForAutoMLJob",), ("*",))
    yield allow(
        "ReadDomain",
        ("sagemaker:DescribeDomain", "sagemaker:DescribeUserProfile"),
        all_of(target, "domain", "user-profile"),
    )
    yield from use_buckets(context, *BucketAccess, also=("s3:GetBucketCORS",))
    yield from pull_images(context)
    yield write_logs(context)
    yield from know_oneself(context)
    yield pass_roles(context)
    yield from use_data_keys(context)
    yield from grant_volume_keys(context)


def _companions(context: ActivityContext) -> Iterator[Companion]:
    yield from key_policies(context)
    yield from vpc_endpoints(context)
    yield from transform_jobs_left_out(context)


ACTIVITY = Activity(
    name="canvas-core",
    description="Prepare data, build models and check them in Canvas.",
    statements=_statements,
    takes=frozenset({"buckets", "models", "passRoles", "repositories"}),
    needs=frozenset({"buckets"}),
    network=True,
    keys=frozenset({"dataKeys", "volumeKeys"}),
    companions=_companions,
)
