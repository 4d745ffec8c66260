"""Write pipelines, and start, follow and stop their executions.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_statements import all_of, pass_roles, tag_on_create
from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement

_PIPELINES = (
    "sagemaker:CreatePipeline",
    "sagemaker:DeletePipeline",
    "sagemaker:DescribePipeline",
    "sagemaker:ListPipelineExecutions",
    "sagemaker:ListTags",
    "sagemaker:StartPipelineExecution",
    "sagemaker:UpdatePipeline",
)
_EXECUTIONS = (
    "sagemaker:DescribePipelineDefinitionForExecution",
    "sagemaker:DescribePipelineExecution",
    "sagemaker:ListPipelineExecutionSteps",
    "sagemaker:ListPipelineParametersForExecution",
    "sagemaker:RetryPipelineExecution",
    "sagemaker:SendPipelineExecutionStepFailure",
    "sagemaker:SendPipelineExecutionStepSuccess",
    "sagemaker:StopPipelineExecution",
    "sagemaker:UpdatePipelineExecution",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    yield allow("HandlePipelines", _PIPELINES, all_of(target, "pipeline"))
    yield allow(
        "HandleExecutions", _EXECUTIONS, (target.arn("sagemaker", "pipeline/*/execution/*"),)
    )
    yield tag_on_create(target, {"CreatePipeline": "pipeline"})
    yield allow("ListPipelines", ("sagemaker:ListPipelines",), ("*",))
    yield pass_roles(context)


ACTIVITY = Activity(
    name="manage-pipelines",
    description="Create, change and delete pipelines, and start, follow and stop executions.",
    statements=_statements,
    takes=frozenset({"passRoles"}),
    why_not="its steps run as the pipeline's role, whose own activities bind them",
)
