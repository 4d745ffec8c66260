"""The linter against its case files: documents, and exactly what is found in each."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from rolewright.lint import Finding, Kind, lint
from rolewright.lint.faults import IDS
from rolewright.lint.rule import families

CASES = Path(__file__).parent.parent / "cases" / "lint"
STRUCTURE = "structure"


def _cases() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.stem, case)
        for path in sorted(CASES.glob("*.json"))
        for case in json.loads(path.read_text())
    ]


def _lint(case: dict[str, Any]) -> tuple[Finding, ...]:
    return lint(case["document"], Kind(case["kind"]) if "kind" in case else None)


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{family}: {case['name']}") for family, case in _cases()]
)
def test_a_document_is_linted(case: dict[str, Any]) -> None:
    found = _lint(case)
    assert sorted(case["findings"]) == sorted([one.id, one.path] for one in found), found


@pytest.mark.parametrize("family", sorted({family for family, _ in _cases()}))
def test_text_and_parsed_form_are_linted_alike(family: str) -> None:
    for name, case in _cases():
        if name == family and not isinstance(case["document"], str):
            text = json.dumps(case["document"])
            assert _lint(case) == _lint({**case, "document": text}), case["name"]


def test_every_finding_has_a_case_and_every_family_one_without() -> None:
    cases = _cases()
    found = {identifier for _, case in cases for identifier, _ in case["findings"]}
    ids = {rule.id for family in families() for rule in family.rules}
    assert ids | {identifier for _, identifier in IDS} <= found
    for family in {family for family, _ in cases}:
        assert any(not case["findings"] for name, case in cases if name == family), family


def test_every_case_says_why() -> None:
    for family, case in _cases():
        assert case["why"], f"{family}: {case['name']}"


def test_messages_are_of_one_form() -> None:
    for _, case in _cases():
        for finding in _lint(case):
            assert re.fullmatch(r"[a-z]+(-[a-z]+)+", finding.id)
            assert finding.message.isprintable()
            assert not finding.message.endswith(".")
            assert not finding.message[0].isupper() or finding.message.startswith("AWS")
            assert finding.message.count("`") % 2 == 0
