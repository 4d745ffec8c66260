"""S3 and DynamoDB grants proved by real calls: roles from rendered documents, assumed and used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.provider.session import ACCOUNT, Clients, aws_code
from rolewright.grants import Target, parse_role_args, plan_role
from tests.local_aws.plugin import REGION, TRUST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.server import Server

TARGET = Target(partition="aws", account=ACCOUNT, region=REGION, environment="local")
DENIED = ("AccessDenied", "AccessDeniedException", "403")
KEYS = ("team-a/x", "team-b/x", "top")
USERS = ("u-1", "u-2")

Calls = dict[str, "Callable[[Clients], Any]"]


def s3(action: str, **named: Any) -> Callable[[Clients], Any]:
    return lambda session: getattr(session.s3, action)(**{"Bucket": "data", **named})


def dynamodb(action: str, **named: Any) -> Callable[[Clients], Any]:
    return lambda session: getattr(session.dynamodb, action)(**named)


def item(user: str) -> dict[str, Any]:
    return {"user": {"S": user}, "time": {"S": "1"}, "team": {"S": "t"}}


def key(user: str) -> dict[str, Any]:
    return {"user": {"S": user}, "time": {"S": "1"}}


def query(user: str, table: str = "features", **more: Any) -> Callable[[Clients], Any]:
    return dynamodb(
        "query",
        TableName=table,
        KeyConditionExpression="#k = :v",
        ExpressionAttributeNames={"#k": "team" if more else "user"},
        ExpressionAttributeValues={":v": {"S": user}},
        **more,
    )


BUCKET_CALLS: Calls = {
    "list": s3("list_objects_v2"),
    "list team-a/": s3("list_objects_v2", Prefix="team-a/"),
    "list team-b/": s3("list_objects_v2", Prefix="team-b/"),
    "list other": s3("list_objects_v2", Bucket="data-2"),
    "locate": s3("get_bucket_location"),
    **{f"get {name}": s3("get_object", Key=name) for name in KEYS},
    **{f"put {name}": s3("put_object", Key=name, Body=b"") for name in KEYS},
    **{f"delete {name}": s3("delete_object", Key=name) for name in KEYS},
    "get other": s3("get_object", Bucket="data-2", Key="top"),
    "put other": s3("put_object", Bucket="data-2", Key="top", Body=b""),
    "delete bucket": s3("delete_bucket", Bucket="data-2"),
}
TABLE_CALLS: Calls = {
    "describe": dynamodb("describe_table", TableName="features"),
    "scan": dynamodb("scan", TableName="features"),
    **{f"get {u}": dynamodb("get_item", TableName="features", Key=key(u)) for u in USERS},
    **{
        f"fetch {u}": dynamodb("batch_get_item", RequestItems={"features": {"Keys": [key(u)]}})
        for u in USERS
    },
    **{f"query {u}": query(u) for u in USERS},
    **{f"put {u}": dynamodb("put_item", TableName="features", Item=item(u)) for u in USERS},
    **{
        f"batch {u}": dynamodb(
            "batch_write_item", RequestItems={"features": [{"PutRequest": {"Item": item(u)}}]}
        )
        for u in USERS
    },
    **{f"delete {u}": dynamodb("delete_item", TableName="features", Key=key(u)) for u in USERS},
    "scan by-team": dynamodb("scan", TableName="features", IndexName="by-team"),
    "query by-team": query("t", IndexName="by-team"),
    "query by-time": query("t", IndexName="by-time"),
    "get other": dynamodb("get_item", TableName="features-2", Key=key("u-1")),
    "put other": dynamodb("put_item", TableName="features-2", Item=item("u-1")),
    "delete table": dynamodb("delete_table", TableName="features-2"),
}


@pytest.fixture
def filled(clients: Clients) -> Clients:
    """Return clients of a local AWS with two buckets and two tables, with something in each."""
    for bucket in ("data", "data-2"):
        clients.s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        for name in KEYS:
            clients.s3.put_object(Bucket=bucket, Key=name, Body=b"")
    attributes = ("user", "time", "team")
    for table in ("features", "features-2"):
        clients.dynamodb.create_table(
            TableName=table,
            KeySchema=schema("user", "time"),
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in attributes
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": index,
                    "KeySchema": schema("team"),
                    "Projection": {"ProjectionType": "ALL"},
                }
                for index in ("by-team", "by-time")
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for user in USERS:
            clients.dynamodb.put_item(TableName=table, Item=item(user))
    return clients


def schema(*names: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": name, "KeyType": kind}
        for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
    ]


def assumed(grants: dict[str, Any], clients: Clients) -> Clients:
    """Make the role of these grants as a deployment would, and return clients of a session."""
    plan = plan_role("Proved", parse_role_args("Proved", grants), TARGET)
    clients.iam.create_role(RoleName=plan.name, AssumeRolePolicyDocument=TRUST)
    for policy in plan.policies:
        clients.iam.put_role_policy(
            RoleName=plan.name, PolicyName=policy.name, PolicyDocument=policy.text
        )
    credentials = clients.sts.assume_role(RoleArn=plan.arn, RoleSessionName="proof")["Credentials"]
    return Clients(
        endpoint=clients.endpoint,
        region=REGION,
        access_key=credentials["AccessKeyId"],
        secret_key=credentials["SecretAccessKey"],
        token=credentials["SessionToken"],
    )


def went_through(calls: Calls, session: Clients) -> Iterator[str]:
    """Yield the calls that were allowed; any other end than a denial is a mistake of the test."""
    for name, call in calls.items():
        try:
            call(session)
        except ClientError as error:
            assert aws_code(error) in DENIED, name  # noqa: PT017  # the rest must be called too
        else:
            yield name


def every(*verbs: str, names: tuple[str, ...]) -> set[str]:
    return {f"{verb} {name}" for verb in verbs for name in names}


def shown(value: Any) -> str:
    """Return a grant as the name of its case; what is expected has no part in it."""
    return json.dumps(value) if isinstance(value, dict) else ""


LISTS = {"list", "list team-a/", "list team-b/"}


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        ({"access": ["list"]}, LISTS),
        ({"access": ["read"]}, {"locate", *every("get", names=KEYS)}),
        ({"access": ["write"]}, every("put", names=KEYS)),
        ({"access": ["delete"]}, every("delete", names=KEYS)),
        (
            {"access": ["list", "read", "write", "delete"]},
            {*LISTS, "locate", *every("get", "put", "delete", names=KEYS)},
        ),
        (
            {"access": ["list", "read", "write", "delete"], "prefixes": ["team-a/"]},
            {"list team-a/", "locate", *every("get", "put", "delete", names=("team-a/x",))},
        ),
        (
            {"access": ["list", "read"], "prefixes": ["team-a/", "team-b/"]},
            {
                "list team-a/",
                "list team-b/",
                "locate",
                *every("get", names=("team-a/x", "team-b/x")),
            },
        ),
    ],
    ids=shown,
)
def test_a_bucket_grant_is_what_the_calls_show(
    grant: dict[str, Any], expected: set[str], server: Server, filled: Clients
) -> None:
    session = assumed({"buckets": [{"name": "data", **grant}]}, filled)
    with server.enforcing_iam():
        assert set(went_through(BUCKET_CALLS, session)) == expected


WRITES = ("put", "batch", "delete")


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        ({"access": ["read"]}, {"describe", "scan", *every("get", "fetch", "query", names=USERS)}),
        ({"access": ["write"]}, every(*WRITES, names=USERS)),
        (
            {"access": ["read"], "indexes": ["by-team"]},
            {
                "describe",
                "scan",
                *every("get", "fetch", "query", names=USERS),
                "scan by-team",
                "query by-team",
            },
        ),
        (
            {"access": ["read", "write"], "leadingKeys": ["u-1"]},
            {"describe", *every("get", "fetch", "query", *WRITES, names=("u-1",))},
        ),
        (
            {"access": ["read"], "indexes": ["by-team"], "leadingKeys": ["u-1", "t"]},
            {"describe", *every("get", "fetch", "query", names=("u-1",)), "query by-team"},
        ),
        (
            {"access": ["read", "write"], "indexes": ["*"]},
            {
                "describe",
                "scan",
                *every("get", "fetch", "query", *WRITES, names=USERS),
                "scan by-team",
                "query by-team",
                "query by-time",
            },
        ),
    ],
    ids=shown,
)
def test_a_table_grant_is_what_the_calls_show(
    grant: dict[str, Any], expected: set[str], server: Server, filled: Clients
) -> None:
    session = assumed({"dynamodb": [{"table": "features", **grant}]}, filled)
    with server.enforcing_iam():
        assert set(went_through(TABLE_CALLS, session)) == expected
