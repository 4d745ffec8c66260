"""The documents that grants render to, and what they let a role do."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.grants import Target, parse_role_args, plan_role
from rolewright.iam import Outcome, Policies, Request, evaluate

if TYPE_CHECKING:
    from rolewright.grants import RolePlan

ACCOUNT = "123456789012"
TARGET = Target(partition="aws", account=ACCOUNT, region="eu-west-1", environment="dev")


def plan(args: dict[str, Any], target: Target = TARGET) -> RolePlan:
    return plan_role("TrainingRole", parse_role_args("TrainingRole", args), target)


def statements(args: dict[str, Any], target: Target = TARGET) -> list[Any]:
    (policy,) = plan(args, target).policies
    return json.loads(policy.text)["Statement"]


def decide(made: RolePlan, action: str, resource: str, **context: str) -> Outcome:
    request = Request(
        action=action,
        resource=resource,
        context={key.replace("_", ":"): (value,) for key, value in context.items()},
    )
    policies = Policies(identity=tuple(policy.document for policy in made.policies))
    return evaluate(request, policies).outcome


def test_the_trust_policy_is_for_this_account_only() -> None:
    text = plan({}).trust_text
    assert text is not None
    assert json.loads(text) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AssumeRole",
                "Effect": "Allow",
                "Principal": {"Service": "sagemaker.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            }
        ],
    }


def test_the_trust_policy_takes_every_option() -> None:
    arn = f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:training-job/*"
    trust = {
        "services": ["scheduler.amazonaws.com", "sagemaker.amazonaws.com"],
        "sourceAccount": False,
        "sourceArns": [arn],
        "setSourceIdentity": True,
    }
    text = plan({"trust": trust}).trust_text
    assert text is not None
    (statement,) = json.loads(text)["Statement"]
    assert statement["Principal"] == {
        "Service": ["sagemaker.amazonaws.com", "scheduler.amazonaws.com"]
    }
    assert statement["Action"] == ["sts:AssumeRole", "sts:SetSourceIdentity"]
    assert statement["Condition"] == {"ArnLike": {"aws:SourceArn": arn}}


def test_the_trust_policy_binds_nothing_only_when_both_are_off() -> None:
    text = plan({"trust": {"sourceAccount": False}}).trust_text
    assert text is not None
    assert "Condition" not in json.loads(text)["Statement"][0]


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        ("list", [("ListExampleBucket", "s3:ListBucket", "arn:aws:s3:::example-bucket")]),
        (
            "read",
            [
                ("LocateExampleBucket", "s3:GetBucketLocation", "arn:aws:s3:::example-bucket"),
                ("ReadExampleBucket", "s3:GetObject", "arn:aws:s3:::example-bucket/*"),
            ],
        ),
        (
            "write",
            [
                (
                    "WriteExampleBucket",
                    ["s3:AbortMultipartUpload", "s3:PutObject"],
                    "arn:aws:s3:::example-bucket/*",
                )
            ],
        ),
        (
            "delete",
            [("DeleteExampleBucket", "s3:DeleteObject", "arn:aws:s3:::example-bucket/*")],
        ),
    ],
)
def test_bucket_access(access: str, expected: list[tuple[str, Any, str]]) -> None:
    found = statements({"buckets": [{"name": "example-bucket", "access": [access]}]})
    assert [(s["Sid"], s["Action"], s["Resource"]) for s in found] == expected


def test_prefixes_bind_objects_and_listing() -> None:
    made = plan(
        {"buckets": [{"name": "data", "access": ["list", "read"], "prefixes": ["a/", "b/"]}]}
    )
    bucket = "arn:aws:s3:::data"
    assert decide(made, "s3:GetObject", f"{bucket}/a/x") is Outcome.ALLOWED
    assert decide(made, "s3:GetObject", f"{bucket}/c/x") is Outcome.IMPLICITLY_DENIED
    assert decide(made, "s3:ListBucket", bucket, s3_prefix="b/x") is Outcome.ALLOWED
    assert decide(made, "s3:ListBucket", bucket, s3_prefix="c/") is Outcome.IMPLICITLY_DENIED
    assert decide(made, "s3:ListBucket", bucket) is Outcome.IMPLICITLY_DENIED


def test_two_grants_for_one_bucket_add_up() -> None:
    made = plan(
        {
            "buckets": [
                {"name": "data", "access": ["read"], "prefixes": ["a/"]},
                {"name": "data", "access": ["read"], "prefixes": ["b/"]},
                {"name": "data", "access": ["write"], "prefixes": ["a/"]},
                {"name": "data", "access": ["write"]},
            ]
        }
    )
    assert decide(made, "s3:GetObject", "arn:aws:s3:::data/b/x") is Outcome.ALLOWED
    assert decide(made, "s3:GetObject", "arn:aws:s3:::data/c/x") is Outcome.IMPLICITLY_DENIED
    assert decide(made, "s3:PutObject", "arn:aws:s3:::data/c/x") is Outcome.ALLOWED


def test_table_access() -> None:
    made = plan({"dynamodb": [{"table": "features", "access": ["read", "write"]}]})
    table = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/features"
    for action in ("GetItem", "Query", "PutItem", "BatchWriteItem"):
        assert decide(made, f"dynamodb:{action}", table) is Outcome.ALLOWED
        assert decide(made, f"dynamodb:{action}", f"{table}2") is Outcome.IMPLICITLY_DENIED
    for action in ("DeleteTable", "UpdateTable", "CreateTable"):
        assert decide(made, f"dynamodb:{action}", table) is Outcome.IMPLICITLY_DENIED


def test_the_partition_reaches_every_arn() -> None:
    china = replace(TARGET, partition="aws-cn", region="cn-north-1")
    made = plan(
        {
            "managedPolicies": ["AmazonS3ReadOnlyAccess"],
            "buckets": [{"name": "data", "access": ["read"]}],
            "dynamodb": [{"table": "features", "access": ["read"]}],
        },
        china,
    )
    assert made.arn.startswith("arn:aws-cn:iam::")
    assert made.attachments[0].arn == "arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess"
    for policy in made.policies:
        assert "arn:aws:" not in policy.text
        assert "arn:aws-cn:" in policy.text


def test_each_kind_of_grant_and_each_named_policy_is_a_policy_of_its_own() -> None:
    grant = [{"name": "data", "access": ["list"]}]
    table = [{"table": "features", "access": ["read"]}]
    made = plan(
        {
            "buckets": grant,
            "dynamodb": table,
            "policies": {"CustomS3Policy": {"buckets": grant, "dynamodb": table}},
        }
    )
    assert [(policy.name, policy.config_key) for policy in made.policies] == [
        ("rolewright-buckets", "roles.TrainingRole.buckets"),
        ("rolewright-dynamodb", "roles.TrainingRole.dynamodb"),
        ("CustomS3Policy", "roles.TrainingRole.policies.CustomS3Policy"),
    ]


def test_a_role_that_exists_gets_grants_alone_under_names_of_ours() -> None:
    made = plan(
        {
            "existing": True,
            "policies": {"Extra": {"buckets": [{"name": "data", "access": ["list"]}]}},
        }
    )
    assert made.existing
    assert made.trust is None
    assert not made.exclusive
    assert [policy.name for policy in made.policies] == ["rolewright-Extra"]


def test_the_name_format_is_filled_in() -> None:
    assert plan({"nameFormat": "{environment}-{name}"}).name == "dev-TrainingRole"


BUCKETS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["data", "a.b", "a-b", "logs-1", "logs1"]),
            "access": st.lists(
                st.sampled_from(["list", "read", "write", "delete"]), min_size=1, unique=True
            ),
        },
        optional={
            "prefixes": st.lists(st.sampled_from(["a/", "b/", "a/b"]), min_size=1, unique=True)
        },
    ),
    min_size=1,
    max_size=6,
)


@given(BUCKETS, st.randoms())
def test_order_and_repetition_change_nothing(grants: list[Any], random: Any) -> None:
    shuffled = [*grants, grants[0]]
    random.shuffle(shuffled)
    texts = {plan({"buckets": given}).policies[0].text for given in (grants, shuffled)}
    assert len(texts) == 1


@given(BUCKETS)
def test_sids_are_unique_and_every_grant_is_honoured(grants: list[Any]) -> None:
    made = plan({"buckets": grants})
    sids = [statement.sid for statement in made.policies[0].document.statements]
    assert len(sids) == len(set(sids))
    telling = {"read": "s3:GetObject", "write": "s3:PutObject", "delete": "s3:DeleteObject"}
    for grant in grants:
        for prefix in grant.get("prefixes", [""]):
            for access in set(grant["access"]) - {"list"}:
                resource = f"arn:aws:s3:::{grant['name']}/{prefix}x"
                assert decide(made, telling[access], resource) is Outcome.ALLOWED


@given(BUCKETS, BUCKETS)
def test_one_more_grant_renames_no_statement(grants: list[Any], more: list[Any]) -> None:
    def sids(given: list[Any]) -> set[str | None]:
        return {s.sid for s in plan({"buckets": given}).policies[0].document.statements}

    assert sids(grants) <= sids(grants + more)


def test_settings_reach_the_plan() -> None:
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/ml-boundary"
    made = plan(
        {
            "path": "/ml/",
            "description": "Trains.",
            "permissionsBoundary": boundary,
            "tags": {"team": "ml"},
            "maxSessionDuration": 7200,
            "exclusive": False,
        }
    )
    assert made.arn == f"arn:aws:iam::{ACCOUNT}:role/ml/TrainingRole"
    assert made.path == "/ml/"
    assert made.description == "Trains."
    assert made.permissions_boundary == boundary
    assert made.tags == {"team": "ml"}
    assert made.max_session_duration == 7200
    assert not made.exclusive


def test_a_role_is_exclusive_unless_switched_off() -> None:
    assert plan({}).exclusive


def test_a_managed_policy_is_attached_once_and_told_apart_from_one_of_the_same_name() -> None:
    own = f"arn:aws:iam::{ACCOUNT}:policy/team/AmazonS3ReadOnlyAccess"
    aws = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    made = plan({"managedPolicies": ["AmazonS3ReadOnlyAccess", own, aws]})
    assert [(a.name, a.arn, a.config_key) for a in made.attachments] == [
        ("AmazonS3ReadOnlyAccess", aws, "roles.TrainingRole.managedPolicies[0]"),
        ("policy/team/AmazonS3ReadOnlyAccess", own, "roles.TrainingRole.managedPolicies[1]"),
    ]


def test_a_managed_policy_of_aws_with_a_path_keeps_it() -> None:
    made = plan({"managedPolicies": ["AmazonSageMakerServiceCatalogProductsGlueServiceRolePolicy"]})
    assert made.attachments[0].arn == (
        "arn:aws:iam::aws:policy/service-role/"
        "AmazonSageMakerServiceCatalogProductsGlueServiceRolePolicy"
    )
    assert made.attachments[0].name == "AmazonSageMakerServiceCatalogProductsGlueServiceRolePolicy"
