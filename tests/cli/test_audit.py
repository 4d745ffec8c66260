"""`rolewright audit`: what it reads, what it prints in each form, and how it ends."""

from __future__ import annotations

import gzip
import json
import sys
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from click.testing import CliRunner
from moto import mock_aws

from rolewright.cli import main
from tests.audit.accounts import IAM, READ_ONLY, TRUST, allow, document, dump, policy, role

if TYPE_CHECKING:
    from pathlib import Path

HARMLESS = document(allow("s3:GetObject", "arn:aws:s3:::data/*", Sid="Get"))
WRITES = document(allow("s3:PutObject", "arn:aws:s3:::data-*/*", Sid="Put"))
ROLE = {
    "name": "TrainingRole",
    "trust": TRUST,
    "identityPolicies": [WRITES],
    "permissionsBoundaries": [document(allow("s3:*", "*"))],
}
STRICT = ["--guardrails", "guardrails.json"]
SHOWN = """\
TrainingRole   role.json
  mandatory  data-buckets
    TrainingRole may change buckets that match `data-*` (`s3:PutObject`)
      in      inline policy `identityPolicies[0]`, statement `Put`
      fix     name the buckets under `buckets`, or add them to this guardrail's
              `allowed`

1 role: 1 violation, 0 advisories
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    # The others advise on what these roles have in common.
    settings = {"all": "disabled", "data-buckets": "mandatory", "boundary-required": "mandatory"}
    write(tmp_path / "guardrails.json", settings)
    write(tmp_path / "role.json", ROLE)
    write(tmp_path / "clean.json", HARMLESS)


def write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content))


def run(*arguments: str, text: str | bytes | None = None) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["audit", *arguments], input=text)
    return done.exit_code, done.stdout, done.stderr


def found(*arguments: str, text: str | bytes | None = None) -> list[dict[str, Any]]:
    status, shown, _ = run(*STRICT, "--format", "json", *arguments, text=text)
    content = json.loads(shown)
    assert status == bool(content["violations"])
    return content["findings"]


def told(findings: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(finding["role"], finding["guardrail"]) for finding in findings]


def test_a_role_is_judged_and_its_findings_shown() -> None:
    assert run(*STRICT, "role.json") == (1, SHOWN, "")


def test_a_clean_role_ends_with_0() -> None:
    assert run(*STRICT, "clean.json") == (0, "1 role: 0 violations, 0 advisories\n", "")


def test_advice_is_shown_and_ends_with_0() -> None:
    status, shown, _ = run("role.json", "--environment", "local", "--guardrails", "advice.json")
    assert status == 2
    write_advice = {"all": "disabled", "data-buckets": "advisory"}
    with open("advice.json", "w") as file:  # noqa: PTH123  # the folder is the test's own
        json.dump(write_advice, file)
    status, shown, _ = run("role.json", "--guardrails", "advice.json")
    assert (status, shown.splitlines()[1]) == (0, "  advisory  data-buckets")
    assert shown.endswith("1 role: 0 violations, 1 advisory\n")


def test_findings_are_json_for_programs() -> None:
    (finding,) = found("role.json")
    assert finding.pop("fingerprint")
    assert finding.pop("fix").startswith("name the buckets")
    assert finding == {
        "guardrail": "data-buckets",
        "severity": "high",
        "level": "mandatory",
        "role": "TrainingRole",
        "arn": None,
        "source": "role.json",
        "policy": "inline policy `identityPolicies[0]`",
        "statement": "Put",
        "message": "may change buckets that match `data-*` (`s3:PutObject`)",
        "details": [],
        "configKey": None,
        "waived": False,
        "waiver": None,
    }


def test_a_lone_document_is_a_role_of_which_no_more_is_known(tmp_path: Path) -> None:
    text = json.dumps(document(allow("s3:GetObject"), allow("s3:PutObject", "*")), indent=1)
    (tmp_path / "jobs.json").write_text(text)
    assert told(found("jobs.json")) == [("jobs", "data-buckets")]
    assert told(found("-", text=text)) == [("stdin", "data-buckets")]
    status, shown, _ = run(*STRICT, "--format", "sarif", "jobs.json")
    assert status == 1
    (result,) = json.loads(shown)["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    # The second statement's own line.
    assert text.splitlines()[region["startLine"] - 1 :][2].strip() == '"Action": "s3:PutObject",'


def test_a_lone_trust_policy_is_judged_as_such(tmp_path: Path) -> None:
    anyone = document({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"})
    write(tmp_path / "trust.json", anyone)
    status, shown, _ = run("trust.json")
    assert status == 1
    assert "trust may be assumed by anyone" in shown


def test_a_folder_is_looked_through_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    (folder / "b").mkdir(parents=True)
    write(folder / "z.json", ROLE)
    write(folder / "b" / "a.json", WRITES)
    write(folder / "package.json", {"name": "x"})
    write(folder / "list.json", [1])
    (folder / "notes.txt").write_text("not JSON")
    bucket = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    write(folder / "bucket.json", document(bucket))
    status, shown, said = run(*STRICT, "policies")
    assert status == 1
    assert [line for line in shown.splitlines() if "   policies" in line] == [
        "a   policies/b/a.json",
        "TrainingRole   policies/z.json",
    ]
    assert [line.partition(": is")[0] for line in said.splitlines()] == [
        "skipped: policies/bucket.json",
        "skipped: policies/list.json",
        "skipped: policies/package.json",
    ]


def test_roles_that_stand_alone_are_beside_one_another(tmp_path: Path) -> None:
    """A role may pass the other, and the other can do what it can't."""
    passing = document(
        allow(
            "iam:PassRole",
            f"{IAM}:role/Other",
            Condition={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        )
    )
    write(tmp_path / "one.json", {"name": "One", "trust": TRUST, "identityPolicies": [passing]})
    write(tmp_path / "two.json", {"name": "Other", "trust": TRUST, "identityPolicies": [WRITES]})
    write(tmp_path / "guardrails.json", {"all": "disabled", "pass-role-scoped": "mandatory"})
    assert told(found("one.json", "two.json")) == [("One", "pass-role-scoped")]
    assert "may pass `Other`" in found("two.json", "one.json")[0]["message"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_dump_of_an_account_is_told_by_its_content(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001  # pytest gives it by name
    content = dump(
        role("Clean", HARMLESS),
        role("Writer", attached=(f"{IAM}:policy/own", READ_ONLY)),
        role("AWSServiceRoleForX", Path="/aws-service-role/x.amazonaws.com/"),
        policies=(policy("own", WRITES),),
    )
    text = json.dumps(content).encode()
    (tmp_path / "details").write_bytes(gzip.compress(text) if packed else text)
    findings = found("details")
    assert told(findings) == [
        ("Clean", "boundary-required"),
        ("Writer", "boundary-required"),
        ("Writer", "data-buckets"),
        ("Writer", "data-buckets"),
    ] or sorted(told(findings)) == sorted(
        [
            ("Clean", "boundary-required"),
            ("Writer", "boundary-required"),
            ("Writer", "data-buckets"),
            ("Writer", "data-buckets"),
        ]
    )
    assert findings[0]["arn"] == f"{IAM}:role/Clean"
    _, shown, _ = run(*STRICT, "details")
    assert shown.endswith(
        "1 service-linked role left out: AWS alone writes those\n"
        "2 roles: 4 violations, 0 advisories\n"
    )


def test_a_dump_may_begin_with_anything(tmp_path: Path) -> None:
    write(tmp_path / "d.json", {"Extra": {}, **dump(role("Writer", WRITES))})
    assert ("Writer", "data-buckets") in told(found("d.json"))
    assert ("Writer", "data-buckets") in told(
        found("-", text=json.dumps(dump(role("Writer", WRITES))))
    )


def exported(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources)}}


def resource(kind: str, key: str, /, **outputs: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:dev::p::{kind}::{key}", "type": kind, "outputs": outputs}


def test_a_deployed_stack_is_judged_with_what_runs_as_its_roles(tmp_path: Path) -> None:
    content = exported(
        resource(
            "aws:iam/role:Role", "r", name="Writer", assumeRolePolicy=json.dumps(TRUST), path="/"
        ),
        resource(
            "aws:iam/rolePolicy:RolePolicy",
            "p",
            name="own",
            role="Writer",
            policy=json.dumps(WRITES),
        ),
        resource("aws:sagemaker/notebookInstance:NotebookInstance", "n", name="notebook"),
        resource("aws:cloudformation/stack:Stack", "legacy", name="legacy"),
    )
    write(tmp_path / "export.json", content)
    settings = {
        "all": "disabled",
        "data-buckets": "mandatory",
        "checkable-at-preview": "mandatory",
        "notebook-hardened": "mandatory",
    }
    write(tmp_path / "guardrails.json", settings)
    by_option = found("--stack", "export.json")
    assert set(told(by_option)) == {
        ("Writer", "data-buckets"),
        ("notebook", "notebook-hardened"),
        ("legacy", "checkable-at-preview"),
    }
    assert by_option == found("export.json")


STACK = """\
config:
  aws:region: eu-west-1
  sagemaker-roles:environment: dev
  sagemaker-roles:roles:
    Reader:
      managedPolicies: [AmazonS3ReadOnlyAccess]
      permissionsBoundary: arn:aws:iam::123456789012:policy/bound
      policies:
        Own: {managed: true, buckets: [{name: data, access: [read]}]}
      buckets: [{name: data, access: [list]}]
    Legacy:
      existing: true
      buckets: [{name: data, access: [read]}]
"""


def test_a_stack_config_alone_is_enough(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text(STACK)
    status, shown, _ = run("--config", "Pulumi.dev.yaml", "--format", "json")
    content = json.loads(shown)
    assert (status, content["violations"], content["roles"]) == (0, 0, 2)
    (finding,) = (one for one in content["findings"] if one["guardrail"] == "data-buckets")
    assert (finding["role"], finding["configKey"]) == ("Reader", "roles.Reader.managedPolicies[0]")
    # The stack's own environment counts, unless another is given.
    assert run("--config", "Pulumi.dev.yaml", "--environment", "prod")[0] == 1


def test_a_policy_that_is_not_in_the_stack_config_cannot_be_checked(tmp_path: Path) -> None:
    elsewhere = "arn:aws:iam::123456789012:policy/elsewhere"
    (tmp_path / "Pulumi.dev.yaml").write_text(
        STACK.replace("[AmazonS3ReadOnlyAccess]", f"['{elsewhere}']")
    )
    (finding,) = found("--config", "Pulumi.dev.yaml")
    assert (finding["policy"], finding["level"]) == ("managed policy `elsewhere`", "mandatory")
    assert finding["message"].startswith(
        "can't be checked: its document is not in the stack config"
    )


@pytest.mark.parametrize(
    ("region", "partition"),
    [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")],
)
def test_the_partition_is_that_of_the_region(tmp_path: Path, region: str, partition: str) -> None:
    (tmp_path / "Pulumi.x.yaml").write_text(
        f"config:\n  aws:region: {region}\n  sagemaker-roles:environment: prod\n"
        "  sagemaker-roles:roles:\n    R: {buckets: [{name: data, access: [list]}]}\n"
    )
    arguments = ("--config", "Pulumi.x.yaml", "--account", "210987654321")
    (finding,) = found(*arguments)
    assert finding["arn"] == f"arn:{partition}:iam::210987654321:role/R"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config: [", "`Pulumi.x.yaml` is not YAML"),
        ("config: " + "[" * 5000, "`Pulumi.x.yaml` is nested too deep"),
        ("config: {a: 2024-13-45}", "`Pulumi.x.yaml` is not YAML: "),
        ("\0", "`Pulumi.x.yaml` is not YAML: "),
        ("config: {sagemaker-roles:roles: {1: 2, [a]: b}}", "error: Pulumi.x.yaml"),
        ("config: {sagemaker-roles:roles: &a {R: *a}}", "Pulumi.x.yaml: an anchor of the stack"),
        (
            "config:\n  sagemaker-roles:environment: prod\n  sagemaker-roles:roles: {R: {bucket: []}}\n",
            "Pulumi.x.yaml\n  roles.R.bucket: is not a known key; did you mean `buckets`?",
        ),
    ],
)
def test_a_stack_config_that_is_wrong_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "Pulumi.x.yaml").write_text(text)
    status, _, error = run("--config", "Pulumi.x.yaml")
    assert status == 2
    assert said in error


def test_a_stacks_file_that_is_named_as_a_document_is_sent_to_its_option(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.x.yaml").write_text("config: {}")
    status, _, error = run("Pulumi.x.yaml")
    assert status == 2
    assert error == (
        "error: Pulumi.x.yaml: is not JSON; give a stack's file by `--config`, as in "
        "`audit --config Pulumi.x.yaml`\n"
    )


def test_a_live_account_is_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        session: Any = boto3
        iam: Any = session.client("iam")
        iam.create_role(RoleName="Writer", AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.put_role_policy(
            RoleName="Writer", PolicyName="own", PolicyDocument=json.dumps(HARMLESS)
        )
        made = iam.create_policy(PolicyName="writes", PolicyDocument=json.dumps(WRITES))
        iam.attach_role_policy(RoleName="Writer", PolicyArn=made["Policy"]["Arn"])
        findings = found("--live")
    assert set(told(findings)) == {("Writer", "boundary-required"), ("Writer", "data-buckets")}
    assert {finding["source"] for finding in findings} == {None}


def test_without_credentials_or_boto3_live_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def client(*_: Any, **__: Any) -> Any:
        raise NoCredentialsError

    monkeypatch.setattr(boto3, "client", client)
    assert run("--live")[0::2] == (2, "error: live: Unable to locate credentials\n")
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert run("--live")[0::2] == (
        2,
        "error: --live needs boto3; install `rolewright[live]`\n",
    )


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_a_baseline_leaves_what_is_new(tmp_path: Path, form: str) -> None:
    _, before, _ = run(*STRICT, "role.json", "--format", form)
    (tmp_path / "before").write_text(before)
    status, shown, _ = run(*STRICT, "role.json", "--baseline", "before")
    assert (status, shown) == (
        0,
        "1 role: 0 violations, 0 advisories; 1 in the baseline not shown\n",
    )
    write(tmp_path / "new.json", document(allow("s3:DeleteObject", "*")))
    status, shown, _ = run(*STRICT, "role.json", "new.json", "--baseline", "before")
    assert status == 1
    assert "2 roles: 1 violation, 0 advisories; 1 in the baseline" in shown


def test_findings_are_markdown_for_a_pull_request() -> None:
    status, shown, _ = run(*STRICT, "role.json", "--format", "markdown")
    assert status == 1
    assert shown.startswith("### rolewright: 1 violation\n\n1 role: 1 violation, 0 advisories\n")
    assert "| **mandatory** | `data-buckets` | `TrainingRole` |" in shown


def test_waivers_are_shown_and_those_for_nothing_told(tmp_path: Path) -> None:
    waiver = {"role": "TrainingRole", "reason": "moves", "owner": "ml", "expires": "2999-01-01"}
    late = {**waiver, "expires": "2020-01-01", "sid": "Put"}
    other = {**waiver, "role": "Nobody"}
    settings = {"all": "disabled", "data-buckets": {"enforcementLevel": "mandatory"}}
    settings["data-buckets"]["waivers"] = [waiver, other]  # type: ignore[call-overload, index]  # pyright: ignore[reportArgumentType]
    write(tmp_path / "guardrails.json", settings)
    status, shown, _ = run(*STRICT, "role.json")
    assert status == 0
    assert "  advisory  data-buckets  waived\n" in shown
    assert "      waived  until 2999-01-01 by ml: moves\n" in shown
    assert "data-buckets.waivers[1]: nothing is found for role `Nobody`; drop it\n" in shown
    assert "1 advisory, 1 of them waived\n" in shown
    (finding,) = found("role.json")
    assert finding["waiver"] == {"reason": "moves", "owner": "ml", "expires": "2999-01-01"}
    settings["data-buckets"]["waivers"] = [late]  # type: ignore[call-overload, index]  # pyright: ignore[reportArgumentType]
    write(tmp_path / "guardrails.json", settings)
    status, shown, _ = run(*STRICT, "role.json")
    assert status == 1
    assert "      waived  not any more: until 2020-01-01 by ml: moves\n" in shown


def test_a_finding_may_be_about_a_document_as_a_whole(tmp_path: Path) -> None:
    wanted = {"enforcementLevel": "mandatory", "arn": f"{IAM}:policy/bound"}
    write(tmp_path / "guardrails.json", {"all": "disabled", "boundary-required": wanted})
    status, shown, _ = run(*STRICT, "role.json")
    assert status == 1
    assert "      in      permissions boundary `permissionsBoundaries`\n" in shown


def test_evidence_is_shown(tmp_path: Path) -> None:
    passing = document(
        allow("iam:PassRole", "*"), allow("sagemaker:CreateTrainingJob", "*", Sid="Jobs")
    )
    write(tmp_path / "jobs.json", passing)
    write(tmp_path / "guardrails.json", {"all": "disabled", "no-privilege-escalation": "mandatory"})
    status, shown, _ = run(*STRICT, "jobs.json")
    assert status == 1
    assert "        iam:PassRole" in shown or "      iam:PassRole" in shown


BAD_FILES: list[tuple[Any, str]] = [
    ("{", "not JSON"),
    ('{"Statement": 1, "Statement": 2}', "the key `Statement` stands twice"),
    ('{"Version": "2012-10-17", "Statement": []}', "Statement: is empty"),
    ('{"name": "R", "trust": {}}', "trust: has no `Statement`"),
    ('{"trust": null, "identityPolicies": [{}]}', "identityPolicies[0]: has no `Statement`"),
    ('{"trust": null, "identityPolicy": []}', "`identityPolicy` is not a key"),
    ('{"trust": null, "name": 5}', "name: must be a name"),
    ('{"trust": null, "id": 5}', "`id` is not a key of a role"),
    ('{"deployment": {"resources": [1]}}', "is not what `pulumi stack export` prints"),
    ('{"RoleDetailList": [1]}', "RoleDetailList[0]: has no `Arn`"),
    ('{"RoleDetailList": [', "not JSON: expecting value"),
    ('{"a": 1}', "is no policy document, role, output of"),
    ("[" * 100_000, "nested too deep"),
    (b"\xff\xfe", "is not UTF-8 text (byte 0)"),
    (gzip.compress(b"{}", mtime=0)[:12], "can't be unpacked"),
]


@pytest.mark.parametrize(("content", "said"), BAD_FILES)
def test_a_file_that_cant_be_used_does_not_stop_the_others(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    given = content.encode() if isinstance(content, str) else content
    (tmp_path / "bad.json").write_bytes(given)
    status, shown, error = run(*STRICT, "bad.json", "role.json")
    assert (status, shown) == (2, SHOWN)
    assert error.startswith("error: bad.json: ")
    assert said in error


@pytest.mark.parametrize("form", ["text", "json", "sarif", "markdown"])
def test_where_nothing_could_be_read_nothing_is_counted(form: str) -> None:
    status, shown, error = run("missing.json", "--format", form)
    assert (status, shown) == (2, "")
    assert error == "error: missing.json: can't be read: no such file or directory\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to audit; name files or folders, --stack, --config or --live"),
        (["empty"], "there is nothing to audit in it; name policy documents or roles"),
        (["missing.json"], "missing.json: can't be read: no such file or directory"),
        (["--config", "missing.yaml"], "missing.yaml: can't be read: no such file or directory"),
        (["role.json", "--guardrails", "x"], "x: can't be read: no such file or directory"),
        (["role.json", "--guardrails", "bad"], "bad: not JSON"),
        (["role.json", "--guardrails", "list"], "list: must be a JSON object"),
        (["role.json", "--guardrails", "typo"], "typo\n  data-bucket: is not a guardrail"),
        (["role.json", "--baseline", "typo"], "typo: is no output of `audit`"),
        (["role.json", "--baseline", "runs"], "runs: is no output of `audit`"),
        (["--jsonl", "--live"], "--jsonl reads roles from its lines"),
    ],
)
def test_bad_input_ends_with_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").write_text("{")
    write(tmp_path / "list", [])
    write(tmp_path / "typo", {"data-bucket": "advisory"})
    write(tmp_path / "runs", {"runs": [{"results": [{}]}]})
    status, shown, error = run(*arguments)
    assert status == 2
    assert f"error: {said}" in error
    assert "Traceback" not in shown + error


def test_a_dump_whose_entry_is_wrong_is_told(tmp_path: Path) -> None:
    bad = role("R")
    del bad["RoleName"]
    write(tmp_path / "d.json", dump(bad))
    assert run("d.json")[0::2] == (
        2,
        "error: d.json: RoleDetailList[0].RoleName: is missing or no text\n",
    )


def test_standard_input_is_read_once() -> None:
    assert run("-", "-", text="{}")[0::2] == (
        2,
        "error: `-` stands twice; standard input can be read once\n",
    )


def test_a_guardrail_that_is_set_twice_is_refused(tmp_path: Path) -> None:
    text = '{"data-buckets": "mandatory", "data-buckets": "disabled"}'
    (tmp_path / "set.json").write_text(text)
    write(tmp_path / "role.json", ROLE)
    assert run("role.json", "--guardrails", "set.json")[0::2] == (
        2,
        "error: set.json: the key `data-buckets` stands twice in one object; keep one\n",
    )


def test_roles_of_a_folder_are_told_apart_by_their_names(tmp_path: Path) -> None:
    def passer(target: str) -> dict[str, Any]:
        passes = allow(
            "iam:PassRole",
            f"arn:aws:iam::123456789012:role/{target}",
            Condition={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        )
        own = [document(passes, allow("sagemaker:CreateTrainingJob", "*"), allow("s3:GetObject"))]
        return {"name": f"{target}Passer", "trust": TRUST, "identityPolicies": own}

    folder = tmp_path / "roles"
    folder.mkdir()
    write(folder / "a.json", passer("Admin"))
    write(folder / "b.json", passer("Small"))
    everything = document(allow("*", "*"))
    write(folder / "c.json", {"name": "Admin", "trust": TRUST, "identityPolicies": [everything]})
    reads = document(allow("s3:GetObject"))
    write(folder / "d.json", {"name": "Small", "trust": TRUST, "identityPolicies": [reads]})
    _, shown, _ = run("roles", "--format", "json")
    found = [
        (one["role"], one["severity"])
        for one in json.loads(shown)["findings"]
        if one["guardrail"] == "no-privilege-escalation" and one["role"] != "Admin"
    ]
    assert found == [("AdminPasser", "critical")]


def test_a_line_tells_what_is_waived_and_why(tmp_path: Path) -> None:
    waiver = {"role": "TrainingRole", "reason": "moves on", "owner": "ml", "expires": "2999-01-01"}
    (tmp_path / "g.json").write_text(
        json.dumps(
            {
                "all": "disabled",
                "data-buckets": {"enforcementLevel": "mandatory", "waivers": [waiver]},
            }
        )
    )
    line = json.dumps({"id": 1, "role": ROLE}) + "\n"
    _, shown, _ = run("--guardrails", "g.json", "--jsonl", text=line)
    (violation,) = json.loads(shown)["violations"]
    assert (violation["level"], violation["waived"]) == ("advisory", "moves on")


def test_batch_lines() -> None:
    lines: list[dict[str, Any]] = [
        {"id": 1, "role": ROLE},
        {"id": 2, "role": {**ROLE, "identityPolicies": [json.dumps(HARMLESS)]}},
        {"id": 3, "role": {"nam": "R"}},
        {"id": 4},
        {"id": 5, "role": []},
        {"id": 6, "role": {"identityPolicies": [1]}},
        {"id": 7, "role": {"identityPolicies": [TRUST]}},
    ]
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    status, shown, _ = run(*STRICT, "--jsonl", text=text)
    assert status == 2
    assert [json.loads(line) for line in shown.splitlines()] == [
        {
            "id": 1,
            "violations": [
                {
                    "guardrail": "data-buckets",
                    "severity": "high",
                    "statement": "Put",
                    "message": "may change buckets that match `data-*` (`s3:PutObject`)",
                    "level": "mandatory",
                }
            ],
        },
        {"id": 2, "violations": []},
        {
            "id": 3,
            "error": "role: `nam` is not a key of a line; did you mean `name`? "
            "(id, name, trust, identityPolicies, permissionsBoundaries)",
        },
        {"id": 4, "error": "has no `role`"},
        {"id": 5, "error": "role: must be an object"},
        {"id": 6, "error": "role.identityPolicies[0]: not a policy document: it must be an object"},
        {
            "id": 7,
            "error": "role.identityPolicies[0].Statement[0].Principal: names principals, which only "
            "a policy of a resource or an endpoint does",
        },
    ]


def test_a_detail_whose_list_is_none_is_one_line(tmp_path: Path) -> None:
    detail = {"RoleName": "R", "Arn": "arn:aws:iam::123456789012:role/R", "RolePolicyList": 5}
    (tmp_path / "bad.json").write_text(json.dumps({"RoleDetailList": [detail]}))
    status, _, error = run("bad.json")
    assert (status, error) == (
        2,
        "error: bad.json: RoleDetailList[0].RolePolicyList: must be a list\n",
    )
