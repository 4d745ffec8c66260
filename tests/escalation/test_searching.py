"""What case files can't say: roles by account and ARN, policies that a role has, groups, speed's laws."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from rolewright.escalation import grouped, listed_ids, walks
from rolewright.grants import Target
from rolewright.grants.activities import activities
from rolewright.roles import AttachedPolicy, PolicyKind, Role, read_document
from tests.grants.activity_roles import planned, role_args
from tests.guardrails.roles import make_role

ACCOUNT = "123456789012"
OWN = f"arn:aws:iam::{ACCOUNT}:policy/own"


def _policy(statements: Any, arn: str | None = None) -> AttachedPolicy:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    kind = PolicyKind.CUSTOMER_MANAGED if arn else PolicyKind.INLINE
    return AttachedPolicy(name="p", kind=kind, document=read_document(text), urn="", arn=arn)


def _allow(action: Any, resource: Any = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def _gains(role: Role) -> dict[str, bool | None]:
    return {walk.path.id: walk.gains for walk in walks(role)}


def test_rewriting_a_policy_that_the_role_has_gains_for_sure() -> None:
    rewriting = _policy([_allow("iam:CreatePolicyVersion", OWN)], OWN)
    assert _gains(Role(name="r", urn="r", policies=(rewriting,))) == {"iam-001": True}


def test_rewriting_the_policy_that_is_the_boundary_gains_for_sure() -> None:
    role = Role(
        name="r",
        urn="r",
        policies=(_policy([_allow("iam:SetDefaultPolicyVersion", OWN)]),),
        boundary=_policy([_allow("*")], OWN),
    )
    assert _gains(role) == {"iam-024": True}


def test_rewriting_a_policy_of_a_role_that_can_be_assumed_gains_for_sure() -> None:
    other = Role(name="b", urn="b", account=ACCOUNT, policies=(_policy([_allow("s3:*")], OWN),))
    policies = (
        _policy([_allow("iam:CreatePolicyVersion", OWN), _allow("s3:*")]),
        _policy([_allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/b")]),
    )
    role = Role(name="r", urn="r", account=ACCOUNT, policies=policies, siblings=(other,))
    assert _gains(role) == {"iam-001": None, "iam-016": True, "sts-001": False}


@pytest.mark.parametrize(
    ("account", "principal", "lets"),
    [
        (ACCOUNT, ACCOUNT, True),
        (ACCOUNT, "999999999999", False),
        (ACCOUNT, "arn:aws:sts::999999999999:assumed-role/r/s", False),
        (ACCOUNT, f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s", True),
        (ACCOUNT, "arn:aws:iam::999999999999:role/r", False),
        (None, "999999999999", True),
        (None, "arn:aws:iam::999999999999:role/r", True),
    ],
)
def test_a_trust_is_for_the_role_of_its_account(
    account: str | None, principal: str, *, lets: bool
) -> None:
    given = {
        "policies": {"p": [_allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/b")]},
        "siblings": {
            "b": {
                "policies": {"q": [_allow("s3:*")]},
                "trust": [
                    {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
                ],
            }
        },
    }
    role = replace(make_role(given, "r"), account=account)
    assert _gains(role) == ({"sts-001": True} if lets else {})


def test_two_paths_to_one_role_lead_on_alike() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/"
    passing = [
        _allow("iam:PassRole", f"{arn}b"),
        _allow(["sagemaker:CreateTrainingJob", "sagemaker:CreateProcessingJob"]),
        _allow("iam:PutRolePolicy", f"{arn}b"),
    ]
    siblings = {"b": {"policies": {"q": [_allow("iam:PutRolePolicy", f"{arn}b")]}}}
    found = walks(make_role({"policies": {"p": passing}, "siblings": siblings}))
    assert {walk.path.id: walk.gains for walk in found} == {
        "sagemaker-002": True,
        "sagemaker-003": True,
    }
    assert [hop.path.id for hop in found[0].onward] == ["iam-005"]
    assert found[0].onward == found[1].onward


def test_the_order_of_policies_changes_nothing() -> None:
    statements = [_allow("iam:PassRole"), _allow("sagemaker:*"), _allow("lambda:*")]
    one = make_role({"policies": {"p": statements}})
    other = make_role({"policies": {"p": statements[::-1]}})
    assert _gains(one) == _gains(other)
    assert [walk.path.id for walk in walks(one)] == [walk.path.id for walk in walks(other)]


def test_ids_are_listed_by_service_and_in_runs() -> None:
    assert listed_ids(["iam-001", "iam-002", "iam-003", "iam-005", "sts-001"]) == (
        "iam-001 to 003, 005; sts-001"
    )
    assert listed_ids(["iam-001", "iam-002"]) == "iam-001, 002"
    assert listed_ids(["iam-001", "sts-002"]) == "iam-001; sts-002"
    assert listed_ids([]) == ""


def test_a_group_names_each_action_of_a_statement_once() -> None:
    role = make_role({"policies": {"p": [_allow("*")]}})
    groups = grouped(walks(role))
    walked = [walk.path.id for group in groups for walk in group.walks]
    assert sorted(walked) == [walk.path.id for walk in walks(role)]
    for group in groups:
        (uses,) = group.uses
        actions = [use.action for use in uses]
        assert len(set(actions)) == len(actions)


def test_few_of_many_roles_are_compared_for_an_example() -> None:
    siblings = {f"Less{n}": {"policies": {"q": [_allow("s3:GetObject")]}} for n in range(20)}
    siblings["Admin"] = {"policies": {"q": [_allow(["s3:*", "sqs:*"])]}}
    statements = [_allow("iam:PassRole"), _allow("sagemaker:CreateTrainingJob"), _allow("s3:*")]
    role = make_role({"policies": {"p": statements}, "siblings": siblings})
    (walk,) = walks(role)
    assert walk.role is not None
    assert walk.role.name == "Admin"


def test_roles_are_compared_in_the_order_of_what_they_have_besides() -> None:
    siblings = {f"Less{n}": {"policies": {"q": [_allow("sqs:*")]}} for n in range(20)}
    siblings["More"] = {"policies": {"q": [_allow("s3:GetObject")]}}
    statements = [_allow("iam:PassRole"), _allow("sagemaker:CreateTrainingJob"), _allow("sqs:*")]
    (walk,) = walks(make_role({"policies": {"p": statements}, "siblings": siblings}))
    assert walk.role is not None
    assert walk.role.name == "More"


def test_a_trust_of_another_role_of_that_name_is_not_for_this_one() -> None:
    arn = "arn:aws:iam::999999999999:role/r"
    trust = [{"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}]
    target = make_role({"policies": {"q": [_allow("s3:*")]}, "trust": trust}, "b")
    other = Role(name="r", urn="other", account="999999999999")
    assuming = _policy([_allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/b")])
    role = Role(name="r", urn="r", policies=(assuming,), siblings=(target, other))
    assert _gains(role) == {}
    assert _gains(replace(role, siblings=(target,))) == {"sts-001": True}


def test_until_the_whole_is_seen_a_verdict_on_one_named_role_is_told_apart() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/"
    for resource, compares in ((f"{arn}Other", True), (f"{arn}*", False)):
        given = [_allow("iam:PassRole", resource), _allow("sagemaker:CreateTrainingJob")]
        (walk,) = walks(make_role({"policies": {"p": given}}))
        assert walk.compares is compares


@pytest.mark.parametrize("name", activities())
def test_an_activity_as_it_comes_gains_nothing(name: str) -> None:
    target = Target(partition="aws", account=ACCOUNT, region="eu-west-1", environment="dev")
    plan = planned(role_args(name, full=False), target)
    role = Role(
        name=plan.name,
        urn="r",
        path=plan.path,
        account=ACCOUNT,
        policies=tuple(
            AttachedPolicy(
                name=policy.name,
                kind=PolicyKind.INLINE,
                document=read_document(policy.text),
                urn="",
            )
            for policy in (*plan.policies, *plan.managed)
        ),
    )
    assert not [walk.path.id for walk in walks(role) if walk.gains is not False]


def test_a_role_of_documents_alone_may_be_the_one_that_is_named_but_none_of_the_others() -> None:
    admin = f"arn:aws:iam::{ACCOUNT}:role/ml/Admin"
    named = Role(name="Admin", urn=admin, path="/ml/", account=ACCOUNT)
    other = Role(name="Other", urn="other", path="/ml/", account=ACCOUNT)
    putting = _policy([_allow("iam:PutRolePolicy", admin)])
    role = Role(name="*", urn="r", path="/*", policies=(putting,), siblings=(other,))
    assert _gains(role) == {"iam-005": None}
    assert _gains(replace(role, siblings=())) == {"iam-005": None}
    assert _gains(replace(role, siblings=(other, named))) == {}
