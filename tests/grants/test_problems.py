"""What the stack config refuses, and in which words: every line is what a person reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rolewright.grants import ConfigError, Problem, Target, draft_stack_config, plan_stack

UNKNOWN = ("default: is not a known key", "enviroment: is not a known key", "zzzz: is not")
CASES: list[Any] = json.loads(
    (Path(__file__).parent.parent / "cases" / "grants" / "problems.json").read_text()
)


def problems(config: dict[str, Any], target: Target) -> list[str]:
    try:
        draft = draft_stack_config(
            config.get("environment", "dev"),
            json.dumps(config.get("roles", {"R": {}})),
            json.dumps(config["defaults"]) if "defaults" in config else None,
            config.get("keys", ()),
        )
        plan_stack(draft, target)
    except ConfigError as error:
        return str(error).splitlines()
    return []


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_a_config_is_refused_in_these_words(case: dict[str, Any], target: Target) -> None:
    assert problems(case["config"], target) == case["problems"]


def test_every_case_says_why_and_has_a_name_of_its_own() -> None:
    assert all(case["why"] for case in CASES)
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_every_problem_begins_with_its_path_and_has_no_final_period() -> None:
    for case in CASES:
        for problem in case["problems"]:
            assert problem.startswith(
                ("roles", "defaults", "environment", *case["config"].get("keys", ()), *UNKNOWN)
            )
            assert not problem.endswith(".")


def test_a_problem_is_told_once() -> None:
    problem = Problem(path="roles", message="is empty")
    assert ConfigError([problem, problem]).problems == (problem,)


def test_a_problem_is_one_line_whatever_stands_in_the_value() -> None:
    problem = Problem(path="roles.R", message="`a\n\x1b[31mb` is wrong")
    assert str(problem) == "roles.R: `a\\n\\x1b[31mb` is wrong"
