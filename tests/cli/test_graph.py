"""`rolewright graph`: its sources, its forms, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from local_aws.paths import ROOT
from rolewright.cli import main

if TYPE_CHECKING:
    import pytest

LOCAL = str(ROOT / "Pulumi.local.yaml")
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    },
}
DETAIL: dict[str, Any] = {
    "RoleName": "R",
    "Arn": "arn:aws:iam::123456789012:role/R",
    "Path": "/",
    "AssumeRolePolicyDocument": TRUST,
    "RolePolicyList": [],
    "AttachedManagedPolicies": [],
}


def run(*arguments: str, given: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["graph", *arguments], input=given)
    return result.exit_code, result.stdout, result.stderr


def test_a_page_is_the_form_that_is_not_asked_for() -> None:
    code, page, _ = run("--config", LOCAL)
    assert code == 0
    assert page.startswith("<!DOCTYPE html>\n")
    assert "<title>Roles of Pulumi.local.yaml</title>" in page


def test_a_picture_goes_to_a_file(tmp_path: Path) -> None:
    output = tmp_path / "graph.svg"
    assert run("--config", LOCAL, "--format", "svg", "--output", str(output)) == (0, "", "")
    assert output.read_bytes() == (ROOT / "docs/graph.svg").read_bytes()


def test_json_tells_all_of_a_role() -> None:
    code, text, _ = run("--config", LOCAL, "--format", "json")
    graph = json.loads(text)
    assert code == 0
    assert (graph["violations"], graph["advisories"]) == (0, 4)
    writer = graph["roles"][1]
    assert writer["name"] == "WriterRole"
    assert writer["assumedBy"] == [
        {
            "kind": "service",
            "principal": "sagemaker.amazonaws.com",
            "allowed": True,
            "statement": "AssumeRole",
            "conditions": ["StringEquals aws:SourceAccount: 123456789012"],
        }
    ]
    (reach,) = writer["reaches"]
    assert reach["access"] == ["list", "write"]
    assert reach["because"][1] == {
        "policy": "inline policy `rolewright-buckets`",
        "statement": "WriteModelArtifacts",
        "access": ["write"],
        "actions": ["s3:AbortMultipartUpload", "s3:PutObject"],
        "resource": "arn:aws:s3:::model-artifacts/*",
        "butNot": [],
        "conditions": [],
        "configKey": "roles.WriterRole.buckets",
        "leads": None,
        "risk": None,
    }
    assert [finding["guardrail"] for finding in writer["findings"]] == ["boundary-required"]


def test_text_is_for_a_terminal_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, text, _ = run("--config", LOCAL, "--format", "text")
    assert code == 0
    assert text.splitlines()[:3] == [
        "Roles of Pulumi.local.yaml: 3 roles, 4 advisories",
        "",
        "SageMakerBasicRole   3 advisories",
    ]
    output = tmp_path / "roles.txt"
    monkeypatch.setenv("COLUMNS", "200")
    assert run("--config", LOCAL, "--format", "text", "--output", str(output)) == (0, "", "")
    assert output.read_text() == text
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[33m!\x1b[0m S3" in run("--config", LOCAL, "--format", "text")[1]


def test_text_says_in_short_what_there_is_to_know_of_a_role(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    trust = [
        TRUST["Statement"],
        {"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"},
    ]
    statements = [
        statement("s3:GetObject", "arn:aws:s3:::data/in/*"),
        statement("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/features"),
        statement("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:210987654321:table/features"),
        statement(
            "dynamodb:Scan", "arn:aws:dynamodb:eu-west-1:123456789012:table/long-" + "x" * 60
        ),
        statement("sts:GetCallerIdentity", "*"),
        statement("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/R"),
        statement("iam:PassRole", "arn:aws:iam::123456789012:role/Admin"),
        statement("sagemaker:CreateTrainingJob", "*"),
    ]
    admin = {**DETAIL, "RoleName": "Admin", "Arn": "arn:aws:iam::123456789012:role/Admin"}
    everything = {"Version": "2012-10-17", "Statement": statement("s3:*", "*")}
    admin["RolePolicyList"] = [{"PolicyName": "all", "PolicyDocument": everything}]
    detail = {
        **DETAIL,
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": trust},
        "RolePolicyList": [
            {
                "PolicyName": "own",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
            }
        ],
        "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/bound"},
    }
    bare = {**DETAIL, "RoleName": "Bare", "Arn": "arn:aws:iam::123456789012:role/Bare"}
    dump = tmp_path / "dump.json"
    dump.write_text(json.dumps({"RoleDetailList": [detail, admin, bare]}))
    settings = ("--format", "text", "--environment", "local")
    code, text, _ = run(str(dump), *settings)
    assert code == 0
    assert text == (Path(__file__).parent / "golden" / "graph.txt").read_text()


def statement(action: str, resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def test_documents_dumps_and_exports_are_drawn_together(tmp_path: Path) -> None:
    document = tmp_path / "read.json"
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    document.write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}))
    dump = tmp_path / "dump.json"
    dump.write_text(json.dumps({"RoleDetailList": [DETAIL]}))
    stack = tmp_path / "stack.json"
    role = {
        "type": "aws:iam/role:Role",
        "urn": "urn:pulumi:dev::p::aws:iam/role:Role::S",
        "outputs": {"name": "S", "assumeRolePolicy": json.dumps(TRUST)},
    }
    stack.write_text(json.dumps({"deployment": {"resources": [role]}}))
    code, text, _ = run(str(document), str(dump), "--stack", str(stack), "--format", "json")
    assert code == 0
    assert json.loads(text)["title"] == "Roles of 3 files"
    assert [one["name"] for one in json.loads(text)["roles"]] == ["read", "R", "S"]


def test_a_role_on_standard_input_is_judged_as_in_an_environment() -> None:
    given = json.dumps({"name": "R", "trust": TRUST})
    graphs = [
        json.loads(run("-", "--format", "json", *more, given=given)[1])
        for more in ((), ("--environment", "dev"))
    ]
    assert graphs[0]["title"] == "Roles of standard input"
    assert (graphs[0]["violations"], graphs[1]["violations"]) == (1, 0)


def test_a_live_account_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "rolewright.cli.sources.many.account_pages", lambda: iter([{"RoleDetailList": [DETAIL]}])
    )
    code, text, _ = run("--live", "--format", "json")
    assert code == 0
    assert json.loads(text)["title"] == "Roles of the account"
    assert [one["name"] for one in json.loads(text)["roles"]] == ["R"]


def test_input_that_cannot_be_used_ends_with_2(tmp_path: Path) -> None:
    assert run()[0] == 2
    assert "nothing to draw" in run()[2]
    code, _, said = run(str(tmp_path))
    assert code == 2
    assert "no role in it to draw" in said
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert run(str(bad))[:2] == (2, "")
    code, page, said = run(str(bad), "--config", LOCAL)
    assert code == 2
    assert "WriterRole" in page
    assert "bad.json" in said
    code, _, said = run("--config", LOCAL, "--output", str(tmp_path / "no" / "such"))
    assert code == 2
    assert "can't be written: no such file or directory" in said


def test_a_dump_that_is_not_as_aws_writes_it_ends_with_2(tmp_path: Path) -> None:
    dump = tmp_path / "dump.json"
    dump.write_text(json.dumps({"RoleDetailList": [{**DETAIL, "RolePolicyList": ["x"]}]}))
    code, _, said = run(str(dump))
    assert code == 2
    assert (
        "dump.json: RoleDetailList[0].RolePolicyList[0].PolicyName: is missing or no text" in said
    )


def test_what_is_no_role_is_said_to_be_left_out(tmp_path: Path) -> None:
    stack = tmp_path / "stack.json"
    model = {
        "type": "aws:sagemaker/model:Model",
        "urn": "urn:pulumi:dev::p::aws:sagemaker/model:Model::M",
        "outputs": {"name": "M"},
    }
    stack.write_text(json.dumps({"deployment": {"resources": [model]}}))
    code, _, said = run("--stack", str(stack))
    assert code == 2
    assert "not drawn: 1 resource that is no role; `audit` judges it" in said
    stack.write_text(json.dumps({"deployment": {"resources": [model, model]}}))
    assert (
        "not drawn: 2 resources that are no roles; `audit` judges them"
        in run("--stack", str(stack), "--config", LOCAL)[2]
    )


def exported(content: bytes) -> Any:
    def export(_: str) -> bytes:
        return content

    return export


def test_a_stack_by_name_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    said = b'{"deployment": {"resources": [{"type": "aws:iam/role:Role", "urn": "urn:x::R", "outputs": {"name": "R"}}]}}'
    monkeypatch.setattr("rolewright.cli.sources.many.stack_export", exported(said))
    code, text, _ = run("--stack", "dev", "--format", "json")
    assert code == 0
    assert json.loads(text)["title"] == "Roles of stack dev"
    assert [one["name"] for one in json.loads(text)["roles"]] == ["R"]
    monkeypatch.setattr("rolewright.cli.sources.many.stack_export", exported(b"{"))
    code, _, error = run("--stack", "dev")
    assert (code, error.startswith("error: stack dev: ")) == (2, True)
