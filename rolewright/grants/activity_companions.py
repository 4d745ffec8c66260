"""What activities need besides a role's own policies: key policies, VPC endpoints, Lake Formation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rolewright.grants.activity_statements import data_keys, volume_keys
from rolewright.grants.kind import Companion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.grants.kind import ActivityContext

_GATEWAY = ("s3",)
_INTERFACES = (
    "ecr.api",
    "ecr.dkr",
    "logs",
    "monitoring",
    "sagemaker.api",
    "sagemaker.runtime",
    "sts",
)


def key_policies(context: ActivityContext) -> Iterator[Companion]:
    """Yield what the policies of all keys must say."""
    yield from data_key_policies(context)
    yield from volume_key_policies(context)


def data_key_policies(context: ActivityContext) -> Iterator[Companion]:
    """Yield what the policies of the data keys must say: IAM asks the key as well as the role.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    target = context.target
    for key in data_keys(context):
        yield _key_policy(
            key,
            "UseThroughS3",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            {"StringEquals": {"kms:ViaService": f"s3.{target.region}.{target.dns_suffix}"}},
        )


def volume_key_policies(context: ActivityContext) -> Iterator[Companion]:
    """Yield what the policies of the volume keys must say."""
    target = context.target
    for key in volume_keys(context):
        yield _key_policy(
            key,
            "GrantToInstances",
            ["kms:CreateGrant"],
            {
                "Bool": {"kms:GrantIsForAWSResource": "true"},
                "StringEquals": {
                    "kms:ViaService": f"sagemaker.{target.region}.{target.dns_suffix}"
                },
            },
        )


def _key_policy(key: str, sid: str, actions: list[str], condition: object) -> Companion:
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": "ROLE_ARN"},
        "Action": actions,
        "Resource": "*",
        "Condition": condition,
    }
    return Companion(
        what=f"key policy of {key}",
        why="KMS asks the key's own policy too, which must let the role in or leave it to IAM.",
        snippet=json.dumps(statement, indent=2),
    )


def vpc_endpoints(context: ActivityContext) -> Iterator[Companion]:
    """Yield the endpoints that jobs and models in a network without internet reach AWS by.

    https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html
    """
    if context.network is None:
        return
    region = context.target.region
    prefix = "cn.com.amazonaws" if context.target.partition == "aws-cn" else "com.amazonaws"
    subnets = " ".join(sorted(set(context.network["subnets"])))
    lines = [
        "aws ec2 create-vpc-endpoint --vpc-id VPC_ID --vpc-endpoint-type Gateway "
        f"--service-name com.amazonaws.{region}.{service} --route-table-ids ROUTE_TABLE_ID"
        for service in _GATEWAY
    ]
    lines += [
        "aws ec2 create-vpc-endpoint --vpc-id VPC_ID --vpc-endpoint-type Interface "
        f"--service-name {prefix}.{region}.{service} --subnet-ids {subnets}"
        for service in _INTERFACES
    ]
    yield Companion(
        what=f"VPC endpoints of {subnets}",
        why="Without a way to S3, ECR, CloudWatch, SageMaker and STS a job in these subnets fails "
        "as if its role lacked the access.",
        snippet="\n".join(lines),
    )


def lake_formation(context: ActivityContext, permissions: Iterable[str]) -> Iterator[Companion]:
    """Yield the grants of Lake Formation, where it stands in front of the Glue databases.

    https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html
    """
    for database in sorted(set(context.inputs.get("databases", ()))):
        resource = json.dumps({"Table": {"DatabaseName": database, "TableWildcard": {}}})
        yield Companion(
            what=f"Lake Formation permissions on the tables of `{database}`",
            why="Where Lake Formation governs a database, IAM alone does not open its tables.",
            snippet="aws lakeformation grant-permissions "
            "--principal DataLakePrincipalIdentifier=ROLE_ARN "
            f"--permissions {' '.join(permissions)} --resource '{resource}'",
        )


def transform_jobs_left_out(context: ActivityContext) -> Iterator[Companion]:
    """Yield that transform jobs can't be created, where a network can't be kept for them."""
    if context.network is not None and not context.inputs.get("models"):
        yield Companion(
            what="transform jobs: name the models they may run",
            why="A transform job runs in its model's network, which sagemaker:CreateTransformJob "
            "can't be bound to; with `models` it is allowed for these models alone.",
        )


def no_known_images(context: ActivityContext, known: bool) -> Iterator[Companion]:  # noqa: FBT001  # a fact, not a mode
    """Yield that AWS's images of the region are not known."""
    if not known:
        yield Companion(
            what=f"AWS's images in {context.target.region}",
            why="It is not known which accounts hold them there; name their repositories by ARN in "
            "`repositories`.",
        )
