"""`rolewright diagnose`: what it prints in each form, what it writes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rolewright.cli import main

GOLDEN = Path(__file__).parent.parent / "cases" / "diagnose" / "golden"
MESSAGE = (
    "An error occurred (AccessDenied) when calling the PutObject operation: User: arn:aws:sts::"
    "111122223333:assumed-role/SageMakerBasicRole/S is not authorized to perform: s3:PutObject on "
    'resource: "arn:aws:s3:::example-bucket/out/m.tar.gz"'
)
NO_ALLOW = MESSAGE + " because no identity-based policy allows the s3:PutObject action"
SCP = (
    MESSAGE + " with an explicit deny in a service control policy: arn:aws:organizations::"
    "987654321098:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd"
)
STACK = """\
config:
  sagemaker-roles:environment: local
  sagemaker-roles:roles:
    SageMakerBasicRole:  # reads
      buckets:
        - {name: example-bucket, access: [list]}
    Other: {path: /ml/}
"""
READS = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::x/*"},
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "Pulumi.local.yaml").write_text(STACK)
    (tmp_path / "reads.json").write_text(json.dumps(READS))
    (tmp_path / "error.txt").write_text(NO_ALLOW)


def _run(*arguments: str, text: str | None = None) -> tuple[int, str, str]:
    run = CliRunner().invoke(main, ["diagnose", *arguments], input=text)
    return run.exit_code, run.stdout, run.stderr


_BY_ROLE = "User: arn:aws:sts::111122223333:assumed-role/SageMakerBasicRole/S is not authorized to perform: "
_CIPHERTEXT = (
    "An error occurred (AccessDeniedException) when calling the Decrypt operation: The ciphertext "
    "refers to a customer master key that does not exist, does not exist in this region, or you "
    "are not allowed to access."
)
_TRUST = (
    "Could not assume role arn:aws:iam::111122223333:role/SageMakerBasicRole. Please ensure that the "
    "role exists and allows principal 'sagemaker.amazonaws.com' to assume the role."
)
_KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_PASSED = "arn:aws:iam::111122223333:role/SageMakerBasicRole"

TEXTS = {
    "scp": (SCP,),
    "no-allow": (NO_ALLOW,),
    "patch": (NO_ALLOW, "--config", "Pulumi.local.yaml"),
    "two-calls": (f"{SCP}\n{MESSAGE.replace('PutObject', 'GetObject')}",),
    "bare": (
        "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied",
    ),
    "deny": ("an explicit deny",),
    "nothing": ("AccessDenied",),
    "lake-formation": ("Insufficient Lake Formation permission(s): Required Select on features",),
    "kms": (_CIPHERTEXT,),
    "trust": (_TRUST, "--config", "Pulumi.local.yaml"),
    "role-path": (
        "SageMaker was unable to assume the role 'arn:aws:iam::111122223333:role/Other'",
        "--config",
        "Pulumi.local.yaml",
    ),
    "user": ("User: arn:aws:iam::111122223333:user/ada is not authorized to perform: iam:GetUser",),
    "document": (json.dumps(READS).replace("GetObject", "GetObjct"),),
    "pass-role": (
        f"{_BY_ROLE}iam:PassRole on resource: {_PASSED}",
        "--config",
        "Pulumi.local.yaml",
    ),
    "key": (f"{_BY_ROLE}kms:Decrypt on resource: {_KEY}", "--config", "Pulumi.local.yaml"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_shown(name: str) -> None:
    status, shown, _ = _run(*TEXTS[name])
    assert status == 0
    assert shown == (GOLDEN / f"{name}.txt").read_text()
    assert all(len(line) <= 80 or "arn:" in line for line in shown.splitlines())


def test_a_text_comes_from_wherever_it_is() -> None:
    shown = _run(NO_ALLOW)[1]
    assert _run("-", text=NO_ALLOW)[1] == shown
    assert _run("error.txt")[1] == shown
    assert _run(*NO_ALLOW.split())[1] == shown


def test_a_text_of_no_denial_ends_with_1() -> None:
    status, shown, _ = _run("the job was a success")
    assert status == 1
    assert shown.splitlines()[0] == "nothing in the text tells of a denied call"
    assert _run("--format", "json", "x" * 5000) == (1, "[]\n", "")


@pytest.mark.parametrize("text", ["s3://data/x", json.dumps(READS).replace(" ", ""), "x" * 5000])
def test_a_message_without_a_space_is_no_files_name(text: str) -> None:
    status, shown, told = _run(text)
    assert (status, told) == (1, "")
    assert shown.startswith("nothing in the text tells of a denied call\n")


def test_programs_get_json() -> None:
    status, shown, _ = _run("--format", "json", NO_ALLOW, "--config", "Pulumi.local.yaml")
    assert status == 0
    (found,) = json.loads(shown)
    causes = found.pop("causes")
    assert [cause["id"] for cause in causes] == ["no-allow"]
    assert set(causes[0]) == {"id", "message", "fix", "inRole"}
    assert found == {
        "action": "s3:PutObject",
        "resource": "arn:aws:s3:::example-bucket/out/m.tar.gz",
        "principal": "arn:aws:sts::111122223333:assumed-role/SageMakerBasicRole/S",
        "deniedBy": "identity",
        "explicit": False,
        "patch": {
            "role": "SageMakerBasicRole",
            "key": "buckets",
            "index": None,
            "entry": {"name": "example-bucket", "access": ["write"], "prefixes": ["out/"]},
            "path": "roles.SageMakerBasicRole.buckets[+]",
        },
    }


def test_the_entry_is_written_and_then_the_role_allows_it() -> None:
    arguments = (NO_ALLOW, "--config", "Pulumi.local.yaml", "--write")
    status, shown, _ = _run(*arguments)
    assert status == 0
    assert shown.splitlines()[-1] == (
        "wrote     roles.SageMakerBasicRole.buckets[+] in Pulumi.local.yaml"
    )
    entry = "        - {name: example-bucket, access: [write], prefixes: [out/]}\n"
    assert Path("Pulumi.local.yaml").read_text() == STACK.replace("    Other", f"{entry}    Other")
    status, shown, _ = _run(*arguments)
    assert status == 1
    assert shown.splitlines()[3].startswith("This is not in the role: as written it allows")
    assert shown.splitlines()[-1] == "wrote     nothing: no entry is missing that would help"


def test_with_json_what_was_written_is_told_on_standard_error() -> None:
    status, shown, told = _run(
        NO_ALLOW, "--config", "Pulumi.local.yaml", "--write", "--format", "json"
    )
    assert status == 0
    assert json.loads(shown)[0]["patch"]["key"] == "buckets"
    assert told == "wrote     roles.SageMakerBasicRole.buckets[+] in Pulumi.local.yaml\n"


def test_each_missing_entry_is_written_once() -> None:
    other = NO_ALLOW.replace("example-bucket", "second-bucket")
    text = "\n".join((NO_ALLOW, other, NO_ALLOW.replace("m.tar.gz", "n.tar.gz")))
    status, shown, _ = _run(text, "--config", "Pulumi.local.yaml", "--write")
    assert status == 0
    written = Path("Pulumi.local.yaml").read_text()
    assert written.count("{name: example-bucket, access: [write], prefixes: [out/]}") == 1
    assert written.count("{name: second-bucket, access: [write], prefixes: [out/]}") == 1
    assert sum(line.startswith("wrote") for line in shown.splitlines()) == 2


def test_a_file_that_cant_be_written_cleanly_is_left() -> None:
    text = STACK.replace(
        "      buckets:\n        - {name: example-bucket, access: [list]}\n",
        "      buckets: &b [{name: example-bucket, access: [list]}]\n",
    ).replace("{path: /ml/}", "{path: /ml/, buckets: *b}")
    Path("Pulumi.local.yaml").write_text(text)
    status, _, told = _run(NO_ALLOW, "--config", "Pulumi.local.yaml", "--write")
    assert status == 2
    assert told == (
        "error: Pulumi.local.yaml: `buckets` is shared by an anchor, and others would change too; "
        "write it by hand\n"
    )
    assert Path("Pulumi.local.yaml").read_text() == text


def test_a_role_may_be_named() -> None:
    text = "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied"
    named = ("--config", "Pulumi.local.yaml", "--role")
    _, shown, _ = _run(text, *named, "other")
    assert "The role as written allows `s3:PutObject` on nothing at all." in " ".join(shown.split())
    assert _run(text, *named, "Othr")[2] == (
        "error: Pulumi.local.yaml: has no role `Othr`; did you mean `Other`? "
        "(SageMakerBasicRole, Other)\n"
    )
    assert _run(text, *named, "zzzzz")[2] == (
        "error: Pulumi.local.yaml: has no role `zzzzz` (SageMakerBasicRole, Other)\n"
    )


def test_a_role_that_the_stack_doesnt_have_is_not_judged() -> None:
    text = NO_ALLOW.replace("SageMakerBasicRole", "SomeRole")
    assert _run(text, "--config", "Pulumi.local.yaml")[1] == _run(text)[1]


def test_documents_make_a_role() -> None:
    _, shown, _ = _run(NO_ALLOW, "--documents", "reads.json")
    assert "No statement of the role as written allows" in shown
    assert "roles.SageMakerBasicRole.buckets[+]" in shown
    Path("all.json").write_text(json.dumps(READS).replace("s3:GetObject", "*").replace("x/*", "*"))
    _, shown, _ = _run(
        NO_ALLOW, "--documents", "all.json", "--documents", "reads.json", "--boundary", "all.json"
    )
    assert "This is not in the role" in shown
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
    Path("trust.json").write_text(json.dumps(trust))
    _, shown, _ = _run(
        "SageMaker was unable to assume the role 'arn:aws:iam::111122223333:role/R'",
        "--trust",
        "trust.json",
    )
    assert "The trust policy as written lets `sagemaker.amazonaws.com` assume" in shown


@pytest.mark.parametrize("option", ["--documents", "--trust", "--boundary"])
def test_a_document_that_is_none_is_named(option: str) -> None:
    Path("bad.json").write_text('{"Version": "2012-10-17"}')
    status, _, told = _run(NO_ALLOW, option, "bad.json")
    assert status == 2
    assert told.startswith("error: bad.json: ")
    assert len(told.splitlines()) == 1


BAD = [
    ((), "paste a message in quotes, or name `-` for standard input"),
    (
        ("nofile.txt",),
        "nofile.txt: there is no such file; name one, paste the message itself in quotes, or",
    ),
    (("logs/denied",), "logs/denied: there is no such file; "),
    ((".",), ".: can't be read: is a directory"),
    (("x", "--write"), "--write needs --config FILE"),
    (("x", "--role", "R"), "--role needs --config FILE"),
    (
        ("x", "--config", "Pulumi.local.yaml", "--trust", "reads.json"),
        "a role comes from --config or from its documents; leave one out",
    ),
    (
        ("--jsonl", "--config", "Pulumi.local.yaml"),
        "--jsonl reads roles from its lines; leave the other options out",
    ),
    (("x", "--config", "none.yaml"), "none.yaml: can't be read: no such file or directory"),
    (("x", "--config", "reads.json"), "reads.json\n  environment: is missing; set it to one of"),
    (("x", "--config", "error.txt"), "`error.txt` is not YAML: "),
]


@pytest.mark.parametrize(("arguments", "said"), BAD)
def test_bad_input_ends_with_2(arguments: tuple[str, ...], said: str) -> None:
    status, shown, told = _run(*arguments)
    assert (status, shown) == (2, "")
    assert told.startswith(f"error: {said}")


def _batch(*lines: Any) -> tuple[int, list[Any]]:
    status, shown, _ = _run("--jsonl", text="".join(json.dumps(line) + "\n" for line in lines))
    return status, [json.loads(line) for line in shown.splitlines()]


def test_batch_lines_are_answered() -> None:
    status, answers = _batch(
        {"id": 1, "text": SCP},
        {"id": 2, "text": "nothing"},
        {"id": 3, "text": NO_ALLOW, "role": {"identityPolicies": [READS]}},
        {"id": 4, "text": NO_ALLOW, "role": None},
    )
    assert status == 0
    assert [answer["id"] for answer in answers] == [1, 2, 3, 4]
    keys = {"id", "action", "resource", "principal", "deniedBy", "explicit", "causes", "patch"}
    assert all(set(answer) == keys for answer in answers)
    assert (answers[0]["deniedBy"], answers[0]["explicit"]) == ("scp", True)
    assert answers[1] == {
        "id": 2,
        "action": None,
        "resource": None,
        "principal": None,
        "deniedBy": "unknown",
        "explicit": None,
        "causes": [],
        "patch": None,
    }
    assert answers[2]["patch"]["entry"]["name"] == "example-bucket"
    assert answers[3]["patch"] is None


def test_bad_batch_lines_are_told() -> None:
    status, answers = _batch(
        {"id": 1, "text": 5},
        {"id": 2},
        {"id": 3, "text": NO_ALLOW, "role": {"policies": []}},
        {"id": 4, "text": NO_ALLOW},
    )
    assert status == 2
    role = "role: `policies` is not a key of a line; did you mean `identityPolicies`?"
    errors = [answer.get("error") for answer in answers]
    assert errors[:2] == ["text: must be a string", "has no `text`"]
    assert errors[2].startswith(role)
    assert errors[3] is None


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_a_stack_is_in_its_regions_partition(region: str, partition: str) -> None:
    Path("Pulumi.local.yaml").write_text(
        STACK.replace("config:", f"config:\n  aws:region: {region}")
    )
    text = NO_ALLOW.replace("arn:aws:", f"arn:{partition}:")
    _, shown, _ = _run(text, "--config", "Pulumi.local.yaml")
    assert f"arn:{partition}:s3:::example-bucket/out/*" in shown
