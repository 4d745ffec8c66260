"""Put models behind endpoints, change them and take them down.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_companions import volume_key_policies
from rolewright.grants.activity_statements import (
    all_of,
    data_keys,
    grant_volume_keys,
    tag_on_create,
    volume_key_conditions,
)
from rolewright.grants.kind import Activity, Companion
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement

_CREATES = {"CreateEndpoint": "endpoint", "CreateEndpointConfig": "endpoint-config"}
_HANDLES = (
    "sagemaker:CreateEndpoint",
    "sagemaker:DeleteEndpoint",
    "sagemaker:DeleteEndpointConfig",
    "sagemaker:DescribeEndpoint",
    "sagemaker:DescribeEndpointConfig",
    "sagemaker:UpdateEndpoint",
    "sagemaker:UpdateEndpointWeightsAndCapacities",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    yield allow(
        "CreateEndpointConfigs",
        ("sagemaker:CreateEndpointConfig",),
        all_of(target, "endpoint-config"),
        conditions=volume_key_conditions(context),
    )
    yield allow("HandleEndpoints", _HANDLES, all_of(target, "endpoint", "endpoint-config"))
    yield tag_on_create(target, _CREATES)
    yield allow(
        "ListEndpoints",
        ("sagemaker:ListEndpointConfigs", "sagemaker:ListEndpoints"),
        ("*",),
    )
    yield from grant_volume_keys(context)


def _companions(context: ActivityContext) -> Iterator[Companion]:
    yield from volume_key_policies(context)
    if data_keys(context):
        yield Companion(
            what="keys of captured data and asynchronous output",
            why="IAM can't bind the key of an endpoint's data capture or asynchronous output; let "
            "the bucket's policy demand it.",
        )


ACTIVITY = Activity(
    name="manage-endpoints",
    description="Create, change and delete endpoints and their configs.",
    statements=_statements,
    keys=frozenset({"volumeKeys"}),
    why_not="an endpoint runs in its models' network, which `manage-models` binds, and IAM knows "
    "no key of what it captures",
    companions=_companions,
)
