"""Watch models: monitoring schedules, what they check, and their jobs.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_companions import key_policies, vpc_endpoints
from rolewright.grants.activity_statements import (
    all_of,
    grant_volume_keys,
    job_conditions,
    pass_roles,
    tag_on_create,
)
from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext, Companion
    from rolewright.iam import Statement

_DEFINITIONS = {
    "DataQualityJobDefinition": "data-quality-job-definition",
    "ModelBiasJobDefinition": "model-bias-job-definition",
    "ModelExplainabilityJobDefinition": "model-explainability-job-definition",
    "ModelQualityJobDefinition": "model-quality-job-definition",
}
_KINDS = {
    **_DEFINITIONS,
    "MonitoringSchedule": "monitoring-schedule",
    "ProcessingJob": "processing-job",
}
_HANDLES = (
    *(f"sagemaker:Delete{noun}" for noun in _DEFINITIONS),
    "sagemaker:DeleteMonitoringSchedule",
    *(f"sagemaker:Describe{noun}" for noun in _KINDS),
    "sagemaker:StartMonitoringSchedule",
    "sagemaker:StopMonitoringSchedule",
    "sagemaker:StopProcessingJob",
)
_LISTS = (
    "sagemaker:ListMonitoringExecutions",
    "sagemaker:ListMonitoringSchedules",
    "sagemaker:ListProcessingJobs",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    kinds = all_of(target, *_KINDS.values())
    creates = {f"Create{noun}": kind for noun, kind in _KINDS.items()}
    yield allow(
        "ScheduleMonitoring",
        (*(f"sagemaker:{action}" for action in creates), "sagemaker:UpdateMonitoringSchedule"),
        kinds,
        conditions=job_conditions(context),
    )
    yield allow("HandleMonitoring", _HANDLES, kinds)
    yield tag_on_create(target, creates)
    yield allow("ListMonitoring", _LISTS, ("*",))
    yield pass_roles(context)
    yield from grant_volume_keys(context)


def _companions(context: ActivityContext) -> Iterator[Companion]:
    yield from key_policies(context)
    yield from vpc_endpoints(context)


ACTIVITY = Activity(
    name="monitor-models",
    description="Create, change and delete monitoring schedules and run their jobs.",
    statements=_statements,
    takes=frozenset({"passRoles"}),
    network=True,
    keys=frozenset({"dataKeys", "volumeKeys"}),
    companions=_companions,
)
