"""Each guardrail against its case file: roles that pass, that violate it, that can't be told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rolewright.guardrails import Violation, guardrails, judge
from tests.guardrails.roles import make_role
from tests.guardrails.workloads import make_workload

CASES = Path(__file__).parent.parent / "cases" / "guardrails"
GUARDRAILS = {guardrail.id: guardrail for guardrail in guardrails()}


def _cases() -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
        for path in sorted(CASES.glob("*.json"))
        for case in json.loads(path.read_text())
    ]


@pytest.mark.parametrize(("guardrail", "case"), _cases())
def test_a_role_is_judged(guardrail: str, case: dict[str, Any]) -> None:
    subject = make_workload(case["workload"]) if "workload" in case else make_role(case["role"])
    found = judge(GUARDRAILS[guardrail], subject, case.get("settings", {}))
    assert found.fault is None
    said = [violation.message for violation in found.violations]
    assert len(said) == len(case["violations"]), said
    for message, expected in zip(said, case["violations"], strict=True):
        assert expected in message
        assert "None" not in message
    if "levels" in case:
        levels = [violation.level and violation.level.value for violation in found.violations]
        assert levels == case["levels"]
    if "severities" in case:
        severities = [violation.severity for violation in found.violations]
        assert [severity and severity.value for severity in severities] == case["severities"]
    if "at" in case:
        assert [_place(violation) for violation in found.violations] == case["at"]
    if "details" in case:
        assert [list(violation.details) for violation in found.violations] == case["details"]


def _each_action() -> list[Any]:
    return [
        pytest.param(path.stem, case, action, id=f"{path.stem}: {case['violation']}: {action}")
        for path in sorted((CASES / "each_action").glob("*.json"))
        for case in json.loads(path.read_text())
        for action in case["actions"]
    ]


@pytest.mark.parametrize(("guardrail", "case", "action"), _each_action())
def test_each_action_by_itself_is_enough(guardrail: str, case: dict[str, Any], action: str) -> None:
    text = json.dumps(case["role"]).replace("$action", action)
    role = make_role(json.loads(text.replace("$resource", case["actions"][action])))
    found = judge(GUARDRAILS[guardrail], role, case.get("settings", {}))
    assert found.fault is None
    (violation,) = [one for one in found.violations if case["violation"] in one.message]
    if "level" in case:
        assert violation.level is case["level"]


def _place(violation: Violation) -> str | None:
    """Return where a violation is: `policy`, `policy/sid` or `policy/index`."""
    policy, statement = violation.policy, violation.statement
    if statement is None:
        return policy and policy.name
    name = statement.index if statement.sid is None else statement.sid
    return f"{policy and policy.name}/{name}"


def test_every_guardrail_has_cases_that_pass_that_violate_and_that_are_unknown() -> None:
    for guardrail in guardrails():
        cases = json.loads((CASES / f"{guardrail.id}.json").read_text())
        assert any(not case["violations"] for case in cases), guardrail.id
        assert any(case["violations"] for case in cases), guardrail.id
        if guardrail.reads or guardrail.workloads:
            unknown = [c for c in cases if "can't be checked" in " ".join(c["violations"])]
            assert unknown, guardrail.id


def test_every_case_says_why() -> None:
    for path in CASES.glob("**/*.json"):
        for case in json.loads(path.read_text()):
            assert case["why"], f"{path.name}: {case}"
