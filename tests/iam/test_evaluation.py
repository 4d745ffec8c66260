"""Every rule of AWS's evaluation logic as a case, and laws that hold for any policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rolewright.cli.commands.simulate import read_line
from rolewright.iam import (
    Evaluator,
    Outcome,
    Policies,
    PolicyType,
    Request,
    evaluate,
    parse_document,
)
from rolewright.iam.evaluation import evaluator

CASES = Path(__file__).parent.parent / "cases" / "iam"


def _cases(folder: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted((CASES / folder).glob("*.json"))
        for case in json.loads(path.read_text())
    ]


@pytest.mark.parametrize("case", _cases("evaluation"))
def test_a_request_is_judged_as_aws_documents(case: dict[str, Any]) -> None:
    line = {key: value for key, value in case.items() if key not in ("name", "why", "outcome")}
    request, policies = read_line(line)
    assert evaluate(request, policies).outcome is Outcome(case["outcome"]), case["why"]


def test_a_decision_names_the_statements_that_made_it() -> None:
    line = {
        "identityPolicies": [
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
                    {"Sid": "List", "Effect": "Allow", "Action": "s3:List*", "Resource": "*"},
                ],
            }
        ],
        "permissionsBoundaries": [
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            }
        ],
        "request": {"action": "s3:GetObject", "resource": "arn:aws:s3:::data/x"},
    }
    decision = evaluate(*read_line(line))
    assert [(match.type, match.statement.sid) for match in decision.because] == [
        (PolicyType.IDENTITY, "Read"),
        (PolicyType.BOUNDARY, None),
    ]


def test_an_implicit_denial_names_what_does_not_allow() -> None:
    nothing = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
    }
    line = {
        "identityPolicies": [nothing],
        "permissionsBoundaries": [nothing],
        "serviceControlPolicies": [[nothing], [nothing]],
        "request": {
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::data/x",
            "principal": "arn:aws:iam::111122223333:user/ann",
        },
    }
    assert evaluate(*read_line(line)).missing == (
        PolicyType.SERVICE_CONTROL,
        PolicyType.IDENTITY,
        PolicyType.BOUNDARY,
    )


def test_policies_are_compiled_once_and_forgotten_when_many_others_come() -> None:
    held = Policies()
    assert evaluator(held) is evaluator(held)
    others = [Policies() for _ in range(100)]
    compiled = [evaluator(other) for other in others]
    assert len({id(made) for made in compiled}) == len(others)
    assert evaluator(held).policies is held


def test_actions_that_were_asked_for_are_forgotten_when_many_others_come() -> None:
    allow = parse_document(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "s3:a*", "Resource": "*"},
        }
    )
    compiled = Evaluator(Policies(identity=(allow,)))
    for number in range(5_000):
        request = Request(action=f"s3:a{number}", resource="*")
        assert compiled.decide(request).allowed
    assert not compiled.decide(Request(action="s3:b", resource="*")).allowed
