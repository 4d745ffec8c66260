"""Record experiments, trials and lineage.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/sagemaker/latest/dg/lineage-tracking.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_statements import all_of, tag_on_create
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
_VERBS = ("Create", "Delete", "Describe", "Update")
_ASSOCIATIONS = (
    "sagemaker:AddAssociation",
    "sagemaker:AssociateTrialComponent",
    "sagemaker:DeleteAssociation",
    "sagemaker:DisassociateTrialComponent",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    yield allow(
        "RecordExperiments",
        tuple(f"sagemaker:{verb}{noun}" for verb in _VERBS for noun in _KINDS),
        all_of(target, *_KINDS.values()),
    )
    yield allow("RecordLineage", _ASSOCIATIONS, all_of(target, *_KINDS.values(), "processing-job"))
    yield allow(
        "RecordMetrics",
        ("sagemaker:BatchPutMetrics",),
        all_of(target, "experiment-trial-component", "training-job"),
    )
    yield tag_on_create(target, {f"Create{noun}": kind for noun, kind in _KINDS.items()})


ACTIVITY = Activity(
    name="manage-experiments",
    description="Create, change and delete experiments, trials, their parts and their lineage.",
    statements=_statements,
    why_not="records are kept by SageMaker itself; it runs nothing and takes no key",
)
