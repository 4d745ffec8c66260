"""What our activities add to the templates of Role Manager's own package, and what they leave out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.grants.activity_roles import planned, role_args

if TYPE_CHECKING:
    from rolewright.grants import Target

CASES = Path(__file__).parent.parent / "cases" / "grants" / "role_manager.json"
ROLE_MANAGER: dict[str, Any] = json.loads(CASES.read_text())


@pytest.mark.parametrize("theirs", ROLE_MANAGER["activities"], ids=lambda row: row["activity"])
def test_every_action_more_or_less_has_a_reason(theirs: dict[str, Any], target: Target) -> None:
    (policy,) = planned(role_args(theirs["activity"], full=True), target).managed
    ours = {
        action for statement in policy.document.statements for action in statement.actions or ()
    }
    assert set(theirs["added"]) == ours - set(theirs["actions"])
    assert set(theirs["left_out"]) == set(theirs["actions"]) - ours
    assert all({**theirs["added"], **theirs["left_out"]}.values())


def test_all_thirteen_of_its_activities_are_here() -> None:
    assert len(ROLE_MANAGER["activities"]) == 13
    assert ROLE_MANAGER["version"] == "0.0.30"
