"""Programs that tests run under the engine, none of them ours to begin with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Callable

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sagemaker.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
            }
        ],
    }
)


def document(*statements: dict[str, Any]) -> str:
    """Return a document of these statements as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(
    actions: str | list[str], resources: str | list[str] = "*", **more: Any
) -> dict[str, Any]:
    """Return an Allow statement."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


ADMIN = document(allow("*"))
HARMLESS = document(allow("s3:ListBucket", "arn:aws:s3:::example-bucket"))


def role_with_policy(text: str, **role: Any) -> None:
    """Make a named role with one inline policy."""
    made = aws.iam.Role("made", name="made", assume_role_policy=TRUST, **role)
    aws.iam.RolePolicy("policy", name="policy", role=made.name, policy=text)


def split_admin() -> None:
    """Make a role that is an admin only by two policies together, the second after the first."""
    made = aws.iam.Role("made", name="made", assume_role_policy=TRUST)
    first = aws.iam.RolePolicy("first", name="first", role=made.name, policy=HARMLESS)
    aws.iam.RolePolicy(
        "second",
        name="second",
        role=made.name,
        policy=ADMIN,
        opts=pulumi.ResourceOptions(depends_on=[first]),
    )


def unknown_document() -> None:
    """Make a role whose document is only known once a bucket is there."""
    bucket = aws.s3.Bucket("data")
    made = aws.iam.Role("made", name="made", assume_role_policy=TRUST)
    text = bucket.arn.apply(lambda arn: document(allow("s3:GetObject", f"{arn}/*")))
    aws.iam.RolePolicy("policy", name="policy", role=made.name, policy=text)


def auto_named_admin() -> None:
    """Make a role without a name, and attach a policy that is an admin's."""
    made = aws.iam.Role("made", assume_role_policy=TRUST)
    policy = aws.iam.Policy("admin", policy=ADMIN)
    aws.iam.RolePolicyAttachment("attached", role=made.name, policy_arn=policy.arn)


def made_in_the_same_stack() -> None:
    """Make a role by what is made beside it: its boundary, a managed policy, a policy by its id."""
    boundary = aws.iam.Policy("boundary", policy=HARMLESS)
    made = aws.iam.Role("made", assume_role_policy=TRUST, permissions_boundary=boundary.arn)
    policy = aws.iam.Policy("harmless", policy=HARMLESS)
    aws.iam.RolePolicyAttachment("attached", role=made.name, policy_arn=policy.arn)
    aws.iam.RolePolicy("inline", role=made.id, policy=HARMLESS)


def admin_by_id() -> None:
    """Make a role and give it, by its id, which is unknown at preview, an admin's policy."""
    made = aws.iam.Role("made", assume_role_policy=TRUST)
    aws.iam.RolePolicy("admin", role=made.id, policy=ADMIN)


def trusting(service: str) -> str:
    """Return a trust policy for a service, for whoever it works for."""
    return document(
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    )


def _policy_of(name: str, text: str) -> None:
    made = aws.iam.Role(name, name=name, assume_role_policy=TRUST)
    aws.iam.RolePolicy(f"{name}-policy", name="bad", role=made.name, policy=text)


def _role(name: str, trust: str) -> None:
    aws.iam.Role(name, name=name, assume_role_policy=trust)


def _notebook(name: str) -> None:
    aws.sagemaker.NotebookInstance(
        name,
        name=name,
        instance_type="ml.t3.medium",
        role_arn="arn:aws:iam::123456789012:role/R",
        root_access="Disabled",
    )


VIOLATIONS: dict[str, Callable[[str], None]] = {
    "trust-services": lambda name: _role(name, trusting("ec2.amazonaws.com")),
    "trust-confused-deputy": lambda name: _role(name, trusting("sagemaker.amazonaws.com")),
    "no-admin-access": lambda name: _policy_of(name, ADMIN),
    "no-service-wildcards": lambda name: _policy_of(
        name, document(allow("s3:*", "arn:aws:s3:::data/*"))
    ),
    "pass-role-scoped": lambda name: _policy_of(name, document(allow("iam:PassRole"))),
    "data-buckets": lambda name: _policy_of(name, document(allow("s3:PutObject"))),
    "boundary-required": lambda name: _role(name, TRUST),
    "notebook-hardened": _notebook,
}
"""By guardrail, what makes a resource of a name that violates it, in an environment of prod."""
ONE_OF_EACH_FAMILY = (
    "trust-services",
    "no-admin-access",
    "pass-role-scoped",
    "data-buckets",
    "boundary-required",
    "notebook-hardened",
)


def all_violations() -> None:
    """Make what violates each guardrail, by a resource of the guardrail's own name."""
    for guardrail, make in VIOLATIONS.items():
        make(guardrail)


def by_get_policy_document() -> None:
    """Make a role as many programs do: its documents by the invoke that writes them."""
    trust = aws.iam.get_policy_document(
        statements=[
            aws.iam.GetPolicyDocumentStatementArgs(
                actions=["sts:AssumeRole"],
                principals=[
                    aws.iam.GetPolicyDocumentStatementPrincipalArgs(
                        type="Service", identifiers=["sagemaker.amazonaws.com"]
                    )
                ],
            )
        ]
    )
    everything = aws.iam.get_policy_document_output(
        statements=[
            aws.iam.GetPolicyDocumentStatementArgs(actions=["*"], resources=["*"]),
        ]
    )
    made = aws.iam.Role("made", assume_role_policy=trust.json)
    aws.iam.RolePolicy("policy", role=made.name, policy=everything.json)
