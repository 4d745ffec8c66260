"""Statements that several activities have: roles to pass, tags, keys, networks.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.kinds import buckets
from rolewright.grants.registry import PULL, image_accounts
from rolewright.grants.statements import allow
from rolewright.grants.trust import SAGEMAKER
from rolewright.iam import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rolewright.grants.kind import ActivityContext, Target
    from rolewright.iam import Statement


def all_of(target: Target, *kinds: str) -> tuple[str, ...]:
    """Return the ARNs of all SageMaker resources of these types in the target, such as `model`."""
    return tuple(target.arn("sagemaker", f"{kind}/*") for kind in kinds)


def named_with(target: Target, words: Iterable[str], *kinds: str) -> tuple[str, ...]:
    """Return the ARNs of the SageMaker resources of these types that have a word in their name."""
    return tuple(target.arn("sagemaker", f"{kind}/*{word}*") for kind in kinds for word in words)


def among(key: str, values: Iterable[str], operator: str = "StringEquals") -> Condition:
    """Return the condition that a key has one of these values, in a stable order."""
    return Condition(operator=operator, key=key, values=tuple(sorted(set(values))))


def network_conditions(context: ActivityContext) -> tuple[Condition, ...]:
    """Return what binds a request to the network: it names some of its parts and no others.

    ForAllValues holds for a request that names none, so Null asks for one.
    """
    if context.network is None:
        return ()
    parts = {
        "sagemaker:VpcSecurityGroupIds": context.network["securityGroups"],
        "sagemaker:VpcSubnets": context.network["subnets"],
    }
    return (
        *(among(key, ids, "ForAllValues:StringEquals") for key, ids in parts.items()),
        *(Condition(operator="Null", key=key, values=("false",)) for key in parts),
    )


def output_key_conditions(context: ActivityContext) -> tuple[Condition, ...]:
    """Return what binds a request to the keys for output."""
    keys = data_keys(context)
    return (among("sagemaker:OutputKmsKey", keys, "ArnEquals"),) if keys else ()


def volume_key_conditions(context: ActivityContext) -> tuple[Condition, ...]:
    """Return what binds a request to the keys for volumes."""
    keys = volume_keys(context)
    return (among("sagemaker:VolumeKmsKey", keys, "ArnEquals"),) if keys else ()


def job_conditions(context: ActivityContext) -> tuple[Condition, ...]:
    """Return what binds the creation of a job to the network and to the keys."""
    return (
        *network_conditions(context),
        *output_key_conditions(context),
        *volume_key_conditions(context),
    )


def data_keys(context: ActivityContext) -> tuple[str, ...]:
    """Return the ARNs of the keys for input and output, none where they are not set."""
    return _keys((context.encryption or {}).get("dataKeys", ()))


def volume_keys(context: ActivityContext) -> tuple[str, ...]:
    """Return the ARNs of the keys for volumes, none where they are not set."""
    return _keys((context.encryption or {}).get("volumeKeys", ()))


def _keys(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(given)))


def via(context: ActivityContext, service: str) -> Condition:
    """Return the condition that a key is used through a service of the region."""
    target = context.target
    return among("kms:ViaService", [f"{service}.{target.region}.{target.dns_suffix}"])


def use_data_keys(context: ActivityContext) -> Iterator[Statement]:
    """Yield the use of the data keys by S3.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    if keys := data_keys(context):
        actions = ("kms:Decrypt", "kms:GenerateDataKey")
        yield allow("UseDataKeys", actions, keys, conditions=[via(context, "s3")])


def grant_volume_keys(context: ActivityContext) -> Iterator[Statement]:
    """Yield the right to let SageMaker's instances use the keys of their volumes.

    https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest.html
    """
    if keys := volume_keys(context):
        aws_resource = Condition(operator="Bool", key="kms:GrantIsForAWSResource", values=("true",))
        yield allow(
            "GrantVolumeKeys",
            ("kms:CreateGrant",),
            keys,
            conditions=[aws_resource, via(context, "sagemaker")],
        )


def tag_on_create(
    target: Target, creates: Mapping[str, str], resources: Iterable[str] | None = None
) -> Statement:
    """Return the right to tag what is being created: types of resource by the action, no others.

    `resources` narrow it, where not all of these types are meant.
    SageMaker's SDK and Studio tag what they create.
    https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html#grant-tagging-permissions
    """
    return allow(
        "TagOnCreate",
        ("sagemaker:AddTags",),
        all_of(target, *sorted(set(creates.values()))) if resources is None else resources,
        conditions=[among("sagemaker:TaggingAction", creates)],
    )


def passed_roles(context: ActivityContext) -> tuple[str, ...]:
    """Return the ARNs of the roles that may be passed: the role itself where none is named."""
    return tuple(sorted(set(context.inputs.get("passRoles", ())))) or (context.role_arn,)


