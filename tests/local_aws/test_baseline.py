"""What the pack is told of the deployed roles, beside the settings that were given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local_aws import baseline
from local_aws.baseline import settings_with_baseline
from local_aws.faults import Fault

if TYPE_CHECKING:
    from pathlib import Path

URN = "urn:pulumi:local::sagemaker-roles::aws:iam/role:Role::R"
DEPLOYED = {
    "resources": [
        {"urn": URN, "type": "aws:iam/role:Role", "outputs": {"name": "R", "assumeRolePolicy": ""}}
    ]
}


def given(folder: Path, content: Any) -> Path:
    path = folder / "given" / "settings.json"
    path.parent.mkdir()
    path.write_text(json.dumps(content))
    return path


def handed(path: Path | None) -> Any:
    assert path is not None
    return json.loads(path.read_text())


@pytest.mark.parametrize("deployed", [None, {}, {"resources": None}, {"resources": []}])
def test_where_nothing_is_deployed_the_settings_are_as_given(deployed: Any, tmp_path: Path) -> None:
    assert settings_with_baseline(None, deployed, tmp_path) is None
    own = given(tmp_path, {"no-admin-access": "advisory"})
    assert settings_with_baseline(own, deployed, tmp_path) == own


@pytest.mark.parametrize(
    ("own", "level"),
    [({}, {}), ("mandatory", {"enforcementLevel": "mandatory"}), (None, {})],
)
def test_the_deployed_roles_are_the_baseline(own: Any, level: Any, tmp_path: Path) -> None:
    path = None if own is None else given(tmp_path, {"all": "advisory", "new-access": own})
    found = handed(settings_with_baseline(path, DEPLOYED, tmp_path))
    file = tmp_path / "baseline.json"
    assert found["new-access"] == {**level, "baselineFile": str(file)}
    assert json.loads(file.read_text()) == {"R": {"documents": []}}
    assert own is None or found["all"] == "advisory"


def test_a_baseline_that_the_settings_name_counts(tmp_path: Path) -> None:
    path = given(tmp_path, {"new-access": {"baselineFile": "b.json"}})
    found = handed(settings_with_baseline(path, DEPLOYED, tmp_path))
    assert found["new-access"] == {"baselineFile": str(path.parent / "b.json")}
    path.write_text(json.dumps({"new-access": {"baseline": {}}}))
    found = handed(settings_with_baseline(path, DEPLOYED, tmp_path))
    assert found["new-access"] == {"baseline": {}}


def test_a_state_that_cannot_be_read_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baseline.sys, "executable", "false")
    with pytest.raises(Fault, match="the deployed roles can't be read"):
        settings_with_baseline(None, DEPLOYED, tmp_path)
