"""What a job or an endpoint needs to run: its data, images, logs, metrics, network and keys.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_companions import key_policies, no_known_images, vpc_endpoints
from rolewright.grants.activity_statements import (
    all_of,
    among,
    data_keys,
    grant_volume_keys,
    image_repositories,
    know_oneself,
    pull_images,
    use_buckets,
    use_data_keys,
    write_logs,
)
from rolewright.grants.key_use import named_key
from rolewright.grants.kind import Activity
from rolewright.grants.kinds.buckets import BucketAccess
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext, Companion
    from rolewright.iam import Statement

_NAMESPACES = ("/aws/sagemaker/*", "AWS/SageMaker", "aws/sagemaker/*")


def _statements(context: ActivityContext) -> Iterator[Statement]:
    yield from use_buckets(context, BucketAccess.LIST, BucketAccess.READ, BucketAccess.WRITE)
    yield from pull_images(context)
    yield write_logs(context)
    yield allow(
        "PutMetrics",
        ("cloudwatch:PutMetricData",),
        ("*",),
        conditions=[among("cloudwatch:namespace", _NAMESPACES, "StringLike")],
    )
    yield allow(
        "PutTrainingMetrics",
        ("sagemaker:BatchPutMetrics",),
        all_of(context.target, "experiment-trial-component", "training-job"),
    )
    yield from know_oneself(context)
    yield from _interfaces(context)
    yield from use_data_keys(context)
    yield from grant_volume_keys(context)


def _interfaces(context: ActivityContext) -> Iterator[Statement]:
    """Yield the network interfaces of jobs, in the subnets and groups of the network alone.

    Interfaces are new, so that no ARN names them; the subnets bind all that can be bound by them.
    """
    if context.network is None:
        return
    target = context.target
    interfaces = target.arn("ec2", "network-interface/*")
    groups = sorted(set(context.network["securityGroups"]))
    subnets = [
        target.arn("ec2", f"subnet/{subnet}") for subnet in sorted(set(context.network["subnets"]))
    ]
    within = among("ec2:Subnet", subnets, "ArnEquals")
    yield allow(
        "CreateInterfaces",
        ("ec2:CreateNetworkInterface",),
        (
            interfaces,
            *(target.arn("ec2", f"security-group/{group}") for group in groups),
            *subnets,
        ),
    )
    yield allow(
        "ManageInterfaces",
        ("ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface"),
        (interfaces,),
        conditions=[within],
    )
    yield allow("WithdrawInterfaces", ("ec2:DeleteNetworkInterfacePermission",), (interfaces,))
    yield allow(
        "ReadNetwork",
        (
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ),
        ("*",),
    )


def _companions(context: ActivityContext) -> Iterator[Companion]:
    yield from key_policies(context)
    for bucket in sorted(set(context.inputs.get("buckets", ()))):
        yield from (named_key(bucket, key) for key in data_keys(context))
    yield from vpc_endpoints(context)
    known = bool(image_repositories(context.target))
    yield from no_known_images(context, known)


ACTIVITY = Activity(
    name="access-aws-services",
    description="Run jobs and endpoints: read and write data, pull images, write logs and metrics.",
    statements=_statements,
    takes=frozenset({"buckets", "repositories"}),
    network=True,
    keys=frozenset({"dataKeys", "volumeKeys"}),
    companions=_companions,
)