def pass_roles(context: ActivityContext, *services: str) -> Statement:
    """Return the right to pass exact roles to SageMaker, or to the services named."""
    return allow(
        "PassRoles",
        ("iam:PassRole",),
        passed_roles(context),
        conditions=[among("iam:PassedToService", services or (SAGEMAKER,))],
    )


def know_oneself(context: ActivityContext) -> Iterator[Statement]:
    """Yield what `sagemaker.get_execution_role` asks for."""
    yield allow("ReadOwnRole", ("iam:GetRole",), (context.role_arn,))
    yield allow("IdentifyCaller", ("sts:GetCallerIdentity",), ("*",))


def use_buckets(
    context: ActivityContext, *levels: buckets.BucketAccess, also: Iterable[str] = ()
) -> Iterator[Statement]:
    """Yield access to the buckets of the inputs, with what the grant `buckets` has at these levels.

    Here it takes two statements for all buckets, since an activity's policy has room for 6,144
    characters. `also` are further actions on the buckets themselves.
    """
    arns = bucket_arns(context)
    if not arns:
        return
    names = context.inputs.get("buckets", ())
    grants: list[buckets.BucketGrant] = [{"name": name, "access": list(levels)} for name in names]
    on_buckets, on_objects = set(also), set[str]()
    for statement in buckets.KIND.statements(grants, context.target):
        whole = set(statement.resources or ()) <= set(arns)
        (on_buckets if whole else on_objects).update(statement.actions or ())
    yield allow("UseBuckets", sorted(on_buckets), arns)
    yield allow("UseObjects", sorted(on_objects), [f"{arn}/*" for arn in arns])


def bucket_arns(context: ActivityContext) -> tuple[str, ...]:
    """Return the ARNs of the buckets of the inputs, none where none is named."""
    names = sorted(set(context.inputs.get("buckets", ())))
    return tuple(f"arn:{context.target.partition}:s3:::{name}" for name in names)


def image_repositories(target: Target) -> tuple[str, ...]:
    """Return the ARNs of AWS's image repositories in the region, none where it is not known."""
    return tuple(
        f"arn:{target.partition}:ecr:{target.region}:{account}:repository/*"
        for account in image_accounts(target.region)
    )


def pull_images(context: ActivityContext) -> Iterator[Statement]:
    """Yield the pulling of AWS's images for the region and from the repositories of the inputs.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
    """
    target = context.target
    repositories = [
        given if given.startswith("arn:") else target.arn("ecr", f"repository/{given}")
        for given in context.inputs.get("repositories", ())
    ]
    resources = (*sorted(set(repositories)), *image_repositories(target))
    yield allow("SignInToRegistry", ("ecr:GetAuthorizationToken",), ("*",))
    if resources:
        yield allow("PullImages", PULL, resources)


def log_groups(target: Target, name: str = "/aws/sagemaker/*") -> tuple[str, ...]:
    """Return the ARN of SageMaker's log groups and, behind their name, of the streams in them."""
    return (target.arn("logs", f"log-group:{name}"),)


def write_logs(context: ActivityContext) -> Statement:
    """Return the right to write SageMaker's logs.

    https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
    """
    actions = (
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
    )
    return allow("WriteLogs", actions, log_groups(context.target))


def read_logs(context: ActivityContext) -> Statement:
    """Return the right to read SageMaker's logs, as the SDK does while it waits for a job."""
    actions = ("logs:DescribeLogStreams", "logs:GetLogEvents")
    return allow("ReadLogs", actions, log_groups(context.target))


def model_arns(context: ActivityContext) -> tuple[str, ...]:
    """Return the ARNs of the models of the inputs, also with the name as SageMaker lowers it."""
    names = context.inputs.get("models", ())
    both = {spelled for name in names for spelled in (name, name.lower())}
    return tuple(context.target.arn("sagemaker", f"model/{name}") for name in sorted(both))


def create_transform_jobs(
    context: ActivityContext, resources: Iterable[str]
) -> Iterator[Statement]:
    """Yield the creation of transform jobs as far as it can be bound.

    SageMaker knows no network of a transform job: it runs in that of its model. So a network is
    kept by naming the models, and without them there is no creation.
    """
    models = model_arns(context)
    if context.network is not None and not models:
        return
    conditions = [*output_key_conditions(context), *volume_key_conditions(context)]
    if models:
        conditions.append(among("sagemaker:ModelArn", models, "ArnEquals"))
    yield allow(
        "CreateTransformJobs",
        ("sagemaker:CreateTransformJob",),
        resources,
        conditions=conditions,
    )


def tracking_servers(context: ActivityContext) -> tuple[str, ...]:
    """Return the ARNs of the MLflow tracking servers of the inputs, of all where none is named."""
    names = sorted(set(context.inputs.get("trackingServers", ()))) or ["*"]
    return tuple(
        context.target.arn("sagemaker", f"mlflow-tracking-server/{name}") for name in names
    )
