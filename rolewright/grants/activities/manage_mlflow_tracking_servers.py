"""Create MLflow tracking servers, start and stop them, open and delete them.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow-create-tracking-server-iam.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_statements import pass_roles, tag_on_create, tracking_servers
from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement

_HANDLES = (
    "sagemaker:CreateMlflowTrackingServer",
    "sagemaker:CreatePresignedMlflowTrackingServerUrl",
    "sagemaker:DeleteMlflowTrackingServer",
    "sagemaker:DescribeMlflowTrackingServer",
    "sagemaker:StartMlflowTrackingServer",
    "sagemaker:StopMlflowTrackingServer",
    "sagemaker:UpdateMlflowTrackingServer",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    servers = tracking_servers(context)
    yield allow("HandleServers", _HANDLES, servers)
    creates = {"CreateMlflowTrackingServer": "mlflow-tracking-server"}
    yield tag_on_create(context.target, creates, servers)
    yield allow("ListServers", ("sagemaker:ListMlflowTrackingServers",), ("*",))
    yield pass_roles(context)


ACTIVITY = Activity(
    name="manage-mlflow-tracking-servers",
    description="Create, start, stop, open and delete MLflow tracking servers.",
    statements=_statements,
    takes=frozenset({"passRoles", "trackingServers"}),
    why_not="a tracking server is a service of SageMaker's own, with its bucket's encryption",
)
