"""Which paths a role completes and what each gains, against the case files; each says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rolewright.escalation import evidence, said, walks
from tests.guardrails.roles import make_role

CASES = Path(__file__).parent.parent / "cases" / "escalation"
FILES = [path for path in sorted(CASES.glob("*.json")) if path.stem != "shapes"]


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in FILES
        for case in json.loads(path.read_text())
    ]


@pytest.mark.parametrize("case", _cases())
def test_what_a_role_can_come_to(case: dict[str, Any]) -> None:
    found = walks(make_role(case["role"]))
    gained = {w.path.id: "unknown" if w.gains is None else w.gains for w in found}
    assert gained == case["paths"]
    if "leads" in case:
        assert {w.path.id: w.role and w.role.name for w in found} == case["leads"]
    if "hops" in case:
        assert {walk.path.id: len(walk.onward) for walk in found} == case["hops"]
    for walk in found:
        told = "\n".join([said(walk), *(f"{left}: {right}" for left, right in evidence(walk))])
        for words in case.get("said", {}).get(walk.path.id, ()):
            assert words in told
        assert "None" not in told


def test_every_case_says_why() -> None:
    assert FILES
    for path in FILES:
        assert all(case["why"] for case in json.loads(path.read_text())), path
