"""Each activity against its case file: what a role with it may do, and what it may not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rolewright.grants import Target, parse_role_args, plan_role
from rolewright.grants.activities import activities
from rolewright.grants.personas import Persona
from rolewright.iam import Policies, Request, evaluate, parse_document

FOLDER = Path(__file__).parent.parent / "cases" / "grants"
CASES = FOLDER / "activities"
PERSONA_CASES = FOLDER / "personas"
DECIDED_BY_THE_ROLE = {1, 3, 4, 5, 6, 7, 9, 11, 12, 13}
"""The failures that people have most, of those that a role's own policies decide.

1 AddTags, 3 PassRole, 4 get_execution_role, 5 AWS's images, 6 own images, 7 encrypted buckets, 9 VPC
jobs, 11 CreateBucket by an older SDK, 12 a bucket that is not in the role, 13 Lake Formation.
"""


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for folder in (CASES, PERSONA_CASES)
        for path in sorted(folder.glob("*.json"))
        for case in json.loads(path.read_text())
    ]


def _policies(case: dict[str, Any], target: Target) -> Policies:
    args = parse_role_args("R", {"path": "/ml/", **case["role"]})
    managed = plan_role("R", args, target).managed
    return Policies(identity=tuple(parse_document(policy.text) for policy in managed))


def _allowed(request: dict[str, Any], policies: Policies) -> bool:
    context = {key: tuple(values) for key, values in request.get("context", {}).items()}
    return evaluate(
        Request(action=request["action"], resource=request["resource"], context=context), policies
    ).allowed


@pytest.mark.parametrize("case", _cases())
def test_an_activity_or_persona_allows_what_it_takes_and_nothing_else(
    case: dict[str, Any], target: Target
) -> None:
    policies = _policies(case, target)
    assert [r["why"] for r in case["allowed"] if not _allowed(r, policies)] == []
    assert [r["why"] for r in case["denied"] if _allowed(r, policies)] == []


def test_every_activity_has_cases_that_say_why() -> None:
    assert {path.stem for path in CASES.glob("*.json")} == set(activities())
    for path in CASES.glob("*.json"):
        for case in json.loads(path.read_text()):
            assert case["why"], path.name
            assert set(case["role"]["activities"]) == {path.stem}
            assert case["allowed"], path.name
            assert case["denied"], path.name
            assert all(request["why"] for request in case["allowed"] + case["denied"])


def test_every_persona_has_cases_that_say_why() -> None:
    assert {path.stem for path in PERSONA_CASES.glob("*.json")} == {p.value for p in Persona}
    for path in PERSONA_CASES.glob("*.json"):
        for case in json.loads(path.read_text()):
            assert case["why"]
            assert case["role"]["persona"] == path.stem
            assert case["allowed"]
            assert case["denied"]
            assert all(request["why"] for request in case["allowed"] + case["denied"])


def test_the_failures_that_people_have_most_are_among_them() -> None:
    seen = {
        request.get("failure")
        for path in CASES.glob("*.json")
        for case in json.loads(path.read_text())
        for request in case["allowed"] + case["denied"]
    }
    assert seen - {None} == DECIDED_BY_THE_ROLE


def test_a_boundary_in_the_way_is_told_from_a_missing_grant(target: Target) -> None:
    policies = _policies({"role": {"activities": {"manage-jobs": {}}}}, target)
    boundary = parse_document(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
        }
    )
    request = Request(
        action="sagemaker:CreateTrainingJob", resource=target.arn("sagemaker", "training-job/j")
    )
    decision = evaluate(request, Policies(identity=policies.identity, boundary=(boundary,)))
    assert [policy.value for policy in decision.missing] == ["boundary"]
