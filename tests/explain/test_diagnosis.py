"""Texts as people paste them against the case files: what they say, and what is most likely."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rolewright.cli.diagnose_inputs import asking_of_role
from rolewright.cli.sources.json_role import role_of_json
from rolewright.explain.diagnosis import Diagnosis, diagnose

CASES = Path(__file__).parent.parent / "cases" / "diagnose"


def _cases() -> list[Any]:
    return [
        pytest.param(case, text, id=f"{path.stem}: {case['name']} {place}")
        for path in sorted(CASES.glob("*.json"))
        for case in json.loads(path.read_text())
        for place, text in enumerate(case["texts"])
    ]


@pytest.mark.parametrize(("case", "text"), _cases())
def test_a_text_is_diagnosed(case: dict[str, Any], text: str) -> None:
    asking = asking_of_role(role_of_json(case["role"])) if "role" in case else None
    found = diagnose(text, asking)
    if "cause" not in case:
        assert found == ()
        return
    first = found[0]
    denial = first.denial
    said = {
        "action": denial.action,
        "resource": denial.resource,
        "principal": denial.principal,
        "deniedBy": denial.denied_by.value,
        "explicit": denial.explicit,
    }
    assert said == {key: case[key] for key in said}
    ids = [cause.id for cause in first.causes]
    assert ids[0] == case["cause"], ids
    assert set(case.get("causes", ())) <= set(ids)
    assert len(set(ids)) == len(ids)
    _check_patch(first, case)


def _check_patch(first: Diagnosis, case: dict[str, Any]) -> None:
    if "patch" not in case:
        return
    if case["patch"] is None:
        assert first.fix is None
        return
    assert first.fix is not None
    assert first.fix.patch.key == case["patch"]["key"]
    assert first.fix.patch.entry == case["patch"]["entry"]
