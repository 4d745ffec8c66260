"""Create, watch and stop training, processing, tuning, AutoML and transform jobs.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
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
    pass_roles,
    read_logs,
    tag_on_create,
)
from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext, Companion
    from rolewright.iam import Statement

_CREATES = {
    "CreateAutoMLJob": "automl-job",
    "CreateAutoMLJobV2": "automl-job",
    "CreateHyperParameterTuningJob": "hyper-parameter-tuning-job",
    "CreateProcessingJob": "processing-job",
    "CreateTrainingJob": "training-job",
}
_TRANSFORM = "transform-job"
_HANDLES = (
    "sagemaker:BatchGetMetrics",
    "sagemaker:DescribeAutoMLJob",
    "sagemaker:DescribeAutoMLJobV2",
    "sagemaker:DescribeHyperParameterTuningJob",
    "sagemaker:DescribeProcessingJob",
    "sagemaker:DescribeTrainingJob",
    "sagemaker:DescribeTransformJob",
    "sagemaker:ListTrainingJobsForHyperParameterTuningJob",
    "sagemaker:StopAutoMLJob",
    "sagemaker:StopHyperParameterTuningJob",
    "sagemaker:StopProcessingJob",
    "sagemaker:StopTrainingJob",
    "sagemaker:StopTransformJob",
    "sagemaker:UpdateTrainingJob",
)
_LISTS = (
    "sagemaker:ListAutoMLJobs",
    "sagemaker:ListCandidatesForAutoMLJob",
    "sagemaker:ListHyperParameterTuningJobs",
    "sagemaker:ListProcessingJobs",
    "sagemaker:ListTrainingJobs",
    "sagemaker:ListTransformJobs",
    "sagemaker:Search",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    kinds = sorted(set(_CREATES.values()))
    yield allow(
        "CreateJobs",
        tuple(f"sagemaker:{action}" for action in _CREATES),
        all_of(target, *kinds),
        conditions=job_conditions(context),
    )
    yield from create_transform_jobs(context, all_of(target, _TRANSFORM))
    yield tag_on_create(target, {**_CREATES, "CreateTransformJob": _TRANSFORM})
    handled = sorted({*kinds, _TRANSFORM, "experiment-trial-component"})
    yield allow("HandleJobs", _HANDLES, all_of(target, *handled))
    yield allow("ListJobs", _LISTS, ("*",))
    yield read_logs(context)
    yield pass_roles(context)
    yield from grant_volume_keys(context)


def _companions(context: ActivityContext) -> Iterator[Companion]:
    yield from key_policies(context)
    yield from vpc_endpoints(context)
    yield from transform_jobs_left_out(context)


ACTIVITY = Activity(
    name="manage-jobs",
    description="Create, watch and stop training, processing, tuning, AutoML and transform jobs.",
    statements=_statements,
    takes=frozenset({"models", "passRoles"}),
    network=True,
    keys=frozenset({"dataKeys", "volumeKeys"}),
    companions=_companions,
)
