"""What the README says is so: its tables, its config, its errors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from local_aws import __main__ as commands
from local_aws import runner
from rolewright.grants import RoleArgs, RoleDefaults, Target, plan_roles, validate_text
from rolewright.grants.stack import parse_stack_config
from rolewright.guardrails import Level, guardrails
from tests.readme import README, block, shown

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ENFORCED = {
    Level.MANDATORY: "always",
    Level.BY_ENVIRONMENT: "staging, prod",
    Level.ADVISORY: "never",
}


def test_mistakes_are_reported_as_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Pulumi.typo.yaml").write_text(
        """
config:
  sagemaker-roles:environment: dev
  sagemaker-roles:roles:
    TrainingRole:
      buckets: [{name: model-artifacts, access: [list, raed]}]
      dynamodb: [{table: 123, access: [read]}]
"""
    )
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    assert commands.main(["preview", "--stack", "typo"]) == 2
    assert capsys.readouterr().err.splitlines() == shown("make preview STACK=typo")


def test_the_stack_config_of_the_readme_is_honoured() -> None:
    yaml: Any = YAML(typ="safe", pure=True)
    config = yaml.load("\n".join(block("yaml", "config:\n")))["config"]
    stack = parse_stack_config(
        config["sagemaker-roles:environment"],
        json.dumps(config["sagemaker-roles:roles"]),
        json.dumps(config["sagemaker-roles:defaults"]),
    )
    target = Target(partition="aws", account="123456789012", region="eu-west-1", environment="dev")
    plans = plan_roles(stack.roles, target)
    assert [plan.name for plan in plans] == [
        "SageMakerBasicRole-dev",
        "TrainingRole-dev",
        "LegacyRole",
    ]


def test_the_readme_names_every_key_of_a_role() -> None:
    table = README.partition("| key of a role |")[2].partition("\n\n")[0]
    keys = [row.split("|")[1] for row in table.splitlines()[2:]]
    named = {key for cell in keys for key in re.findall(r"`(\w+)`", cell)}
    assert named == RoleArgs.__required_keys__ | RoleArgs.__optional_keys__


def test_the_readme_lists_every_guardrail() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| ([a-z, ]+) \| (.+) \|$", README, re.MULTILINE)
    assert [tuple(row) for row in rows] == [
        (found.id, ENFORCED[found.level], found.description) for found in guardrails()
    ]


def test_the_pack_config_of_the_readme_is_valid() -> None:
    config = json.loads("\n".join(block("json", "{\n")))
    known = {found.id: found for found in guardrails()}
    for name, settings in config.items():
        settings.pop("enforcementLevel", None)
        validate_text(json.dumps(settings), known[name].settings, name)


def test_defaults_are_the_settings_of_a_role() -> None:
    row = next(line for line in README.splitlines() if line.startswith("| `nameFormat`"))
    named = set(re.findall(r"`(\w+)`", row))
    assert named | {"trust", "exclusive"} == set(RoleDefaults.__optional_keys__)
