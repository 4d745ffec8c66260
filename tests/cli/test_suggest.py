"""`rolewright suggest`: which events are read, of which roles, and what is printed."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from local_aws.paths import ROOT
from rolewright.cli import main

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = ROOT / "examples" / "events.json"
RECORDS: list[dict[str, Any]] = json.loads(EVENTS.read_text())["Records"]


def run(*arguments: str, stdin: str | bytes | None = None) -> Any:
    return CliRunner().invoke(main, ["suggest", *arguments], input=stdin)


def record(arn: str, **more: Any) -> dict[str, Any]:
    session: dict[str, Any] = {"type": "AssumedRole", "sessionContext": {}}
    issuer = {"sessionIssuer": {"type": "Role", "arn": arn}}
    return {**RECORDS[0], "userIdentity": {**session, "sessionContext": issuer}, **more}


def roles(text: str) -> Any:
    yaml: Any = YAML(typ="safe", pure=True)
    return yaml.load(text)["config"]["sagemaker-roles:roles"]


def test_what_is_printed_is_a_stack_s_file() -> None:
    said = run(str(EVENTS))
    assert said.exit_code == 1
    assert list(roles(said.stdout)) == ["TrainingRole"]
    assert all(len(line) <= 90 for line in said.stdout.splitlines())


def test_what_is_printed_works_as_a_stack_s_file(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.suggested.yaml"
    file.write_text(run(str(EVENTS)).stdout)
    asked = ["explain", "TrainingRole", "s3:GetObject", "arn:aws:s3:::example-data/features/x"]
    config = ["--config", str(file)]
    assert CliRunner().invoke(main, [*asked, *config]).stdout.startswith("allowed\n")
    audited = CliRunner().invoke(main, ["audit", *config])
    assert audited.stdout.splitlines()[-1].startswith("1 role: ")
    table = "arn:aws:dynamodb:eu-west-1:123456789012:table/features"
    asked = ["explain", "TrainingRole", "dynamodb:GetItem", table]
    assert CliRunner().invoke(main, [*asked, *config]).exit_code == 0


def test_roles_that_no_stack_can_have_together_are_of_a_file_each(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    role = "arn:aws:iam::{}:role/One".format
    events = [
        record(role("123456789012"), awsRegion="eu-west-1"),
        record(role("210987654321"), awsRegion="us-east-1"),
        {**RECORDS[0], "userIdentity": {"type": "AWSService"}},
    ]
    path.write_text(json.dumps(events))
    said = run(str(path))
    assert said.exit_code == 0
    first, second = said.stdout.split("---\n")
    assert first.startswith("# 1 event not of a role: left out\n#\n# a whole stack's file")
    assert "# these are of account 123456789012 in eu-west-1\n" in first
    assert "# these are of account 210987654321 in us-east-1\n" in second
    yaml: Any = YAML(typ="safe", pure=True)
    for text, region in ((first, "eu-west-1"), (second, "us-east-1")):
        assert yaml.load(text)["config"]["aws:region"] == region
        assert list(roles(text)) == ["One"]


def test_json_has_the_events_of_each_grant() -> None:
    said = run(str(EVENTS), "--format", "json")
    golden = ROOT / "tests" / "cases" / "explain" / "suggest.json"
    assert json.loads(said.stdout) == json.loads(golden.read_text())


def test_events_are_read_from_standard_input() -> None:
    assert run("-", stdin=json.dumps(RECORDS[0])).exit_code == 0


def test_folders_are_read_with_what_is_zipped_in_them(tmp_path: Path) -> None:
    inner = tmp_path / "2026" / "11"
    inner.mkdir(parents=True)
    (inner / "a.json.gz").write_bytes(gzip.compress(json.dumps({"Records": RECORDS[:1]}).encode()))
    (inner / "b.jsonl").write_text(json.dumps(RECORDS[1]))
    (inner / "digest.txt").write_text("not of events")
    said = run(str(tmp_path), "--format", "json")
    (role,) = json.loads(said.stdout)["roles"]
    assert role["grants"][0]["count"] == 2


def test_each_role_has_its_own_grants(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    one, other = "arn:aws:iam::123456789012:role/One", "arn:aws:iam::123456789012:role/ml/Other"
    session = {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/Other/x"}
    events = [record(one), record(other), {**RECORDS[0], "userIdentity": session}]
    path.write_text(json.dumps(events))
    said = run(str(path))
    assert said.exit_code == 0
    assert list(roles(said.stdout)) == ["One", "Other"]
    assert "Other: 1 grant allows 2 events" in said.stdout
    for named in ("Other", other):
        assert list(roles(run(str(path), "--role", named).stdout)) == ["Other"]


def test_a_role_that_did_nothing_to_be_granted_has_no_grants(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    free = {"eventSource": "sts.amazonaws.com", "eventName": "GetCallerIdentity"}
    path.write_text(json.dumps([record("arn:aws:iam::123456789012:role/One", **free)]))
    said = run(str(path))
    assert said.exit_code == 0
    assert roles(said.stdout) == {"One": {}}
    assert "1 event needs no permission" in said.stdout
    assert "EVENTS" not in said.stdout


@pytest.mark.parametrize(
    ("arguments", "content", "message"),
    [
        (("-",), "{", "-: not JSON: "),
        (("-",), "[]", "no event is of a role: there is nothing to suggest grants for"),
        (("-",), b"\x1f\x8bx", "-: can't be unpacked: "),
        (("-",), b"\xff", "-: is not UTF-8 text (byte 0)"),
        (("/nowhere",), None, "/nowhere: can't be read: no such file or directory"),
        (
            (str(EVENTS), "--role", "TrainingRoel"),
            None,
            f"{EVENTS}: has no role `TrainingRoel`; did you mean `TrainingRole`? (",
        ),
        ((str(EVENTS), "--role", "x"), None, f"{EVENTS}: has no role `x` (TrainingRole)\n"),
    ],
)
def test_bad_input_is_one_line(arguments: tuple[str, ...], content: Any, message: str) -> None:
    said = run(*arguments, stdin=content)
    assert said.exit_code == 2
    assert said.stderr.startswith(f"error: {message}")
    assert len(said.stderr.splitlines()) == 1


def test_a_folder_without_events_is_told(tmp_path: Path) -> None:
    said = run(str(tmp_path))
    assert said.exit_code == 2
    assert "has no files of events (.json, .jsonl, .json.gz, .jsonl.gz)" in said.stderr
