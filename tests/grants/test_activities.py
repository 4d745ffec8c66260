"""Which activities a role is for, and what can't be honoured of them."""

from __future__ import annotations

from typing import Any

import pytest

from rolewright.grants import ConfigError, Target, parse_role_args, plan_role

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


def test_what_an_activity_needs_and_takes_is_said() -> None:
    assert problems({"activities": {"access-s3-buckets": {"databases": ["x"]}}}) == [
        "roles.R.activities.access-s3-buckets.databases: is not an input of `access-s3-buckets` "
        "(buckets)",
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
