"""Search and read experiments, trials and lineage.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_statements import all_of
from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement

_KINDS = {
    "Action": "action",
    "Artifact": "artifact",
    "Context": "context",
    "Experiment": "experiment",
    "Trial": "experiment-trial",
    "TrialComponent": "experiment-trial-component",
}
_LISTS = (
    "sagemaker:DescribeLineageGroup",
    "sagemaker:GetLineageGroupPolicy",
    "sagemaker:GetSearchSuggestions",
    "sagemaker:ListActions",
    "sagemaker:ListArtifacts",
    "sagemaker:ListAssociations",
    "sagemaker:ListContexts",
    "sagemaker:ListExperiments",
    "sagemaker:ListLineageGroups",
    "sagemaker:ListTrialComponents",
    "sagemaker:ListTrials",
    "sagemaker:QueryLineage",
    "sagemaker:Search",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    yield allow(
        "ReadExperiments",
        tuple(f"sagemaker:Describe{noun}" for noun in _KINDS),
        all_of(target, *_KINDS.values()),
    )
    yield allow(
        "ReadMetrics",
        ("sagemaker:BatchGetMetrics",),
        all_of(target, "experiment-trial-component", "training-job"),
    )
    yield allow("SearchExperiments", _LISTS, ("*",))


ACTIVITY = Activity(
    name="visualize-experiments",
    description="Search, compare and follow the lineage of experiments.",
    statements=_statements,
    why_not="it only reads",
)
