"""Levels and settings of guardrails: what counts, and what is wrong with a config file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rolewright.grants import ConfigError
from rolewright.guardrails import Guardrail, Level, configure, guardrails, settings_below

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KNOWN: tuple[Guardrail[Any], ...] = tuple(
    g for g in guardrails() if g.id in ("data-buckets", "no-admin-access", "new-access")
)
IDS = "(data-buckets, new-access, no-admin-access)"
LEVELS = "(advisory, mandatory, disabled)"


def _configured(content: Mapping[str, Any]) -> dict[str, tuple[Any, Level | None]]:
    return {one.guardrail.id: (one.settings, one.level) for one in configure(KNOWN, content)}


def test_without_a_word_each_has_its_own_level_and_no_settings() -> None:
    assert _configured({}) == {guardrail.id: ({}, None) for guardrail in KNOWN}


def test_a_level_is_given_alone_or_beside_settings_and_all_is_for_the_rest() -> None:
    found = _configured(
        {
            "all": "advisory",
            "data-buckets": {"enforcementLevel": "mandatory", "allowed": ["data"]},
            "new-access": {"baseline": {}},
        }
    )
    assert found["data-buckets"] == ({"allowed": ["data"]}, Level.MANDATORY)
    assert found["no-admin-access"] == ({}, Level.ADVISORY)
    assert found["new-access"][1] is Level.ADVISORY
    assert _configured({"all": {"enforcementLevel": "mandatory"}})["no-admin-access"] == (
        {},
        Level.MANDATORY,
    )


def test_what_is_disabled_is_left_out() -> None:
    assert set(_configured({"data-buckets": "disabled"})) == {"no-admin-access", "new-access"}
    assert set(_configured({"all": "disabled", "data-buckets": "mandatory"})) == {"data-buckets"}
    assert set(_configured({"all": "disabled", "data-buckets": {}})) == set()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            {"data-bucket": "advisory"},
            f"data-bucket: is not a guardrail; did you mean `data-buckets`? {IDS}",
        ),
        ({"zzz": {}}, f"zzz: is not a guardrail {IDS}"),
        ({"data-buckets": 1}, "data-buckets: `1` is not a level or a mapping"),
        ({"all": []}, "all: `[]` is not a level or a mapping"),
        (
            {"data-buckets": "advisry"},
            f"data-buckets: `advisry` is not a level; did you mean `advisory`? {LEVELS}",
        ),
        (
            {"data-buckets": {"enforcementLevel": 7}},
            f"data-buckets.enforcementLevel: `7` is not a level {LEVELS}",
        ),
        ({"all": {"allowed": []}}, "all.allowed: `all` takes `enforcementLevel` alone"),
        ({"data-buckets": {"alowed": []}}, "data-buckets.alowed: is not a known key"),
        ({"data-buckets": {"allowed": 1}}, "data-buckets.allowed:"),
    ],
)
def test_what_is_wrong_is_told_with_its_path(content: Mapping[str, Any], expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configure(KNOWN, content)
    (problem,) = caught.value.problems
    assert str(problem).startswith(expected)


def test_every_fault_is_told_at_once() -> None:
    content: dict[str, Any] = {
        "zzz": {},
        "all": {"x": 1, "enforcementLevel": "none"},
        "data-buckets": {"allowed": 1, "enforcementLevel": "none"},
    }
    with pytest.raises(ConfigError) as caught:
        configure(KNOWN, content)
    assert [problem.path for problem in caught.value.problems] == [
        "zzz",
        "all.enforcementLevel",
        "all.x",
        "data-buckets.enforcementLevel",
        "data-buckets.allowed",
    ]


def test_a_baseline_s_path_is_taken_from_the_folder_of_its_file(tmp_path: Path) -> None:
    content: dict[str, Any] = {
        "new-access": {"baselineFile": "before.json", "waivers": []},
        "data-buckets": {"allowed": ["a"]},
        "all": "advisory",
        "no-admin-access": {"baselineFile": 1},
    }
    assert settings_below(content, tmp_path) == {
        **content,
        "new-access": {"baselineFile": str(tmp_path / "before.json"), "waivers": []},
    }
