"""Which activities a role is for, and what can't be honoured of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rolewright.grants import ConfigError, Target, parse_role_args, plan_role
from rolewright.reference import managed_policy
from tests.grants.activity_roles import role_args

TARGET = Target(partition="aws", account="123456789012", region="eu-west-1", environment="dev")


def planned(args: dict[str, Any]) -> Any:
    return plan_role("R", parse_role_args("R", args), TARGET)


def problems(args: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as error:
        planned(args)
    return [str(problem) for problem in error.value.problems]


def test_an_activity_is_a_managed_policy_of_its_own() -> None:
    plan = planned({"path": "/ml/", "activities": {"access-s3-buckets": {"buckets": ["data"]}}})
    (policy,) = plan.managed
    assert policy.name == "R-access-s3-buckets"
    assert policy.arn == "arn:aws:iam::123456789012:policy/ml/R-access-s3-buckets"
    assert policy.config_key == "roles.R.activities.access-s3-buckets"
    assert plan.policies == ()


def test_an_unknown_activity_is_named_with_the_nearest() -> None:
    (said,) = problems({"activities": {"access-s3-bucket": {}}})
    assert said.startswith(
        "roles.R.activities.access-s3-bucket: is not an activity; did you mean `access-s3-buckets`?"
    )


@pytest.mark.parametrize("name", ["", "a b", "a[0]b", "manage-jobs.x"])
def test_a_name_that_is_no_activity_s_never_breaks_the_plan(name: str) -> None:
    (said,) = problems({"activities": {name: {}}})
    assert "is not an activity" in said


def test_what_an_activity_needs_and_takes_is_said() -> None:
    assert problems({"activities": {"access-s3-buckets": {"databases": ["x"]}}}) == [
        (
            "roles.R.activities.access-s3-buckets.databases: is not an input of "
            "`access-s3-buckets` (buckets)"
        ),
        "roles.R.activities.access-s3-buckets: needs `buckets`",
    ]


def test_a_setting_that_an_activity_can_not_honour_is_an_error() -> None:
    network = {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}
    (said,) = problems(
        {"activities": {"access-s3-buckets": {"buckets": ["data"], "network": network}}}
    )
    assert said.startswith(
        "roles.R.activities.access-s3-buckets.network: can't be honoured by `access-s3-buckets`: "
    )


def test_a_named_policy_may_be_a_managed_one() -> None:
    grant = {"buckets": [{"name": "data", "access": ["list"]}]}
    plan = planned({"policies": {"Own": {**grant, "managed": True}, "Inline": grant}})
    assert [policy.name for policy in plan.policies] == ["Inline"]
    assert [policy.name for policy in plan.managed] == ["R-Own"]


def test_only_what_a_persona_brings_can_be_omitted() -> None:
    (said,) = problems({"activities": {"access-s3-buckets": {"buckets": ["data"], "omit": True}}})
    assert said == (
        "roles.R.activities.access-s3-buckets.omit: leaves out what no persona brings; remove it"
    )


DATA_SCIENTIST = {
    "persona": "data-scientist",
    "activities": {"access-s3-buckets": {"buckets": ["data"]}},
}
NETWORK = {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def keys(args: dict[str, Any]) -> list[str]:
    return [policy.key.removeprefix("activities/") for policy in planned(args).managed]


def test_a_persona_brings_its_activities() -> None:
    assert keys({"persona": "compute"}) == ["access-aws-services"]
    assert keys({"persona": "ml-ops"}) == [
        "manage-endpoints",
        "manage-models",
        "manage-pipelines",
        "run-studio-apps",
        "visualize-experiments",
    ]
    assert keys(DATA_SCIENTIST) == [
        "access-s3-buckets",
        "manage-experiments",
        "manage-jobs",
        "manage-models",
        "run-studio-apps",
        "visualize-experiments",
    ]


def test_an_activity_of_a_persona_is_overridden_by_its_inputs() -> None:
    role = "arn:aws:iam::123456789012:role/Training"
    plan = planned({"persona": "ml-ops", "activities": {"manage-models": {"passRoles": [role]}}})
    documents = {policy.key.removeprefix("activities/"): policy.text for policy in plan.managed}
    assert role in documents["manage-models"]
    assert role not in documents["manage-pipelines"]


def test_an_activity_of_a_persona_is_left_out_or_joined_by_others() -> None:
    activities = {"manage-endpoints": {"omit": True}, "monitor-models": {}}
    assert keys({"persona": "ml-ops", "activities": activities}) == [
        "manage-models",
        "manage-pipelines",
        "monitor-models",
        "run-studio-apps",
        "visualize-experiments",
    ]


def test_what_is_left_out_needs_nothing() -> None:
    omitted = {"access-s3-buckets": {"omit": True}}
    assert "access-s3-buckets" not in keys({"persona": "data-scientist", "activities": omitted})


def test_what_a_persona_needs_is_said_at_its_activity() -> None:
    assert problems({"persona": "data-scientist"}) == [
        "roles.R.activities.access-s3-buckets: needs `buckets`"
    ]


def test_a_setting_of_the_role_reaches_the_activities_that_honour_it() -> None:
    plan = planned({**DATA_SCIENTIST, "network": NETWORK, "encryption": {"volumeKeys": [KEY]}})
    in_network = [
        policy.key.removeprefix("activities/")
        for policy in plan.managed
        if "subnet-1" in policy.text
    ]
    assert in_network == ["manage-jobs", "manage-models"]
    with_key = [
        policy.key.removeprefix("activities/") for policy in plan.managed if KEY in policy.text
    ]
    assert with_key == ["manage-jobs", "run-studio-apps"]


def test_a_setting_of_the_role_that_no_activity_honours_is_an_error() -> None:
    (said,) = problems({"activities": {"manage-pipelines": {}}, "network": NETWORK})
    assert said.startswith("roles.R.network: is honoured by none of the role's activities")
    (said,) = problems({"activities": {"manage-pipelines": {}}, "encryption": {"dataKeys": [KEY]}})
    assert said.startswith("roles.R.encryption: is honoured by none of the role's activities")


def test_a_kind_of_key_that_no_activity_honours_is_an_error() -> None:
    encryption = {"dataKeys": [KEY], "volumeKeys": [KEY]}
    (said,) = problems({"activities": {"manage-endpoints": {}}, "encryption": encryption})
    assert said.startswith(
        "roles.R.encryption.dataKeys: is honoured by none of the role's activities; remove it, "
        "or add one of access-aws-services, "
    )


def test_a_kind_of_key_that_the_activity_itself_can_not_honour_is_an_error() -> None:
    given = {"databases": ["sales"], "encryption": {"dataKeys": [KEY], "volumeKeys": [KEY]}}
    (said,) = problems({"activities": {"manage-glue-tables": given}})
    assert said == (
        "roles.R.activities.manage-glue-tables.encryption.volumeKeys: can't be honoured by "
        "`manage-glue-tables`: it runs no instances, which have networks and volumes"
    )


def test_what_is_wrong_with_an_activity_s_own_settings_is_said_there() -> None:
    network = {"subnets": [], "securityGroups": ["sg 1"]}
    encryption = {"dataKeys": ["alias/own"], "volumeKeys": []}
    given = {"manage-jobs": {"network": network, "encryption": encryption}}
    path = "roles.R.activities.manage-jobs"
    said = problems({"activities": given})
    assert [one.partition(": ")[0] for one in said] == [
        f"{path}.network.subnets",
        f"{path}.network.securityGroups[0]",
        f"{path}.encryption.dataKeys[0]",
    ]
    (said,) = problems({"activities": {"manage-jobs": {"encryption": {}}}})
    assert said.startswith(f"{path}.encryption: names no key")


@pytest.mark.parametrize(
    ("activity", "key", "wrong", "noun"),
    [
        ("access-aws-services", "buckets", "Data", "a bucket name"),
        ("access-aws-services", "repositories", "Team/images", "the name or ARN of an ECR"),
        ("manage-jobs", "passRoles", "Training", "the ARN of a role"),
        ("manage-jobs", "passRoles", "arn:aws:iam::123456789012:role/*", "the ARN of a role"),
        ("manage-jobs", "models", "churn*", "the name of a model"),
        ("query-athena", "workgroups", "*", "the name of an Athena workgroup"),
        ("manage-glue-tables", "databases", "Sales", "the name of a Glue database"),
        ("run-studio-apps", "userProfiles", "alice/*", "the name of a user profile"),
        ("use-mlflow", "trackingServers", "team*", "the name of a tracking server"),
        ("run-studio-emr-serverless", "applications", "*", "the ID of an EMR Serverless"),
        ("customize-models", "rewardFunctions", "score:*", "the name of a Lambda function"),
    ],
)
def test_an_input_that_aws_has_no_such_thing_of_is_an_error(
    activity: str, key: str, wrong: str, noun: str
) -> None:
    path = f"roles.R.activities.{activity}.{key}"
    said = problems({"activities": {activity: {key: [wrong]}}})
    assert said[0].startswith(f"{path}[0]: `{wrong}` is not {noun}")
    assert f"{path}: is empty; name at least one, or leave it out" in problems(
        {"activities": {activity: {key: []}}}
    )


def test_a_domain_is_named_by_its_id() -> None:
    (said,) = problems({"activities": {"run-studio-apps": {"domain": "my domain"}}})
    assert said == (
        "roles.R.activities.run-studio-apps.domain: `my domain` is not the ID of a domain; "
        "write it like `d-abcdefghij12`"
    )


def test_the_trust_of_a_role_with_activities_lets_sagemaker_in() -> None:
    trust = planned({"persona": "compute"}).trust_text or ""
    assert '"sagemaker.amazonaws.com"' in trust
    assert "aws:SourceAccount" in trust


def test_a_policy_that_is_too_long_says_by_how_much() -> None:
    buckets = [f"bucket-{number:03}" for number in range(200)]
    (said,) = problems({"activities": {"access-aws-services": {"buckets": buckets}}})
    assert said.startswith("roles.R.activities.access-aws-services: its policy comes to ")
    assert "more than IAM's 6144" in said


def test_customizing_models_asks_for_little_that_aws_s_policy_lacks() -> None:
    (policy,) = planned(role_args("customize-models", full=True)).managed
    theirs = managed_policy("AmazonSageMakerModelCustomizationCoreAccess")
    assert theirs is not None
    documented = {
        action for one in json.loads(theirs.text)["Statement"] for action in one["Action"]
    }
    ours = {action for one in policy.document.statements for action in one.actions or ()}
    assert ours - documented == {
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "s3:AbortMultipartUpload",
        "s3:GetBucketLocation",
        "sagemaker:ListPipelines",
        "sagemaker:StopPipelineExecution",
    }
