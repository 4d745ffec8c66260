"""`rolewright lint`: what it prints in each form, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rolewright.cli import main

CLEAN = (
    '{"Version": "2012-10-17", "Statement": '
    '{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data"}}'
)
FAULTY = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "effect": "Allow",
      "Action": ["s3:GetObjct", "s3:GetObject"],
      "Resource": "arn:aws:s3:::data/*"
    },
    {
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::data/*"
    }
  ]
}
"""
SHOWN = """\
faulty.json
  error  unknown-element  Statement[0].effect
    is not an element of a policy (Action, Condition, Effect, NotAction,
    NotPrincipal, NotResource, Principal, Resource, Sid); did you mean `Effect`?
          "effect": "Allow",
                    ^
  warning  unknown-action  Statement[0].Action[0]
    `s3:GetObjct` is not an action that AWS documents; did you mean
    `s3:GetObject`?
          "Action": ["s3:GetObjct", "s3:GetObject"],
                     ^
  warning  resource-fits-no-action  Statement[1].Resource
    AWS documents `arn:aws:s3:::data/*` for none of the statement's actions;
    they take `arn:aws:s3:::<BucketName>`,
    `arn:aws:s3:<Region>:<Account>:accesspoint/<AccessPointName>`
          "Resource": "arn:aws:s3:::data/*"
                      ^

2 documents: 1 error, 2 warnings
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "clean.json").write_text(CLEAN)
    (tmp_path / "faulty.json").write_text(FAULTY)
    (tmp_path / "marked.json").write_bytes(b"\xef\xbb\xbf" + CLEAN.encode())


def _run(*arguments: str, text: str | None = None) -> tuple[int, str]:
    run = CliRunner().invoke(main, ["lint", *arguments], input=text)
    return run.exit_code, run.stdout


def test_findings_are_shown_with_their_place() -> None:
    assert _run("clean.json", "faulty.json") == (1, SHOWN)


def test_a_clean_document_ends_with_0() -> None:
    assert _run("clean.json", "marked.json") == (0, "2 documents: 0 errors, 0 warnings\n")
    assert _run("-", text=CLEAN) == (0, "1 document: 0 errors, 0 warnings\n")


def test_findings_are_json_for_programs() -> None:
    status, shown = _run("--format", "json", "clean.json", "faulty.json")
    assert status == 1
    clean, faulty = json.loads(shown)
    assert clean == {"file": "clean.json", "findings": []}
    assert faulty["findings"][1] == {
        "id": "unknown-action",
        "path": "Statement[0].Action[0]",
        "message": "`s3:GetObjct` is not an action that AWS documents; did you mean `s3:GetObject`?",
        "severity": "warning",
    }


def test_a_finding_of_the_whole_document_has_no_path() -> None:
    status, shown = _run("-", text='{"Version": }')
    assert status == 1
    assert shown.splitlines()[1:-2] == [
        "  error  invalid-json",
        "    not JSON: expecting value (line 1, column 13)",
        '    {"Version": }',
        "                ^",
    ]


def test_a_file_that_cant_be_read_does_not_stop_the_others() -> None:
    status, shown = _run("missing.json", "faulty.json", "clean.json")
    assert status == 2
    assert shown == SHOWN


def test_where_nothing_could_be_read_nothing_is_counted() -> None:
    assert _run("missing.json") == (2, "")
    assert _run("missing.json", "--format", "json") == (2, "")


def test_a_stack_s_file_is_sent_to_where_it_is_judged() -> None:
    Path("Pulumi.dev.yaml").write_text("config: {}\n")
    Path("document.yaml").write_text(CLEAN)
    run = CliRunner().invoke(main, ["lint", "Pulumi.dev.yaml", "document.yaml"])
    assert (run.exit_code, run.stdout) == (2, "1 document: 0 errors, 0 warnings\n")
    assert run.stderr == (
        "error: Pulumi.dev.yaml: is not JSON; give a stack's file by `--config`, as in "
        "`audit --config Pulumi.dev.yaml`\n"
    )


def test_the_kind_of_document_can_be_said() -> None:
    trust = (
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", '
        '"Principal": {"Service": "sagemaker.amazonaws.com"}, "Resource": "*"}}'
    )
    assert _run("-", text=trust)[0] == 0
    status, shown = _run("--kind", "trust", "-", text=trust)
    assert status == 1
    assert "resource-in-trust-policy" in shown


def _batch(*lines: Any) -> tuple[int, list[Any]]:
    status, shown = _run("--jsonl", text="".join(json.dumps(line) + "\n" for line in lines))
    return status, [json.loads(line) for line in shown.splitlines()]


def test_batch_lines_hold_documents_or_their_text() -> None:
    status, (one, other, clean) = _batch(
        {"id": 1, "document": json.loads(FAULTY)},
        {"id": 2, "document": FAULTY},
        {"id": 3, "document": CLEAN},
    )
    assert status == 0
    assert one["findings"] == other["findings"]
    assert {finding["id"] for finding in one["findings"]} == {
        "unknown-element",
        "unknown-action",
        "resource-fits-no-action",
    }
    assert set(one["findings"][0]) == {"id", "path", "message", "severity"}
    assert clean == {"id": 3, "findings": []}


def test_a_key_that_stands_twice_in_a_lines_document_is_found() -> None:
    document = CLEAN.replace('"Effect"', '"Effect": "Deny", "Effect"')
    status, shown = _run("--jsonl", text=f'{{"id": 1, "document": {document}}}\n')
    assert status == 0
    assert [finding["id"] for finding in json.loads(shown)["findings"]] == ["duplicate-key"]


def test_a_line_without_a_document_is_bad() -> None:
    status, (one, other) = _batch({"id": 1}, {"id": 2, "document": 5})
    assert status == 2
    assert one == {"id": 1, "error": "has no `document`"}
    assert other == {"id": 2, "error": "`document` must be a policy document or its text"}
