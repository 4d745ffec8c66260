"""The baseline of `new-access`: written by one function, read by one, and faults told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rolewright.grants import ConfigError
from rolewright.guardrails import Guardrail, guardrails, judge, read_settings
from rolewright.guardrails.baseline import make_baseline, read_baseline
from rolewright.iam import comparison
from rolewright.iam.steps import Steps
from tests.guardrails.roles import make_role

if TYPE_CHECKING:
    from pathlib import Path

GUARDRAIL: Guardrail[Any] = next(g for g in guardrails() if g.id == "new-access")
READS = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::data/*"]}
ROLE = make_role({"policies": {"p": [READS], "q": "unknown"}, "boundary": [READS]})
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"


def test_a_baseline_has_the_documents_that_are_known_by_role() -> None:
    bare = make_role({}, "Bare")
    unknown = make_role({"boundary": "unknown"}, "Unknown")
    found = make_baseline([ROLE, unknown, bare])
    assert list(found) == ["Bare", "TrainingRole", "Unknown"]
    trust = found["Bare"].get("trust")
    assert trust is not None
    assert trust["Statement"][0]["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    assert found["Bare"] == {"documents": [], "trust": trust}
    assert found["Unknown"] == {"documents": [], "boundary": {"arn": BOUNDARY}, "trust": trust}
    mine = found["TrainingRole"]
    assert mine.get("boundary", {}).get("arn") == BOUNDARY
    (document,) = mine["documents"]
    assert document["Statement"][0]["Effect"] == "Allow"


@pytest.mark.parametrize("given", [{"existing": True}, {"trust": "unknown"}], ids=str)
def test_trust_that_is_not_known_is_left_out(given: dict[str, Any]) -> None:
    assert make_baseline([make_role(given, "R")]) == {"R": {"documents": []}}


def test_roles_of_one_name_go_by_their_accounts() -> None:
    """One whose account isn't known counts as new; it must not be taken for another."""
    accounts = ("111111111111", None, "222222222222")
    roles = [make_role({"account": account}, "R") for account in accounts]
    found = make_baseline([*roles, make_role({"account": "111111111111"}, "Other")])
    assert {key: entry.get("account") for key, entry in found.items()} == {
        "Other": "111111111111",
        "111111111111:R": "111111111111",
        "222222222222:R": "222222222222",
    }


def test_what_is_written_is_read_and_shows_no_change(tmp_path: Path) -> None:
    role = make_role({"policies": {"p": [READS]}, "boundary": [READS]})
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps(make_baseline([role])))
    settings = read_settings(GUARDRAIL, json.dumps({"baselineFile": str(path)}), "pack")
    assert settings["baseline"] == read_baseline(path)
    assert judge(GUARDRAIL, role, settings).violations == ()
    assert GUARDRAIL.remark is not None
    assert GUARDRAIL.remark(settings) is None


def test_a_boundary_whose_arn_is_not_known_is_written_without() -> None:
    assert ROLE.boundary is not None
    found = make_baseline([replace(ROLE, boundary=replace(ROLE.boundary, arn=None))])
    assert set(found["TrainingRole"].get("boundary", {})) == {"document"}


def test_trust_that_is_no_document_is_refused() -> None:
    given: dict[str, Any] = {"baseline": {"R": {"documents": [], "trust": {"Statement": "x"}}}}
    with pytest.raises(ConfigError, match=r"baseline\.R\.trust: "):
        read_settings(GUARDRAIL, json.dumps(given), "pack")


def test_without_a_baseline_it_is_said_that_there_is_none() -> None:
    settings = read_settings(GUARDRAIL, "{}", "pack")
    assert GUARDRAIL.remark is not None
    assert "there is no baseline" in (GUARDRAIL.remark(settings) or "")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"baselineFile": "nowhere.json"},
            "pack.`nowhere.json`: can't be read: No such file or directory; `make preview` writes",
        ),
        (
            {"baselineFile": "x", "baseline": {}},
            "pack.baselineFile: `baseline` is given too; keep one of them",
        ),
        (
            {"baseline": {"R": {"documents": [{"Statement": 3}]}}},
            "pack.baseline.R.documents[0]: it is not a policy document",
        ),
        (
            {"baseline": {"R": {"documents": [], "boundary": {"document": {"no": 1}}}}},
            "pack.baseline.R.boundary.document: it is not a policy document",
        ),
        ({"baseline": {"R": {"document": []}}}, "pack.baseline.R.documents: is missing"),
    ],
)
def test_a_bad_baseline_is_told_with_its_path(given: dict[str, Any], expected: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_settings(GUARDRAIL, json.dumps(given), "pack")
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff", "can't be read: it is no text"),
        (b"[]", "is not a mapping"),
        (b'{"R": {"documents": [{}]}}', ".R.documents[0]: it is not a policy document"),
    ],
)
def test_a_bad_baseline_file_is_told(content: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        read_baseline(path)
    assert str(refused.value).startswith(f"`{path}`")
    assert expected in str(refused.value)


def test_what_would_take_too_long_to_compare_may_be_gained_or_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comparison, "Steps", lambda: Steps(20))
    old, new = (
        make_role({"policies": {"p": [{"Effect": "Allow", "Action": "s3:*", "Resource": arns}]}})
        for arns in (
            ["arn:aws:s3:::z", "arn:aws:s3:::a*b?c*d"],
            ["arn:aws:s3:::z", "arn:aws:s3:::*a?b*cd"],
        )
    )
    found = judge(GUARDRAIL, new, {"baseline": make_baseline([old])})
    assert [(one.message, one.details) for one in found.violations] == [
        ("gains access", ("+ s3:* on arn:aws:s3:::*a?b*cd, perhaps",)),
        ("loses access", ("- s3:* on arn:aws:s3:::a*b?c*d, perhaps",)),
    ]
