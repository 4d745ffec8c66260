"""What a stack takes as existing, and the proof that calls come out as intended."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError

from local_aws.example import (
    DECOY_BUCKET,
    DECOY_TABLE,
    HAND_MADE_POLICY,
    make_existing,
    stand_ins,
)
from local_aws.proof import Call, Row, prove
from local_aws.provider.session import ACCOUNT, Clients
from rolewright.grants import StackConfig, Target, parse_stack_config, plan_roles
from rolewright.iam import parse_document
from tests.local_aws.plugin import REGION, S3_READ_ONLY, TRUST

if TYPE_CHECKING:
    from local_aws.server import Server
    from rolewright.grants import RolePlan

OURS = "arn:aws:iam::123456789012:policy/ml/ours"
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
DATA = {"name": "data", "access": ["list", "read"]}
FEATURES = {"table": "features", "access": ["read"]}


TARGET = Target(partition="aws", account=ACCOUNT, region=REGION, environment="local")


def config_of(**roles: Any) -> StackConfig:
    return parse_stack_config(environment="local", roles=json.dumps(roles), defaults=None)


def snapshot(clients: Clients) -> dict[str, Any]:
    """Return all that stands in the local AWS."""
    iam = clients.iam
    roles = sorted(role["RoleName"] for role in iam.list_roles()["Roles"])
    buckets = sorted(bucket["Name"] for bucket in clients.s3.list_buckets()["Buckets"])
    return {
        "roles": {name: iam.list_role_policies(RoleName=name)["PolicyNames"] for name in roles},
        "policies": sorted(p["Arn"] for p in iam.list_policies(Scope="Local")["Policies"]),
        "objects": {
            name: [o["Key"] for o in clients.s3.list_objects_v2(Bucket=name)["Contents"]]
            for name in buckets
        },
        "items": {
            name: clients.dynamodb.scan(TableName=name)["Count"]
            for name in clients.dynamodb.list_tables()["TableNames"]
        },
    }


def made(plans: tuple[RolePlan, ...], clients: Clients) -> tuple[RolePlan, ...]:
    """Make the roles of plans, as a deployment would."""
    for plan in plans:
        if not plan.existing:
            clients.iam.create_role(
                RoleName=plan.name, Path=plan.path, AssumeRolePolicyDocument=TRUST
            )
        for policy in plan.policies:
            clients.iam.put_role_policy(
                RoleName=plan.name, PolicyName=policy.name, PolicyDocument=policy.text
            )
        for policy in plan.managed:
            clients.iam.create_policy(
                PolicyName=policy.name, Path=policy.path, PolicyDocument=policy.text
            )
            clients.iam.attach_role_policy(RoleName=plan.name, PolicyArn=policy.arn)
        for attachment in plan.attachments:
            clients.iam.attach_role_policy(RoleName=plan.name, PolicyArn=attachment.arn)
    return plans


def proven(server: Server, clients: Clients, **roles: Any) -> tuple[Row, ...]:
    config = config_of(**roles)
    make_existing(config, clients)
    return prove(made(plan_roles(config.roles, TARGET), clients), server, clients, REGION)


def test_what_a_stack_takes_as_existing_is_made_once(clients: Clients) -> None:
    config = config_of(
        Legacy={"existing": True, "dynamodb": [FEATURES]},
        Writer={
            "buckets": [{**DATA, "prefixes": ["b/", "a/"]}],
            "policies": {"More": {"buckets": [{"name": "more-data", "access": ["list"]}]}},
            "permissionsBoundary": BOUNDARY,
            "managedPolicies": ["AmazonS3ReadOnlyAccess", OURS, S3_READ_ONLY],
        },
    )
    make_existing(config, clients)
    first = snapshot(clients)
    assert first == {
        "roles": {"Legacy": [HAND_MADE_POLICY]},
        "policies": [BOUNDARY, OURS],
        "objects": {
            "data": ["a/sample", "b/sample", "sample"],
            "more-data": ["sample"],
            DECOY_BUCKET: ["sample"],
        },
        "items": {"features": 1, DECOY_TABLE: 1},
    }
    make_existing(config, clients)
    assert snapshot(clients) == first


def test_a_boundary_of_awss_own_is_not_made(clients: Clients) -> None:
    make_existing(config_of(Role={"permissionsBoundary": S3_READ_ONLY}), clients)
    assert snapshot(clients)["policies"] == []


def test_what_is_taken_as_existing_is_said() -> None:
    roles: dict[str, Any] = {
        "Legacy": {"existing": True, "dynamodb": [FEATURES]},
        "Writer": {
            "buckets": [DATA, {"name": "more", "access": ["list"]}],
            "permissionsBoundary": BOUNDARY,
            "managedPolicies": [OURS, S3_READ_ONLY, "AmazonS3ReadOnlyAccess"],
        },
    }
    assert stand_ins(config_of(**roles), 80) == "Legacy, 2 buckets, 1 table, 2 policies"
    assert stand_ins(config_of(**roles), 30) == "1 role, 2 buckets, 1 table, 2 policies"
    assert stand_ins(config_of(Legacy={"existing": True}), 80) == "Legacy"
    assert stand_ins(config_of(Role={}), 80) is None


def test_a_row_shows_the_roles_name_in_iam(server: Server, clients: Clients) -> None:
    for boundary in ({}, {"permissionsBoundary": BOUNDARY}):
        rows = proven(server, clients, R={"nameFormat": "{name}-ml", "buckets": [DATA], **boundary})
        assert {row.role for row in rows} == {"R-ml"}
        clients.iam.delete_role_policy(RoleName="R-ml", PolicyName="rolewright-buckets")
        clients.iam.delete_role(RoleName="R-ml")


def test_every_call_comes_out_as_intended(server: Server, clients: Clients) -> None:
    rows = proven(
        server,
        clients,
        Reader={"buckets": [DATA]},
        Legacy={"existing": True, "dynamodb": [FEATURES]},
    )
    assert all(row.as_intended for row in rows)
    assert [(row.role, str(row.call), row.result) for row in rows] == [
        ("Reader", "s3:ListBucket     data", "allowed"),
        ("Reader", "s3:GetObject      data/sample", "allowed"),
        ("Reader", "s3:PutObject      data/made", "AccessDenied"),
        ("Reader", "s3:DeleteObject   data/made", "AccessDenied"),
        ("Reader", "s3:PutObject      other-bucket/made", "AccessDenied"),
        ("Legacy", "dynamodb:GetItem  features", "allowed"),
        ("Legacy", "dynamodb:PutItem  features", "AccessDenied"),
        ("Legacy", "dynamodb:GetItem  other", "AccessDenied"),
    ]


def test_calls_are_made_for_managed_policies_of_the_roles_own(
    server: Server, clients: Clients
) -> None:
    activities = {"access-s3-buckets": {"buckets": ["work"]}}
    own = {"Own": {"dynamodb": [FEATURES], "managed": True}}
    rows = proven(server, clients, R={"activities": activities, "policies": own})
    assert {(str(row.call).split()[0], row.call.container): row.result for row in rows} == {
        ("s3:ListBucket", "work"): "allowed",
        ("s3:GetObject", "work"): "allowed",
        ("s3:PutObject", "work"): "allowed",
        ("s3:DeleteObject", "work"): "allowed",
        ("s3:PutObject", DECOY_BUCKET): "AccessDenied",
        ("dynamodb:GetItem", "features"): "allowed",
        ("dynamodb:PutItem", "features"): "AccessDenied",
        ("dynamodb:GetItem", DECOY_TABLE): "AccessDenied",
    }
    assert all(row.as_intended for row in rows)


def test_what_a_wildcard_names_calls_for_nothing(server: Server, clients: Clients) -> None:
    (plan,) = plan_roles(config_of(R={"buckets": [DATA]}).roles, TARGET)
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["s3:CreateBucket", "dynamodb:Query"],
                    "Resource": [
                        "arn:aws:s3:::sagemaker-*",
                        f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/*",
                        f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/features/index/*",
                    ],
                }
            ],
        }
    )
    (policy,) = plan.policies
    plan = replace(plan, policies=(replace(policy, text=text, document=parse_document(text)),))
    make_existing(config_of(R={"dynamodb": [FEATURES]}), clients)
    rows = prove(made((plan,), clients), server, clients, REGION)
    assert {row.call.container for row in rows} == {"features", DECOY_TABLE}


def test_a_role_that_may_more_than_intended_is_found_out(server: Server, clients: Clients) -> None:
    config = config_of(Reader={"buckets": [DATA]})
    make_existing(config, clients)
    plans = made(plan_roles(config.roles, TARGET), clients)
    clients.iam.attach_role_policy(
        RoleName="Reader", PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess"
    )
    wrong = [row for row in prove(plans, server, clients, REGION) if not row.as_intended]
    assert {row.call.action for row in wrong} == {"s3:PutObject", "s3:DeleteObject"}
    assert {(row.intended, row.result) for row in wrong} == {(False, "allowed")}


def test_a_role_that_may_less_than_intended_is_found_out(server: Server, clients: Clients) -> None:
    config = config_of(Reader={"buckets": [DATA]})
    make_existing(config, clients)
    plans = made(plan_roles(config.roles, TARGET), clients)
    clients.iam.delete_role_policy(RoleName="Reader", PolicyName=plans[0].policies[0].name)
    wrong = [row for row in prove(plans, server, clients, REGION) if not row.as_intended]
    assert [(row.call.action, row.result) for row in wrong] == [
        ("s3:ListBucket", "AccessDenied"),
        ("s3:GetObject", "AccessDenied"),
    ]


@pytest.mark.parametrize(
    ("intended", "result", "as_intended"),
    [
        (True, "allowed", True),
        (True, "AccessDenied", False),
        (True, "NoSuchKey", False),
        (False, "AccessDenied", True),
        (False, "allowed", False),
        (False, "NoSuchKey", False),
        (False, None, True),
        (True, None, True),
    ],
)
def test_only_access_denied_is_a_denial(
    *, intended: bool, result: str | None, as_intended: bool
) -> None:
    call = Call(action="s3:GetObject", container="data", key="sample")
    row = Row(role="Role", call=call, intended=intended, result=result)
    assert row.as_intended is as_intended


def test_what_hangs_on_a_condition_is_judged_and_not_called(
    server: Server, clients: Clients
) -> None:
    raw = {
        "sid": "Local",
        "actions": ["s3:GetObject"],
        "resources": ["arn:aws:s3:::data/*"],
        "conditions": {"StringEquals": {"aws:SourceVpc": ["vpc-1"]}},
    }
    rows = proven(server, clients, Reader={"buckets": [DATA], "statements": [raw]})
    judged = {str(row.call): row.intended for row in rows if row.result is None}
    assert judged == {"s3:GetObject      data/sample": True}


def test_what_hangs_on_a_prefix_or_a_leading_key_is_called(
    server: Server, clients: Clients
) -> None:
    rows = proven(
        server,
        clients,
        Reader={
            "buckets": [{**DATA, "prefixes": ["team-a/"]}],
            "dynamodb": [{**FEATURES, "leadingKeys": ["sample"]}],
        },
        Writer={"dynamodb": [{"table": "features", "access": ["write"], "leadingKeys": ["made"]}]},
        Stranger={"dynamodb": [{**FEATURES, "leadingKeys": ["other"]}]},
    )
    assert all(row.as_intended for row in rows)
    called = {(row.role, str(row.call)): row.result for row in rows}
    assert called["Reader", "s3:ListBucket     data/team-a/"] == "allowed"
    assert called["Reader", "s3:GetObject      data/team-a/sample"] == "allowed"
    assert called["Reader", "s3:GetObject      data/sample"] == "AccessDenied"
    assert called["Reader", "dynamodb:GetItem  features"] == "allowed"
    assert called["Writer", "dynamodb:PutItem  features"] == "allowed"
    assert called["Stranger", "dynamodb:GetItem  features"] == "AccessDenied"


def test_what_hangs_on_a_boundary_or_a_policy_of_ones_own_is_judged_and_not_called(
    server: Server, clients: Clients
) -> None:
    rows = proven(
        server,
        clients,
        Bounded={"buckets": [DATA], "permissionsBoundary": BOUNDARY},
        Custom={"buckets": [DATA], "managedPolicies": [OURS]},
    )
    assert {row.role for row in rows} == {"Bounded", "Custom"}
    assert {row.result for row in rows} == {None}


def test_an_aws_managed_policy_counts_by_its_content(server: Server, clients: Clients) -> None:
    rows = proven(
        server,
        clients,
        Reader={
            "buckets": [{"name": "data", "access": ["write"]}],
            "managedPolicies": ["AmazonS3ReadOnlyAccess"],
        },
    )
    results = {row.call.action: row.result for row in rows if row.call.container == "data"}
    assert results["s3:GetObject"] == results["s3:PutObject"] == "allowed"
    assert all(row.as_intended for row in rows)


def test_a_statement_on_everything_calls_for_nothing(server: Server, clients: Clients) -> None:
    config = config_of(Reader={"buckets": [DATA]})
    make_existing(config, clients)
    (plan,) = made(plan_roles(config.roles, TARGET), clients)
    statement = {"Effect": "Allow", "Action": "sagemaker:ListJobs", "Resource": "*"}
    document = parse_document(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    wide = replace(plan, policies=(replace(plan.policies[0], document=document),))
    assert prove([wide], server, clients, REGION) == ()


def test_a_dead_local_aws_stops_the_proof(server: Server) -> None:
    dead = Clients(endpoint="http://127.0.0.1:1", region=REGION)
    plans = plan_roles(config_of(Reader={"buckets": [DATA]}).roles, TARGET)
    with pytest.raises(EndpointConnectionError):
        prove(plans, server, dead, REGION)
