"""What a resource in a policy is, in the words of a drawing: a bucket, a table, another role."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

EVERYTHING = "*"
"""The service of what is every service's."""

_TITLES = {
    EVERYTHING: "Every service",
    "athena": "Athena",
    "bedrock": "Bedrock",
    "cloudwatch": "CloudWatch metrics",
    "codecommit": "CodeCommit",
    "dynamodb": "DynamoDB",
    "ec2": "EC2",
    "ecr": "ECR",
    "elasticfilesystem": "EFS",
    "events": "EventBridge",
    "fsx": "FSx",
    "glue": "Glue",
    "iam": "IAM",
    "kms": "KMS",
    "lakeformation": "Lake Formation",
    "lambda": "Lambda",
    "logs": "CloudWatch Logs",
    "s3": "S3",
    "s3-object-lambda": "S3 Object Lambda",
    "sagemaker": "SageMaker",
    "secretsmanager": "Secrets Manager",
    "sns": "SNS",
    "sqs": "SQS",
    "ssm": "Systems Manager",
    "states": "Step Functions",
    "sts": "STS",
}
_BARE = {"s3": "bucket", "sqs": "queue", "sns": "topic"}
"""What an ARN without a type is an ARN of."""
_PARTS = 6


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Target:
    """Something that roles reach: `name` is empty for every one of a kind.

    `account` is that of the ARN, empty where it has none. `kind` is empty for all of a service.
    """

    service: str
    kind: str = ""
    name: str = ""
    account: str = ""

    @property
    def label(self) -> str:
        """What it is called in a drawing."""
        if self.name:
            return self.name
        return f"every {self.kind}" if self.kind else "every resource"


ACCOUNT_WIDE = "account-wide calls"
"""The kind of actions that take no resource, such as `ecr:GetAuthorizationToken`."""


def title_of(service: str) -> str:
    """Return the name of a service, by its prefix in actions."""
    return _TITLES.get(service, service)


@lru_cache(maxsize=65536)
def target_of(resource: str, service: str) -> tuple[Target, str]:
    """Return what a resource pattern is of a service's, and which part of it.

    The part is `*` for all that is in it, and empty for the thing alone, such as a bucket without
    its objects. `service` is that of the action, where the pattern names none.
    """
    parts = resource.split(":", _PARTS - 1)
    if len(parts) < _PARTS:
        return (
            (Target(service=service), "*") if _wild(resource) else (_other(service, resource), "*")
        )
    owner, account, rest = parts[2], parts[4], parts[5]
    if owner == "s3" and "/" not in account and not account:
        return _bucket(rest)
    kind, name = _split(rest, _BARE.get(owner, ""))
    if _wild(kind):
        return Target(service=owner, account=_known(account)), "*"
    if owner == "dynamodb" and kind == "table":
        table, _, part = name.partition("/")
        return _target(owner, kind, table, account), part or "*"
    return _target(owner, kind, name.removesuffix(":*") if owner == "logs" else name, account), "*"


def _bucket(rest: str) -> tuple[Target, str]:
    bucket, slash, key = rest.partition("/")
    part = ("*" if _wild(key) else key) if slash or _wild(bucket) else ""
    return Target(service="s3", kind="bucket", name="" if _wild(bucket) else bucket), part


def _target(service: str, kind: str, name: str, account: str) -> Target:
    return Target(
        service=service,
        kind=kind,
        name="" if all(_wild(part) for part in name.split("/")) else name,
        account=_known(account),
    )


def _other(service: str, resource: str) -> Target:
    return Target(service=service, kind="resource", name=resource)


def _split(rest: str, bare: str) -> tuple[str, str]:
    """Return the type and the name of an ARN's last part, such as `role/path/name`."""
    places = [place for place in (rest.find("/"), rest.find(":")) if place > 0]
    if not places:
        return bare or rest, rest
    return rest[: min(places)], rest[min(places) + 1 :]


def _wild(text: str) -> bool:
    return not text.strip("*")


def _known(account: str) -> str:
    return account if account.isdigit() else ""
