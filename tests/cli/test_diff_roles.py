"""`rolewright diff` of roles: each kind of source, mixes of them, and how it ends."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from rolewright.cli import main

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = "arn:aws:s3:::data"
ACCOUNT = "111122223333"
CONFIG = """\
config:
  aws:region: eu-west-1
  sagemaker-roles:environment: dev
  sagemaker-roles:roles:
    R: {buckets: [{name: data, access: [%s]}]}
"""
READ, BOTH = CONFIG % "read", CONFIG % "read, write"
OF_OTHER_ACCOUNT = """\
config:
  aws:region: eu-west-1
  sagemaker-roles:environment: dev
  sagemaker-roles:roles:
    R: {logs: [{group: /jobs, access: [write]}]}
"""
WROTE = [
    "R  + s3:AbortMultipartUpload, s3:PutObject on arn:aws:s3:::data/*",
    "     e.g. AbortMultipartUpload arn:aws:s3:::data/a",
]
CHANGED = "1 role: 1 changed"


def run(*arguments: str, given: str | bytes | None = None) -> tuple[int, list[str], str]:
    done = CliRunner(env={"COLUMNS": "80"}).invoke(main, ["diff", *arguments], input=given)
    return done.exit_code, done.stdout.splitlines(), done.stderr


def doc(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(*actions: str, on: str = f"{BUCKET}/*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


def trust(*services: str) -> dict[str, Any]:
    return doc(
        {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}
    )


SAGEMAKER = trust("sagemaker.amazonaws.com")
BOUND = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    },
}


def export(*policies: dict[str, Any], **role: Any) -> dict[str, Any]:
    urn = "urn:pulumi:dev::p::aws:iam/role:Role::R"
    outputs = {"name": "R", "arn": f"arn:aws:iam::{ACCOUNT}:role/R", **role}
    outputs["assumeRolePolicy"] = json.dumps(outputs.get("assumeRolePolicy", BOUND))
    outputs["inlinePolicies"] = [
        {"name": f"p{place}", "policy": json.dumps(policy)} for place, policy in enumerate(policies)
    ]
    held: dict[str, Any] = {"roleName": "R", "policyNames": [], "policyArns": []}
    exclusive: list[dict[str, Any]] = [
        {
            "type": f"aws:iam/{kind[0].lower()}{kind[1:]}:{kind}",
            "urn": f"urn::{kind}",
            "outputs": held,
        }
        for kind in ("RolePoliciesExclusive", "RolePolicyAttachmentsExclusive")
    ]
    return {
        "version": 3,
        "deployment": {
            "resources": [{"type": "aws:iam/role:Role", "urn": urn, "outputs": outputs}, *exclusive]
        },
    }


def dump(*policies: dict[str, Any], name: str = "R", **more: Any) -> dict[str, Any]:
    return {
        "RoleDetailList": [
            {
                "RoleName": name,
                "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
                "Path": "/",
                "AssumeRolePolicyDocument": BOUND,
                "RolePolicyList": [
                    {"PolicyName": f"p{place}", "PolicyDocument": policy}
                    for place, policy in enumerate(policies)
                ],
                "AttachedManagedPolicies": [],
                **more,
            }
        ]
    }


def role(*policies: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "R", "trust": BOUND, "identityPolicies": list(policies), **more}


def kept(folder: Path, name: str, content: Any) -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


READS = [allow("s3:GetObject"), allow("s3:GetBucketLocation", on=BUCKET)]


@pytest.fixture(name="new")
def _new(tmp_path: Path) -> str:
    return kept(tmp_path, "Pulumi.dev.yaml", BOTH)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Pulumi.old.yaml", READ),
        ("stack.json", export(doc(*READS))),
        ("account.json", dump(doc(*READS))),
        ("role.json", role(doc(*READS))),
        ("policy.json", doc(*READS)),
    ],
)
def test_each_kind_of_source_is_compared_with_a_stack_config(
    name: str, content: Any, new: str, tmp_path: Path
) -> None:
    old = kept(tmp_path, name, content)
    config = () if name == "Pulumi.old.yaml" else ("--account", ACCOUNT)
    code, lines, _ = run(old, new, *config)
    assert (code, lines) == (1, [*WROTE, CHANGED])
    code, lines, _ = run(new, old, *config)
    assert code == 1
    assert lines[0] == WROTE[0].replace("+", "-")


def test_other_kinds_are_compared_with_one_another(tmp_path: Path) -> None:
    sources = [
        kept(tmp_path, "stack.json", export(doc(*READS))),
        kept(tmp_path, "account.json", dump(doc(*READS))),
        kept(tmp_path, "role.json", role(doc(*reversed(READS)))),
    ]
    for old in sources:
        for other in sources:
            code, lines, _ = run(old, other)
            assert code == 0
            written = old != other and sources[2] in (old, other)
            assert lines == [
                *(["R  no change in access (the document is written differently)"] * written),
                "1 role: 1 with the same access",
            ]


def test_a_stack_config_is_of_the_other_side_s_account(tmp_path: Path) -> None:
    config = kept(tmp_path, "Pulumi.dev.yaml", OF_OTHER_ACCOUNT)
    ours = json.loads(
        CliRunner()
        .invoke(main, ["diff", "--format", "json", config, config, "--account", ACCOUNT])
        .stdout
    )
    assert ours["roles"][0]["change"] == "same"
    code, lines, _ = run(kept(tmp_path, "account.json", dump()), config)
    assert code == 1
    assert f":{ACCOUNT}:" in "".join(lines)
    assert "123456789012" not in "".join(lines)


def test_trust_boundary_and_session_are_told(tmp_path: Path) -> None:
    old = kept(tmp_path, "old.json", export(doc(*READS), maxSessionDuration=3600))
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/edge"
    both = trust("sagemaker.amazonaws.com", "lambda.amazonaws.com")
    other = kept(
        tmp_path,
        "new.json",
        export(
            doc(*READS),
            assumeRolePolicy=both,
            permissionsBoundary=boundary,
            maxSessionDuration=7200,
            path="/ml/",
            tags={"team": "a"},
        ),
    )
    code, lines, _ = run(old, other)
    assert code == 1
    assert lines[0] == "R  + trust: sts:AssumeRole by lambda.amazonaws.com"
    assert lines[1:] == [
        f"   ~ permissions boundary: none -> {boundary}",
        "   ~ path: / -> /ml/",
        "   ~ tags: none -> team=a",
        "   ~ longest session: 3600 s -> 7200 s",
        "   ? may change by permissions boundary `edge`: its document isn't known here",
        "1 role: 1 changed",
    ]


def test_a_dump_knows_the_managed_policy_that_a_config_names(tmp_path: Path) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/own"
    content = dump(
        AttachedManagedPolicies=[{"PolicyName": "own", "PolicyArn": arn}],
    )
    content["Policies"] = [
        {
            "Arn": arn,
            "PolicyVersionList": [{"IsDefaultVersion": True, "Document": doc(*READS)}],
        }
    ]
    old = kept(tmp_path, "account.json", content)
    config = CONFIG.replace("R: {buckets: [{name: data, access: [%s]}]}", "R: {%s}")
    new = kept(tmp_path, "Pulumi.dev.yaml", config % f"managedPolicies: ['{arn}']")
    code, lines, _ = run(old, new)
    assert (code, lines[-1]) == (0, "1 role: 1 with the same access")
    bare = kept(tmp_path, "bare.json", dump())
    code, lines, _ = run(bare, new)
    assert code == 1
    assert lines[0].startswith("R  ? may gain access by managed policy `own`: its document")
    assert run(new, bare)[1][0].startswith("R  ? may lose access with managed policy `own`")


def test_what_an_existing_role_has_besides_is_taken_to_stay(tmp_path: Path) -> None:
    old = kept(tmp_path, "account.json", dump(doc(*READS)))
    config = CONFIG.replace("R: {", "R: {existing: true, ") % "write"
    new = kept(tmp_path, "Pulumi.dev.yaml", config)
    code, lines, _ = run(old, new)
    assert code == 1
    assert lines[0] == WROTE[0]
    assert "Pulumi.dev.yaml only adds to it: what else" in " ".join(" ".join(lines).split())
    assert not any(line.strip().startswith("- ") for line in lines)
    back = run(new, old)[1]
    assert not any("s3:GetObject" in line for line in back)


def test_roles_of_two_configs_are_paired_by_key_and_others_by_name(tmp_path: Path) -> None:
    named = READ.replace("dev", "prod").replace(
        "config:\n", "config:\n  sagemaker-roles:defaults: {nameFormat: '{name}-{environment}'}\n"
    )
    old, other = kept(tmp_path, "a.yaml", READ), kept(tmp_path, "b.yaml", named)
    assert run(old, other)[:2] == (0, ["1 role: 1 with the same access"])
    again = kept(tmp_path, "c.yaml", named.replace("prod", "dev"))
    code, lines, _ = run(old, again)
    assert (code, lines[0]) == (1, "R  ~ name: R -> R-dev")
    lower = kept(tmp_path, "lower.json", {**role(doc(*READS)), "name": "r"})
    assert run(lower, old, "--account", ACCOUNT)[0] == 0


def test_roles_on_one_side_are_new_or_gone(tmp_path: Path) -> None:
    old = kept(tmp_path, "old.json", dump(doc(*READS), name="OneWhoseNameIsVeryLong"))
    other = kept(tmp_path, "new.json", dump(name="NewRoleWhoseNameIsLongerThanThat"))
    code, lines, _ = run(old, other)
    assert code == 1
    assert lines == [
        "NewRoleWhoseNameIsLongerThanThat",
        "                        + new: may do nothing; assumed by",
        "                          sagemaker.amazonaws.com",
        "OneWhoseNameIsVeryLong  - gone: read data (S3); assumed by",
        "                          sagemaker.amazonaws.com",
        "2 roles: 1 new, 1 gone",
    ]


def test_one_role_can_be_asked_for(tmp_path: Path) -> None:
    more = READ + "    S: {buckets: [{name: data, access: [read]}]}\n"
    old, other = kept(tmp_path, "a.yaml", more), kept(tmp_path, "b.yaml", BOTH)
    assert run(old, other)[1][-1] == "2 roles: 1 changed, 1 gone"
    assert run(old, other, "--role", "R")[:2] == (1, [*WROTE, CHANGED])
    document = kept(tmp_path, "p.json", doc(*READS))
    code, _, said = run(document, old)
    assert code == 2
    assert (
        f"p.json: is a policy document, which can be compared with another or with one role; {old}"
        in said
    )
    assert run(document, old, "--role", "S", "--account", ACCOUNT)[0] == 0
    code, _, said = run(old, other, "--role", "r")
    assert (code, said) == (2, "error: --role: has no role `r`; did you mean `R`? (R, S)\n")
    assert "no role `zzzz` (R, S)\n" in run(old, other, "--role", "zzzz")[2]
    assert "--role is for roles" in run(document, document, "--role", "R")[2]


def test_a_trust_policy_is_compared_with_a_role_s(tmp_path: Path) -> None:
    old = kept(tmp_path, "trust.json", trust("lambda.amazonaws.com"))
    other = kept(tmp_path, "role.json", {**role(doc(*READS)), "trust": SAGEMAKER})
    assert run(old, other)[:2] == (
        1,
        [
            "R  + trust: sts:AssumeRole by sagemaker.amazonaws.com",
            "   - trust: sts:AssumeRole by lambda.amazonaws.com",
            CHANGED,
        ],
    )


def test_standard_input_is_told_by_its_content(new: str, tmp_path: Path) -> None:
    assert run("-", new, given=READ)[:2] == (1, [*WROTE, CHANGED])
    content = json.dumps(dump(doc(*READS)))
    for given in (content, b"\xef\xbb\xbf" + content.encode(), gzip.compress(content.encode())):
        assert run("-", new, given=given)[:2] == (1, [*WROTE, CHANGED])
    code, _, said = run("-", new, given="config: [")
    assert code == 2
    assert said.startswith("error: ")
    code, _, said = run("-", kept(tmp_path, "r.json", role()), given="{}")
    assert code == 2
    assert said.startswith("error: -: is no policy document, role")


def git(folder: Path, *arguments: str) -> None:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, env=env)


def test_a_file_is_compared_with_what_it_was_in_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q")
    folder = tmp_path / "stacks"
    folder.mkdir()
    path = kept(folder, "Pulumi.dev.yaml", READ)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "a")
    assert run(path, "--since", "HEAD")[:2] == (0, ["1 role: 1 with the same access"])
    kept(folder, "Pulumi.dev.yaml", BOTH)
    assert run(path, "--since", "HEAD")[:2] == (1, [*WROTE, CHANGED])
    monkeypatch.chdir(folder)
    assert run("Pulumi.dev.yaml", "--since", "HEAD")[:2] == (1, [*WROTE, CHANGED])
    kept(folder, "Pulumi.new.yaml", READ)
    for arguments, expected in (
        (("Pulumi.dev.yaml", "--since", "nowhere"), "--since: git said: fatal: "),
        (("Pulumi.new.yaml", "--since", "HEAD"), "--since: git said: fatal: "),
        (("Pulumi.dev.yaml", "--since", "-x"), "--since: `-x` is no revision of git"),
        (("-", "--since", "HEAD"), "--since reads a file's history; standard input has none"),
        (("--since", "HEAD"), "--since compares one file with what it was; name one"),
    ):
        code, _, said = run(*arguments)
        assert code == 2
        assert said.startswith(f"error: {expected}")
    kept(folder, "Pulumi.dev.yaml", "config: [")
    git(tmp_path, "commit", "-qam", "b")
    kept(folder, "Pulumi.dev.yaml", READ)
    code, _, said = run("Pulumi.dev.yaml", "--since", "HEAD")
    assert code == 2
    assert "is not YAML" in said


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_what_is_deployed_is_compared_with_the_working_tree(
    new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    deployed = kept(tmp_path, "export.json", export(doc(*READS)))
    told = (1, [*WROTE, CHANGED])
    assert new.endswith("Pulumi.dev.yaml")
    assert run("--stack", "dev", "--deployed", deployed, "--account", ACCOUNT)[:2] == told
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    monkeypatch.setenv("PATH", str(bin_), prepend=os.pathsep)
    program(
        bin_,
        "pulumi",
        f'[ "$*" = "stack export --non-interactive --stack o/p/dev" ] && cat {deployed}',
    )
    assert run("--stack", "o/p/dev", "--account", ACCOUNT)[:2] == told
    program(bin_, "pulumi", "echo 'error: no stack named dev found' >&2; exit 1")
    code, _, said = run("--stack", "dev")
    assert (code, said) == (2, "error: --stack dev: pulumi said: error: no stack named dev found\n")
    program(bin_, "pulumi", "exit 1")
    assert run("--stack", "dev")[2] == "error: --stack dev: pulumi said: nothing\n"
    monkeypatch.setattr("rolewright.cli.sources.programs._PATIENCE", 0.1)
    program(bin_, "pulumi", "exec sleep 5")
    assert run("--stack", "dev")[2] == "error: --stack dev: pulumi has not answered in 0.1 s\n"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert run("--stack", "dev")[2] == (
        "error: --stack dev: needs pulumi on PATH: install it, or have `make engine` put one into "
        f"{tmp_path}/rolewright/engine; or name a file of its output by --deployed\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--deployed", "x"), "--deployed goes with --stack NAME; or name both files"),
        (("--stack", "dev", "x"), "--stack says both sides; leave out files and --since"),
        (("--jsonl", "--role", "R"), "--jsonl reads documents from its lines"),
        (("missing.yaml", "missing.json"), "missing.json: can't be read: no such file"),
        (("missing.yaml", "missing.yaml"), "missing.yaml: can't be read: no such file"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: tuple[str, ...], said: str) -> None:
    code, _, error = run(*arguments)
    assert code == 2
    assert error.startswith(f"error: {said}")


def test_sides_without_a_role_to_compare_are_bad_input(tmp_path: Path) -> None:
    empty = kept(tmp_path, "empty.json", {"version": 3, "deployment": {"resources": []}})
    assert run(empty, empty)[::2] == (2, "error: there is no role on either side\n")
    bucket = doc({**allow("s3:GetObject"), "Principal": "*"})
    policy, other = kept(tmp_path, "bucket.json", bucket), kept(tmp_path, "r.json", role())
    code, _, said = run(policy, other)
    assert code == 2
    assert said == f"error: {policy}: is the policy of a resource, which is no role\n"
    huge = kept(tmp_path, "huge.json", json.dumps(doc(*READS)) + " " * (1 << 20))
    assert run(huge, other)[0] == 1


def test_what_may_make_roles_and_is_not_read_is_said(tmp_path: Path) -> None:
    content = export(doc(*READS))
    content["deployment"]["resources"].append(
        {
            "type": "aws:cloudformation/stack:Stack",
            "urn": "urn:pulumi:dev::p::aws:cloudformation/stack:Stack::cf",
            "outputs": {},
        }
    )
    path = kept(tmp_path, "stack.json", content)
    code, _, said = run(path, path)
    assert code == 0
    assert "not compared: cf is a CloudFormation stack, which may make roles" in said


def test_programs_get_the_policy_and_the_config_key_of_each_part(new: str, tmp_path: Path) -> None:
    old = kept(tmp_path, "old.yaml", READ + "    S: {}\n")
    code, lines, _ = run(old, new, "--format", "json")
    found = json.loads("\n".join(lines))
    assert code == 1
    assert (found["old"], found["new"]) == (old, new)
    changed, gone = found["roles"]
    assert changed["role"] == "R"
    assert changed["change"] == "changed"
    assert changed["trust"] == {"relation": "equivalent", "added": [], "removed": []}
    put = changed["access"]["added"][1]
    assert put["actionPattern"] == "s3:PutObject"
    assert put["policy"] == "inline policy `rolewright-buckets`"
    assert put["configKey"] == "roles.R.buckets"
    assert gone["change"] == "removed"
    assert gone["access"] is None
    assert gone["may"] == "may do nothing; assumed by sagemaker.amazonaws.com"


def test_a_pull_request_gets_a_table(new: str, tmp_path: Path) -> None:
    old = kept(tmp_path, "old.yaml", READ)
    code, lines, _ = run(old, new, "--format", "markdown")
    assert code == 1
    assert lines == [
        "### rolewright: 1 role: 1 changed",
        "",
        "| role | change in access |",
        "|---|---|",
        (
            "| `R` | + s3:AbortMultipartUpload, s3:PutObject on arn:aws:s3:::data/\\*"
            "<br>e.g. AbortMultipartUpload arn:aws:s3:::data/a |"
        ),
    ]
    assert run(new, new, "--format", "markdown")[1] == [
        "### rolewright: 1 role: 1 with the same access"
    ]
    one, other = kept(tmp_path, "a.json", doc(READS[0])), kept(tmp_path, "b.json", doc(READS[1]))
    assert run(one, other, "--format", "markdown")[1] == [
        "### rolewright: incomparable",
        "",
        "| change in access |",
        "|---|",
        (
            "| + s3:GetBucketLocation on arn:aws:s3:::data"
            "<br>- s3:GetObject on arn:aws:s3:::data/\\*<br>e.g. GetObject arn:aws:s3:::data/a |"
        ),
    ]
    assert run(one, one, "--format", "markdown")[1] == ["### rolewright: equivalent"]
