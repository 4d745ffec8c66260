"""Every operator of conditions as a case; a document under that condition allows, or it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rolewright.cli.commands.simulate import read_line
from rolewright.iam import Outcome, evaluate
from rolewright.iam.operators import OPERATORS

CASES = Path(__file__).parent.parent / "cases" / "iam" / "conditions"


def _cases() -> list[dict[str, Any]]:
    return [case for path in sorted(CASES.glob("*.json")) for case in json.loads(path.read_text())]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in _cases()])
def test_a_condition_holds_as_aws_documents(case: dict[str, Any]) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": case["condition"],
    }
    request, policies = read_line(
        {
            "identityPolicies": [{"Version": "2012-10-17", "Statement": [statement]}],
            "request": {
                "action": "s3:GetObject",
                "resource": "arn:aws:s3:::data/x",
                "context": case["context"],
            },
        }
    )
    expected = Outcome.ALLOWED if case["holds"] else Outcome.IMPLICITLY_DENIED
    assert evaluate(request, policies).outcome is expected, case["why"]


def test_every_operator_has_a_case_that_holds_and_one_that_does_not() -> None:
    seen = {
        (operator.lower(), case["holds"])
        for case in _cases()
        for operator in case["condition"]
        if len(case["condition"]) == 1
    }
    for operator in OPERATORS:
        assert (operator, True) in seen, operator
        assert (operator, False) in seen, operator
