"""The fifteen failures that people have most: none befalls a role of ours, or it is said beforehand.

Each has its number in the case file. What IAM can't mend stands in the role's checklist.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rolewright.grants import ConfigError, RolePlan, Target, parse_role_args, plan_role
from rolewright.iam import Policies, PolicyDocument, Request, evaluate, parse_document

CASES: list[Any] = json.loads(
    (Path(__file__).parent.parent / "cases" / "grants" / "failures.json").read_text()
)
TARGET = Target(partition="aws", account="123456789012", region="eu-west-1", environment="dev")
OTHERWISE = parse_document(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
    }
)
"""A boundary or control policy without what the role is for."""


def owned(principal: dict[str, str] | str) -> PolicyDocument:
    """Return a resource's own policy, by which its owner lets these in."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}
    return parse_document({"Version": "2012-10-17", "Statement": statement})


OWNERS = {
    ":kms:": owned({"AWS": f"arn:aws:iam::{TARGET.account}:root"}),
    ":763104351884:": owned("*"),
}
"""A key leaves it to IAM, and AWS's images are open to every account: the role's side decides."""


def having(key: str) -> Any:
    """Parametrize over the cases with a key."""
    found = [case for case in CASES if key in case]
    assert found
    named = [pytest.param(case, id=f"{case['failure']}: {case['name']}") for case in found]
    return pytest.mark.parametrize("case", named)


def planned(case: dict[str, Any]) -> RolePlan:
    return plan_role("R", parse_role_args("R", {"path": "/ml/", **case["role"]}), TARGET)


def policies(plan: RolePlan, **others: Any) -> Policies:
    return Policies(identity=tuple(p.document for p in (*plan.policies, *plan.managed)), **others)


def request(asked: dict[str, Any], **more: Any) -> Request:
    context = {key: tuple(values) for key, values in asked.get("context", {}).items()}
    return Request(action=asked["action"], resource=asked["resource"], context=context, **more)


def test_each_of_the_fifteen_is_there_once_and_says_why() -> None:
    assert [case["failure"] for case in CASES] == list(range(1, 16))
    for case in CASES:
        assert case["why"]
        assert all(asked["why"] for asked in (*case.get("allowed", ()), *case.get("denied", ())))


@having("denied")
def test_a_role_may_what_it_takes_and_no_more(case: dict[str, Any]) -> None:
    plan = planned(case)
    for asked in (*case.get("allowed", ()), *case["denied"]):
        owner = next((OWNERS[mark] for mark in OWNERS if mark in asked["resource"]), None)
        decision = evaluate(request(asked, principal=plan.arn), policies(plan, resource=owner))
        assert decision.allowed == (asked in case.get("allowed", ())), asked["why"]


@having("companions")
def test_what_iam_can_not_mend_is_in_the_checklist(case: dict[str, Any]) -> None:
    told = {companion.what: companion for companion in planned(case).companions}
    for what in case["companions"]:
        assert told[what].snippet


@having("trust")
def test_sagemaker_may_assume_a_role_for_its_account(case: dict[str, Any]) -> None:
    plan = planned(case)
    for asked in case["trust"]:
        assume = Request(
            action="sts:AssumeRole",
            resource=plan.arn,
            principal=asked["service"],
            context={"aws:SourceAccount": (asked["account"],)},
        )
        assert evaluate(assume, Policies(resource=plan.trust)).allowed == asked["assumed"]


@having("in_the_way")
def test_what_stands_in_the_way_is_named(case: dict[str, Any]) -> None:
    plan = planned(case)
    asked = request(case["in_the_way"])
    assert evaluate(asked, policies(plan)).allowed
    ways: dict[str, dict[str, Any]] = {
        "boundary": {"boundary": (OTHERWISE,)},
        "scp": {"service_control": ((OTHERWISE,),)},
    }
    for name, way in ways.items():
        decision = evaluate(asked, policies(plan, **way))
        assert [policy.value for policy in decision.missing] == [name]


@having("too_long")
def test_a_policy_that_is_too_long_is_said_by_how_much(case: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as error:
        planned(case)
    for said in case["too_long"]:
        assert said in str(error.value)
