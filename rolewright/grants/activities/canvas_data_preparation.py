"""Prepare large data in Canvas, once or by schedule.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerCanvasDataPrepFullAccess.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_companions import key_policies, vpc_endpoints
from rolewright.grants.activity_statements import (
    among,
    grant_volume_keys,
    job_conditions,
    named_with,
    pass_roles,
    tag_on_create,
    use_buckets,
    use_data_keys,
)
from rolewright.grants.kind import Activity
from rolewright.grants.kinds.buckets import BucketAccess
from rolewright.grants.statements import allow
from rolewright.grants.trust import SAGEMAKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext, Companion
    from rolewright.iam import Statement

_WORDS = ("canvas-data-prep",)
"""What Canvas has in the names of what prepares data, by AWS's own policy for it."""
_TAG = "sagemaker:is-canvas-data-prep-job"
_CREATES = {"CreatePipeline": "pipeline", "CreateProcessingJob": "processing-job"}
_PIPELINES = (
    "sagemaker:CreatePipeline",
    "sagemaker:DeletePipeline",
    "sagemaker:DescribePipeline",
    "sagemaker:DescribePipelineExecution",
    "sagemaker:ListPipelineExecutionSteps",
    "sagemaker:StartPipelineExecution",
    "sagemaker:UpdatePipeline",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    jobs = named_with(target, _WORDS, "processing-job")
    pipelines = named_with(target, _WORDS, "pipeline")
    yield allow(
        "CreateJobs",
        ("sagemaker:CreateProcessingJob",),
        jobs,
        conditions=job_conditions(context),
    )
    yield allow("ReadJobs", ("sagemaker:DescribeProcessingJob",), jobs)
    yield allow("HandlePipelines", _PIPELINES, pipelines)
    yield tag_on_create(target, _CREATES, (*jobs, *pipelines))
    yield allow("ListJobs", ("sagemaker:ListProcessingJobs",), ("*",))
    rules = (target.arn("events", "rule/*"),)
    asked = among(f"aws:RequestTag/{_TAG}", ["true"])
    marked = among(f"aws:ResourceTag/{_TAG}", ["true"])
    yield allow("CreateSchedules", ("events:PutRule",), rules, conditions=[asked])
    # With what is asked alone, any rule could be tagged and so be taken over.
    yield allow("TagSchedules", ("events:TagResource",), rules, conditions=[asked, marked])
    yield allow(
        "HandleSchedules",
        ("events:DescribeRule", "events:PutTargets"),
        rules,
        conditions=[marked],
    )
    yield allow("ReadSchedules", ("events:ListTagsForResource",), rules)
    yield from use_buckets(context, *BucketAccess)
    yield pass_roles(context, SAGEMAKER, "events.amazonaws.com")
    yield from use_data_keys(context)
    yield from grant_volume_keys(context)


def _companions(context: ActivityContext) -> Iterator[Companion]:
    yield from key_policies(context)
    yield from vpc_endpoints(context)


ACTIVITY = Activity(
    name="canvas-data-preparation",
    description="Prepare data in Canvas with jobs and pipelines, and schedule them.",
    statements=_statements,
    takes=frozenset({"buckets", "passRoles"}),
    needs=frozenset({"buckets"}),
    network=True,
    keys=frozenset({"dataKeys", "volumeKeys"}),
    companions=_companions,
)
