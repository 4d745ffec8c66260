"""What the README and the page it leads to say is so: tables, config, errors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.config import set_all_config
from ruamel.yaml import YAML

from components.sagemaker_role import create_roles
from components.stack_config import read_stack_config
from local_aws import __main__ as commands
from local_aws import runner
from local_aws.guardrail_settings import check_guardrail_settings
from local_aws.paths import ROOT
from local_aws.stack_files import read_stack_file
from rolewright.escalation import catalogue
from rolewright.grants import Environment
from rolewright.guardrails import guardrails
from tests.components import run as program
from tests.components.run import set_stack_config
from tests.policy_pack import run as pack
from tests.policy_pack.run import Described
from tests.readme import PAGES, README, block, shown

if TYPE_CHECKING:
    from pathlib import Path


def test_mistakes_are_reported_as_the_docs_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Pulumi.typo.yaml").write_text(
        """
config:
  aws:region: eu-west-1
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


def stack_of_the_readme() -> dict[str, Any]:
    yaml: Any = YAML(typ="safe", pure=True)
    return yaml.load("\n".join(block("yaml", "config:\n")))["config"]


def pack_config_of_the_start() -> dict[str, str | dict[str, Any]]:
    return json.loads("\n".join(block("json", "{\n", PAGES["docs/start.md"])))


def test_the_stack_config_of_the_readme_is_honoured(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("\n".join(block("yaml", "config:\n")))
    plans = read_stack_file(tmp_path, "dev").plans
    assert [plan.name for plan in plans] == [
        "SageMakerBasicRole-dev",
        "TrainingRole-dev",
        "LegacyRole",
    ]


@pytest.mark.parametrize("configured", [False, True], ids=["plain", "with its guardrails.json"])
def test_the_stack_config_of_the_readme_passes_its_guardrails(*, configured: bool) -> None:
    config = stack_of_the_readme()
    set_stack_config(
        {
            key.removeprefix("sagemaker-roles:"): value
            for key, value in config.items()
            if key.startswith("sagemaker-roles:")
        }
    )
    preview = program.preview(
        lambda: {key: role.arn for key, role in create_roles(read_stack_config()).items()},
        program.Aws(roles={"LegacyRole": "/"}),
    )
    set_all_config({}, [])
    assert preview.said == []
    resources = [
        Described(type=one.type, name=one.name, props=one.inputs, parent=one.parent)
        for one in preview.registered
    ]
    settings = {
        name: {key: value for key, value in given.items() if key != "enforcementLevel"}
        for name, given in pack_config_of_the_start().items()
        if not isinstance(given, str)
    }
    reports = pack.Run(Environment.DEV, settings if configured else None).whole(*resources)
    assert [report.message for report in reports if report.mandatory] == []
    # Were nothing judged, nothing would be said either.
    assert "no-service-wildcards: SageMakerBasicRole-dev has wildcards that only read" in "".join(
        report.message for report in reports
    )
    # These its guardrails.json makes mandatory.
    raised = {"boundary-required", "trust-confused-deputy"}
    assert not raised & {report.rule for report in reports}


def test_the_readme_names_every_family_and_counts_guardrails_and_paths() -> None:
    families = dict.fromkeys(found.family for found in guardrails())
    assert all(f"\n| {family} | " in README for family in families)
    assert f"\n{len(guardrails())} of them" in README
    assert f" {len(guardrails())} guardrails judge" in README
    assert f" {len(catalogue())} paths of privilege escalation" in README
    assert f"more access: {len(catalogue())} paths" in README


def test_the_pack_config_of_the_start_is_valid(tmp_path: Path) -> None:
    (tmp_path / "guardrails.json").write_text(json.dumps(pack_config_of_the_start()))
    check_guardrail_settings(tmp_path / "guardrails.json")


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_the_account_to_replace_is_the_one_in_the_stack_files(stack: str) -> None:
    accounts = set(re.findall(r"\d{12}", (ROOT / f"Pulumi.{stack}.yaml").read_text()))
    assert accounts <= {"123456789012"}
    assert "your account in the place of `123456789012`" in README
