"""Fine-tune foundation models in serverless jobs, evaluate them and keep what comes of it.

For this activity AWS documents its managed policy AmazonSageMakerModelCustomizationCoreAccess, which
holds in every region and finds what belongs together by names. Ours is narrower:

- One account and region; of AWS's buckets those two of the region that hold base models, not all
  whose names begin with `jumpstart`; of one's own the buckets that are named, not all that have
  `sagemaker` in their name.
- Exact roles are passed, to SageMaker alone. AWS's passes what is named like a role of SageMaker,
  and further roles to Lambda and Bedrock.
- Reward functions are named and called. AWS's also writes and deletes functions, which is to run
  code as another role.
- Of pipelines those that evaluate, by the name that the SDK gives them.
- What is created is tagged; what is there keeps its tags. Datasets and evaluators are registered in
  hubs, not deleted, and no model package is approved or deleted: `manage-models` does that.
- Left to others: endpoints to `manage-models` and `manage-endpoints`, Bedrock to the grant of that
  name, the reading of lineage to `visualize-experiments`, MLflow tracking servers to `use-mlflow`,
  network interfaces to `access-aws-services`. What only fills the console's lists (all roles, keys,
  networks and quotas) is left out.

Beyond AWS's, an evaluation can be found and stopped, the data may be encrypted with keys of one's
own, and large files go to the buckets in parts.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-model-customization.html
https://docs.aws.amazon.com/sagemaker/latest/dg/model-customize-open-weight-prereq.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_companions import data_key_policies, vpc_endpoints
from rolewright.grants.activity_statements import (
    all_of,
    network_conditions,
    output_key_conditions,
    pass_roles,
    read_logs,
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

    from rolewright.grants.kind import ActivityContext, Companion, Target
    from rolewright.iam import Statement

_PUBLIC_HUB = "SageMakerPublicHub"
_HUB_CONTENTS = ("DataSet", "JsonDoc")
"""Datasets and evaluators, by the types that hubs keep them as."""
_EVALUATIONS = "SagemakerEvaluation-*"
_HUBS = (
    "sagemaker:DescribeHubContent",
    "sagemaker:ImportHubContent",
    "sagemaker:ListHubContentVersions",
    "sagemaker:ListHubContents",
)
_REGISTRY = (
    "sagemaker:CreateModelPackage",
    "sagemaker:CreateModelPackageGroup",
    "sagemaker:DescribeModelPackage",
    "sagemaker:DescribeModelPackageGroup",
)
_PIPELINES = (
    "sagemaker:CreatePipeline",
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
    "sagemaker:StopPipelineExecution",
)
_LINEAGE = (
    "sagemaker:AddAssociation",
    "sagemaker:CreateAction",
    "sagemaker:CreateArtifact",
    "sagemaker:CreateContext",
)
"""An evaluation's pipeline records where its result comes from."""
_MLFLOW = (
    "sagemaker:CallMlflowAppApi",
    "sagemaker:CreatePresignedMlflowAppUrl",
    "sagemaker:DescribeMlflowApp",
)
_LISTS = (
    "sagemaker:ListHubs",
    "sagemaker:ListMlflowApps",
    "sagemaker:ListModelPackageGroups",
    "sagemaker:ListModelPackages",
    "sagemaker:ListPipelines",
    "sagemaker:ListTrainingJobs",
    "sagemaker:Search",
)
_CREATES = {
    "CreateAction": "action",
    "CreateArtifact": "artifact",
    "CreateContext": "context",
    "CreateModelPackage": "model-package",
    "CreateModelPackageGroup": "model-package-group",
    "CreatePipeline": f"pipeline/{_EVALUATIONS}",
    "CreateTrainingJob": "training-job",
    "ImportHubContent": "hub-content",
}


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    yield from _base_models(target)
    kept = (target.arn("sagemaker", f"hub-content/*/{kind}/*") for kind in _HUB_CONTENTS)
    yield allow("RegisterDatasets", _HUBS, (*all_of(target, "hub"), *kept))
    jobs = all_of(target, "training-job")
    yield allow(
        "CreateJobs",
        ("sagemaker:CreateTrainingJob",),
        jobs,
        conditions=[*network_conditions(context), *output_key_conditions(context)],
    )
    yield allow("HandleJobs", ("sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"), jobs)
    yield allow("KeepModels", _REGISTRY, all_of(target, "model-package", "model-package-group"))
    pipelines = target.arn("sagemaker", f"pipeline/{_EVALUATIONS}")
    yield allow("EvaluateModels", _PIPELINES, (pipelines,))
    yield allow("HandleEvaluations", _EXECUTIONS, (f"{pipelines}/execution/*",))
    traced = all_of(target, "action", "artifact", "context", "experiment-trial-component")
    yield allow("RecordLineage", _LINEAGE, traced)
    yield allow("RecordInMlflow", _MLFLOW, all_of(target, "mlflow-app"))
    yield _tag_on_create(target)
    yield allow("ListForCustomization", _LISTS, ("*",))
    names = sorted(set(context.inputs.get("rewardFunctions", ())))
    if names:
        functions = [target.arn("lambda", f"function:{name}") for name in names]
        yield allow("CallRewardFunctions", ("lambda:InvokeFunction",), functions)
    yield from use_buckets(context, BucketAccess.LIST, BucketAccess.READ, BucketAccess.WRITE)
    yield from use_data_keys(context)
    yield read_logs(context)
    yield write_logs(context)
    yield pass_roles(context)


def _base_models(target: Target) -> Iterator[Statement]:
    """Yield the reading of AWS's public hub and of the buckets behind it."""
    hub = f"arn:{target.partition}:sagemaker:{target.region}:aws:hub"
    yield allow(
        "FindBaseModels",
        ("sagemaker:DescribeHubContent", "sagemaker:ListHubContents"),
        (f"{hub}/{_PUBLIC_HUB}", f"{hub}-content/{_PUBLIC_HUB}/Model/*"),
    )
    buckets = [
        f"arn:{target.partition}:s3:::jumpstart-{kind}-prod-{target.region}"
        for kind in ("cache", "private-cache")
    ]
    yield allow("ListBaseModels", ("s3:ListBucket",), buckets)
    yield allow("ReadBaseModels", ("s3:GetObject",), [f"{bucket}/*" for bucket in buckets])


def _tag_on_create(target: Target) -> Statement:
    kinds = sorted(set(_CREATES.values()))
    resources = [target.arn("sagemaker", k if k.endswith("*") else f"{k}/*") for k in kinds]
    return tag_on_create(target, _CREATES, resources)


def _companions(context: ActivityContext) -> Iterator[Companion]:
    yield from data_key_policies(context)
    yield from vpc_endpoints(context)


ACTIVITY = Activity(
    name="customize-models",
    description="Fine-tune foundation models in serverless jobs, evaluate and register them.",
    statements=_statements,
    takes=frozenset({"buckets", "passRoles", "rewardFunctions"}),
    network=True,
    keys=frozenset({"dataKeys"}),
    why_not="a serverless job has no volumes of one's own to encrypt",
    companions=_companions,
)
