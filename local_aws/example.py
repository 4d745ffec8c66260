"""What a stack takes as existing, made in the local AWS: buckets, tables, roles, and decoys.

Everything is derived from the stack's own config, so that an edited config works as well.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local_aws.provider.resources.bucket import make_bucket
from local_aws.provider.session import aws_code
from local_aws.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local_aws.provider.session import Clients
    from rolewright.grants import RoleArgs, StackConfig

DECOY_BUCKET = "other-bucket"
DECOY_TABLE = "other"
SAMPLE_KEY = "sample"
"""The object in every bucket and below every prefix, and the `id` of the item in every table."""

HAND_MADE_POLICY = "made-by-hand"

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_HAND_MADE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*"}],
}
_BOUNDARY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:*", "dynamodb:*"], "Resource": "*"}],
}


def make_existing(config: StackConfig, clients: Clients) -> None:
    """Make what the stack takes as existing, where it isn't there yet."""
    for name, prefixes in buckets_of(config).items():
        _bucket(clients, name, prefixes)
    for name in tables_of(config):
        _table(clients, name)
    for key, args in config.roles.items():
        if args.get("existing", False):
            _role(clients, key)
    for arn, document in _own_policies(config).items():
        _managed(clients, arn, document)


def stand_ins(config: StackConfig, width: int) -> str | None:
    """Return in words what of the stack is taken as existing, or None where nothing is.

    Roles are named where that fits the width.
    """
    roles = [key for key, args in config.roles.items() if args.get("existing", False)]
    rest = [
        counted(len(buckets_of(config)) - 1, "bucket"),
        counted(len(tables_of(config)) - 1, "table"),
        counted(len(set(_own_policies(config))), "policy"),
    ]
    rest = [words for words in rest if not words.startswith("0 ")]
    for named in (roles, [counted(len(roles), "role")] if roles else []):
        text = ", ".join((*named, *rest))
        if len(text) <= width:
            break
    return text or None


def buckets_of(config: StackConfig) -> dict[str, set[str]]:
    """Return the buckets that the config names, with the prefixes it names, and the decoy."""
    found: dict[str, set[str]] = {DECOY_BUCKET: set()}
    for grants in _grants(config.roles.values()):
        for bucket in grants.get("buckets", ()):
            found.setdefault(bucket["name"], set()).update(bucket.get("prefixes", ()))
    return found


def tables_of(config: StackConfig) -> tuple[str, ...]:
    """Return the tables that the config names, and the decoy."""
    named = (
        table["table"]
        for grants in _grants(config.roles.values())
        for table in grants.get("dynamodb", ())
    )
    return tuple(dict.fromkeys([DECOY_TABLE, *named]))


def _own_policies(config: StackConfig) -> dict[str, object]:
    """Return the customer-managed policies that the config names, with the content they get."""
    found: dict[str, object] = {}
    for args in config.roles.values():
        given = [(args.get("permissionsBoundary", ""), _BOUNDARY)]
        given += [(policy, _HAND_MADE) for policy in args.get("managedPolicies", ())]
        for arn, document in given:
            if arn.startswith("arn:") and arn.split(":")[4] != "aws":
                found.setdefault(arn, document)
    return found


def _grants(roles: Iterable[RoleArgs]) -> Iterator[Any]:
    for args in roles:
        yield args
        yield from args.get("policies", {}).values()


def _bucket(clients: Clients, name: str, prefixes: set[str]) -> None:
    try:
        make_bucket(clients, name)
    except ClientError as error:
        if aws_code(error) not in (
            "BucketAlreadyOwnedByYou",
            "BucketAlreadyExists",
        ):
            raise
    for key in (SAMPLE_KEY, *(f"{prefix}{SAMPLE_KEY}" for prefix in sorted(prefixes))):
        clients.s3.put_object(Bucket=name, Key=key, Body=b"sample")


def _table(clients: Clients, name: str) -> None:
    try:
        clients.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    except clients.dynamodb.exceptions.ResourceInUseException:
        return
    clients.dynamodb.put_item(TableName=name, Item={"id": {"S": SAMPLE_KEY}})


def _role(clients: Clients, name: str) -> None:
    try:
        clients.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))
    except clients.iam.exceptions.EntityAlreadyExistsException:
        return
    clients.iam.put_role_policy(
        RoleName=name, PolicyName=HAND_MADE_POLICY, PolicyDocument=json.dumps(_HAND_MADE)
    )


def _managed(clients: Clients, arn: str, document: object) -> None:
    """Make a customer-managed policy; those of AWS are there."""
    path, _, name = arn.partition(":policy")[2].rpartition("/")
    try:
        clients.iam.create_policy(
            PolicyName=name, Path=f"{path}/", PolicyDocument=json.dumps(document)
        )
    except clients.iam.exceptions.EntityAlreadyExistsException:
        return
