"""Run Spark from Studio in EMR Serverless applications that are there.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/sagemaker/latest/dg/studio-emr-serverless-permissions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_statements import pass_roles
from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    yield allow("ListApplications", ("emr-serverless:ListApplications",), ("*",))
    if names := sorted(set(context.inputs.get("applications", ()))):
        yield allow(
            "UseApplications",
            (
                "emr-serverless:AccessLivyEndpoints",
                "emr-serverless:GetApplication",
                "emr-serverless:StartApplication",
                "emr-serverless:StopApplication",
            ),
            [target.arn("emr-serverless", f"/applications/{name}") for name in names],
        )
        yield allow(
            "FollowRuns",
            ("emr-serverless:GetDashboardForJobRun",),
            [target.arn("emr-serverless", f"/applications/{name}/jobruns/*") for name in names],
        )
    yield pass_roles(context, "emr-serverless.amazonaws.com")


ACTIVITY = Activity(
    name="run-studio-emr-serverless",
    description="Find, start and use EMR Serverless applications from Studio.",
    statements=_statements,
    takes=frozenset({"applications", "passRoles"}),
    needs=frozenset({"applications", "passRoles"}),
    why_not="the application says which network it runs in and how it encrypts",
)
