"""Put models from Canvas behind endpoints.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerCanvasDirectDeployAccess.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_companions import volume_key_policies
from rolewright.grants.activity_statements import (
    grant_volume_keys,
    named_with,
    tag_on_create,
    volume_key_conditions,
)
from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement

_WORDS = ("?anvas",)
"""What Canvas has in the names of what it makes, by AWS's own policy: `Canvas` or `canvas`."""
_CREATES = {"CreateEndpoint": "endpoint", "CreateEndpointConfig": "endpoint-config"}
_HANDLES = (
    "sagemaker:CreateEndpoint",
    "sagemaker:DeleteEndpoint",
    "sagemaker:DescribeEndpoint",
    "sagemaker:DescribeEndpointConfig",
    "sagemaker:InvokeEndpoint",
    "sagemaker:UpdateEndpoint",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    configs = named_with(target, _WORDS, "endpoint-config")
    both = (*named_with(target, _WORDS, "endpoint"), *configs)
    yield allow(
        "CreateEndpointConfigs",
        ("sagemaker:CreateEndpointConfig",),
        configs,
        conditions=volume_key_conditions(context),
    )
    yield allow("HandleEndpoints", _HANDLES, both)
    yield tag_on_create(target, _CREATES, both)
    yield allow("ReadMetrics", ("cloudwatch:GetMetricData",), ("*",))
    yield from grant_volume_keys(context)


ACTIVITY = Activity(
    name="canvas-mlops",
    description="Deploy models from Canvas to endpoints, ask them and take them down.",
    statements=_statements,
    keys=frozenset({"volumeKeys"}),
    why_not="an endpoint runs in its models' network, which `canvas-core` binds, and IAM knows no "
    "key of what it captures",
    companions=volume_key_policies,
)
