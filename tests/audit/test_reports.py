"""SARIF by the official schema, and Markdown that a pull request shows."""

from __future__ import annotations

import importlib
import json
from datetime import date
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from rolewright.audit import (
    FINGERPRINT,
    Audited,
    Finding,
    Totals,
    markdown,
    read_rules,
    sarif,
)
from rolewright.grants import Environment
from rolewright.guardrails import Level, Severity, Waiver, guardrails

SCHEMA = json.loads((Path(__file__).parent.parent / "data/sarif-2.1.0-rtm.5.json").read_text())
RULES = read_rules(Environment.PROD, {})
WAIVER = Waiver(role="R", reason="moves | soon", owner="ml", expires=date(2999, 1, 1))
FINDING = Finding(
    guardrail="data-buckets",
    level=Level.MANDATORY,
    severity=Severity.HIGH,
    message="may change every bucket (`s3:PutObject`)",
    details=("by one", "by two"),
    policy="inline policy `jobs`",
    statement="Put",
    place=2,
    config_key="roles.R.buckets",
    fix="name the buckets",
    fingerprint="f1",
)
ADVICE = Finding(
    guardrail="naming-and-tags",
    level=Level.ADVISORY,
    severity=Severity.LOW,
    message="has <b>no</b> tag | `a|b`",
    fix="tag it",
    waiver=WAIVER,
    waived=True,
    fingerprint="f2",
)
AUDITED = Audited(
    role="R", urn="", source="policies/r 1.json", findings=(FINDING, ADVICE), lines={2: 17}
)
LIVE = Audited(role="S", urn="arn:aws:iam::123456789012:role/S", source=None, findings=(ADVICE,))
ELSEWHERE = Audited(role="T", urn="", source="/policies/t.json", findings=(FINDING,))


def log(*audited: Audited, notes: tuple[str, ...] = ()) -> dict[str, Any]:
    content: dict[str, Any] = json.loads("".join(sarif(audited, RULES, notes)))
    assert list(Draft4Validator(SCHEMA).iter_errors(content)) == []  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return content["runs"][0]


@pytest.mark.parametrize("audited", [(), (AUDITED,), (AUDITED, LIVE, ELSEWHERE)])
def test_the_log_is_as_the_official_schema_wants_it(audited: tuple[Audited, ...]) -> None:
    run = log(*audited, notes=("a waiver is for nothing",))
    assert len(run["results"]) == sum(len(one.findings) for one in audited)
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"]
    (said,) = invocation["toolExecutionNotifications"]
    assert said["message"]["text"] == "a waiver is for nothing"


def test_each_guardrail_is_a_rule() -> None:
    driver = log()["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == [one.id for one in guardrails()]
    rule = next(rule for rule in driver["rules"] if rule["id"] == "no-admin-access")
    assert rule["shortDescription"]["text"] == "No role may do everything."
    assert rule["properties"] == {"tags": ["security", "admin"], "security-severity": "9.5"}
    assert rule["defaultConfiguration"] == {"level": "error"}
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in driver["rules"]}
    assert levels["naming-and-tags"] == "warning"


def test_a_result_has_its_place_and_its_fingerprint() -> None:
    first, second = log(AUDITED)["results"]
    assert first["message"]["text"].splitlines() == [
        "R may change every bucket (`s3:PutObject`)",
        "by one",
        "by two",
    ]
    assert (first["level"], second["level"]) == ("error", "warning")
    assert first["partialFingerprints"] == {FINGERPRINT: "f1"}
    assert first["properties"]["configKey"] == "roles.R.buckets"
    assert first["locations"] == [
        {
            "logicalLocations": [
                {"name": "R", "fullyQualifiedName": "R/inline policy `jobs`/statement Put"}
            ],
            "physicalLocation": {
                "artifactLocation": {"uri": "policies/r%201.json"},
                "region": {"startLine": 17},
            },
        }
    ]
    assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_what_is_in_no_file_has_no_physical_location() -> None:
    (result,) = log(LIVE)["results"]
    assert "physicalLocation" not in result["locations"][0]
    (result,) = log(ELSEWHERE)["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "file:///policies/t.json"}


def test_a_waived_result_is_suppressed() -> None:
    first, second = log(AUDITED)["results"]
    assert "suppressions" not in first
    (suppression,) = second["suppressions"]
    assert suppression["justification"] == "moves | soon (ml, until 2999-01-01)"


def comment(*audited: Audited, known: frozenset[str] | None = None) -> str:
    totals = Totals(RULES, known)
    return "".join(markdown(totals.counted(audited), totals))


def test_a_comment_begins_with_the_answer_and_shows_what_stops_a_run_first() -> None:
    lines = comment(LIVE, AUDITED).splitlines()
    assert lines[0] == "### rolewright: 1 violation"
    assert lines[2] == "2 roles: 1 violation, 2 advisories, 2 of them waived"
    rows = lines[6:]
    assert rows[0] == (
        "| **mandatory** | `data-buckets` | `R` | may change every bucket (`s3:PutObject`); by one; "
        "by two<br>in inline policy `jobs`, statement `Put`<br>config `roles.R.buckets` | "
        "name the buckets |"
    )
    assert rows[1] == (
        r"| advisory | `naming-and-tags` | `S` | has \<b\>no\</b\> tag \| `a\|b`<br>waived until "
        r"2999-01-01 by ml: moves \| soon | tag it |"
    )


def test_a_comment_on_nothing_is_short() -> None:
    assert comment() == "### rolewright: no violations\n\n0 roles: 0 violations, 0 advisories\n"
    assert comment(AUDITED, known=frozenset({"f1", "f2"})).endswith("2 in the baseline not shown\n")


def test_a_comment_has_a_length_that_github_takes() -> None:
    many = tuple(
        Audited(role=f"R{n}", urn="", source=None, findings=(long, long))
        for n in range(200)
        for long in (
            Finding(
                guardrail="data-buckets",
                level=Level.MANDATORY if n % 2 else Level.ADVISORY,
                severity=Severity.HIGH,
                message="x" * 5_000,
                fix="y" * 300,
                fingerprint=f"{n}",
            ),
        )
    )
    said = comment(*many)
    assert len(said) < 65_536
    assert "350 more are not shown here" in said
    assert said.count("**mandatory**") == 50


def test_a_comment_tells_what_else_there_is_to_know() -> None:
    totals = Totals(RULES)
    totals.service_linked = 1
    assert "".join(markdown(totals.counted([]), totals)).endswith(
        "\n- 1 service-linked role left out: AWS alone writes those\n"
    )
    totals.service_linked = 2
    assert totals.notes() == ("2 service-linked roles left out: AWS alone writes those",)


def test_a_tool_that_is_not_installed_has_a_version_too(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("rolewright.audit.sarif")

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(module, "version", missing)
    assert module._version() == "0.1.0"  # noqa: SLF001
