"""Record experiments, runs and models in MLflow tracking servers.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow-create-tracking-server-iam.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_statements import tracking_servers
from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement

_ACTIONS = (
    "sagemaker-mlflow:CreateExperiment",
    "sagemaker-mlflow:CreateModelVersion",
    "sagemaker-mlflow:CreateRegisteredModel",
    "sagemaker-mlflow:CreateRun",
    "sagemaker-mlflow:DeleteExperiment",
    "sagemaker-mlflow:DeleteLoggedModel",
    "sagemaker-mlflow:DeleteLoggedModelTag",
    "sagemaker-mlflow:DeleteModelVersion",
    "sagemaker-mlflow:DeleteModelVersionTag",
    "sagemaker-mlflow:DeleteRegisteredModel",
    "sagemaker-mlflow:DeleteRegisteredModelAlias",
    "sagemaker-mlflow:DeleteRegisteredModelTag",
    "sagemaker-mlflow:DeleteRun",
    "sagemaker-mlflow:DeleteTag",
    "sagemaker-mlflow:DeleteTraceTag",
    "sagemaker-mlflow:DeleteTraces",
    "sagemaker-mlflow:EndTrace",
    "sagemaker-mlflow:FinalizeLoggedModel",
    "sagemaker-mlflow:GetDownloadURIForModelVersionArtifacts",
    "sagemaker-mlflow:GetExperiment",
    "sagemaker-mlflow:GetExperimentByName",
    "sagemaker-mlflow:GetLatestModelVersions",
    "sagemaker-mlflow:GetLoggedModel",
    "sagemaker-mlflow:GetMetricHistory",
    "sagemaker-mlflow:GetModelVersion",
    "sagemaker-mlflow:GetModelVersionByAlias",
    "sagemaker-mlflow:GetRegisteredModel",
    "sagemaker-mlflow:GetRun",
    "sagemaker-mlflow:GetTraceInfo",
    "sagemaker-mlflow:ListArtifacts",
    "sagemaker-mlflow:ListLoggedModelArtifacts",
    "sagemaker-mlflow:LogBatch",
    "sagemaker-mlflow:LogInputs",
    "sagemaker-mlflow:LogLoggedModelParams",
    "sagemaker-mlflow:LogMetric",
    "sagemaker-mlflow:LogModel",
    "sagemaker-mlflow:LogOutputs",
    "sagemaker-mlflow:LogParam",
    "sagemaker-mlflow:RenameRegisteredModel",
    "sagemaker-mlflow:RestoreExperiment",
    "sagemaker-mlflow:RestoreRun",
    "sagemaker-mlflow:SearchExperiments",
    "sagemaker-mlflow:SearchLoggedModels",
    "sagemaker-mlflow:SearchModelVersions",
    "sagemaker-mlflow:SearchRegisteredModels",
    "sagemaker-mlflow:SearchRuns",
    "sagemaker-mlflow:SearchTraces",
    "sagemaker-mlflow:SetExperimentTag",
    "sagemaker-mlflow:SetLoggedModelTags",
    "sagemaker-mlflow:SetModelVersionTag",
    "sagemaker-mlflow:SetRegisteredModelAlias",
    "sagemaker-mlflow:SetRegisteredModelTag",
    "sagemaker-mlflow:SetTag",
    "sagemaker-mlflow:SetTraceTag",
    "sagemaker-mlflow:StartTrace",
    "sagemaker-mlflow:TransitionModelVersionStage",
    "sagemaker-mlflow:UpdateExperiment",
    "sagemaker-mlflow:UpdateModelVersion",
    "sagemaker-mlflow:UpdateRegisteredModel",
    "sagemaker-mlflow:UpdateRun",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    yield allow("UseMlflow", _ACTIONS, tracking_servers(context))
    yield allow("OpenMlflow", ("sagemaker-mlflow:AccessUI",), ("*",))


ACTIVITY = Activity(
    name="use-mlflow",
    description="Record and compare experiments, runs and models in MLflow.",
    statements=_statements,
    takes=frozenset({"trackingServers"}),
    why_not="a tracking server is a service of SageMaker's own, with its bucket's encryption",
)
