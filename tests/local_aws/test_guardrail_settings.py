"""Levels and settings of guardrails, checked before the engine sees them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.faults import Fault
from local_aws.guardrail_settings import check_guardrail_settings
from rolewright.guardrails import guardrails

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ", ".join(sorted(guardrail.id for guardrail in guardrails()))
LEVELS = "(advisory, mandatory, disabled)"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "guardrails.json"


GOOD: list[dict[str, Any]] = [
    {},
    {"all": "advisory"},
    {"all": {"enforcementLevel": "mandatory"}, "data-buckets": "disabled"},
    {"data-buckets": {"enforcementLevel": "advisory", "allowed": ["data"]}},
    {guardrail.id: {} for guardrail in guardrails()},
]


@pytest.mark.parametrize("content", GOOD)
def test_levels_and_settings_are_taken(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content))
    check_guardrail_settings(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            {"trust-servces": "advisory"},
            f"trust-servces: is not a guardrail; did you mean `trust-services`? ({NAMES})",
        ),
        ({"zzzz": {}}, f"zzzz: is not a guardrail ({NAMES})"),
        (
            {"data-buckets": "mandtory"},
            f"data-buckets: `mandtory` is not a level; did you mean `mandatory`? {LEVELS}",
        ),
        (
            {"data-buckets": {"enforcementLevel": 5}},
            f"data-buckets.enforcementLevel: `5` is not a level {LEVELS}",
        ),
        ({"data-buckets": 5}, "data-buckets: `5` is not a level or a mapping"),
        (
            {"data-buckets": {"allow": ["data"]}},
            "data-buckets.allow: is not a known key; did you mean `allowed`? (waivers, allowed)",
        ),
        (
            {"data-buckets": {"allowed": "data"}},
            "data-buckets.allowed: `data` is a string where a list belongs; write `[data]`",
        ),
        ({"all": {"allowed": []}}, "all.allowed: `all` takes `enforcementLevel` alone"),
    ],
)
def test_what_cant_be_honoured_is_told_with_the_nearest_word(
    file: Path, content: dict[str, Any], said: str
) -> None:
    file.write_text(json.dumps(content))
    with pytest.raises(Fault) as fault:
        check_guardrail_settings(file)
    assert str(fault.value) == said
    assert fault.value.where == str(file)


def test_all_problems_are_told_at_once(file: Path) -> None:
    file.write_text(json.dumps({"zzzz": {}, "data-buckets": {"x": 1, "enforcementLevel": "y"}}))
    with pytest.raises(Fault) as fault:
        check_guardrail_settings(file)
    assert [line.split(":")[0] for line in str(fault.value).splitlines()] == [
        "zzzz",
        "data-buckets.enforcementLevel",
        "data-buckets.x",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "is not JSON: expecting property name enclosed in double quotes (line 1, column 2)"),
        (b"\xff", "is not JSON: it is no text"),
        (b"[]", "is no mapping from guardrails to their settings"),
    ],
)
def test_a_file_that_cant_be_read_is_a_fault_in_one_line(
    file: Path, content: bytes, said: str
) -> None:
    file.write_bytes(content)
    with pytest.raises(Fault) as fault:
        check_guardrail_settings(file)
    assert str(fault.value) == f"`{file}` {said}"


def test_a_file_that_isnt_there_is_a_fault(file: Path) -> None:
    with pytest.raises(Fault, match=r"can't be read: No such file or directory$"):
        check_guardrail_settings(file)
