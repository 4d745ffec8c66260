"""`rolewright explain`: golden outputs, every source of a role, and words for bad input."""

from __future__ import annotations

import gc
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws
from ruamel.yaml import YAML

from local_aws.paths import ROOT
from rolewright.cli import main
from rolewright.explain.yaml_flow import flow
from rolewright.iam.evaluation import Evaluator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

    from rolewright.iam import Decision, Request

GOLDEN = sorted((Path(__file__).parent / "golden" / "explain").glob("*.txt"))
INPUTS = "tests/cases/explain/inputs"
CONFIG = ("--config", "Pulumi.local.yaml")
PUT = ("s3:PutObject", "arn:aws:s3:::example-bucket/out/m.tar.gz")
LIST = ("s3:ListBucket", "arn:aws:s3:::example-bucket")


@pytest.fixture(autouse=True)
def in_the_top_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    yield
    gc.unfreeze()


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments], input=stdin)


def answer(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--format", "json").stdout)
    return found


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.stem)
def test_the_output_is_as_it_was(golden: Path) -> None:
    """A golden file is a command, its output, and its exit status."""
    first, _, rest = golden.read_text().partition("\n")
    arguments = shlex.split(first.removeprefix("$ rolewright explain "))
    result = run(*arguments)
    assert rest == f"{result.stdout}{result.stderr}exit {result.exit_code}\n"


def test_no_line_is_longer_than_the_terminal_unless_a_word_is() -> None:
    for golden in GOLDEN:
        for line in golden.read_text().splitlines()[1:]:
            word = max(line.split(), key=len, default="")
            assert len(line) <= 80 or line.startswith("error:") or len(word) > 50


def test_one_explanation_takes_one_evaluation(monkeypatch: pytest.MonkeyPatch) -> None:
    decided: list[tuple[int, Request]] = []
    decide = Evaluator.decide

    def counted(self: Evaluator, request: Request) -> Decision:
        decided.append((id(self.policies), request))
        return decide(self, request)

    monkeypatch.setattr(Evaluator, "decide", counted)
    assert run("SageMakerBasicRole", *LIST, *CONFIG).exit_code == 0
    assert len(decided) == 1


def test_the_question_itself_is_evaluated_once_though_a_fix_is_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decided: list[int] = []
    decide = Evaluator.decide

    def counted(self: Evaluator, request: Request) -> Decision:
        decided.append(len(self.policies.identity))
        return decide(self, request)

    monkeypatch.setattr(Evaluator, "decide", counted)
    assert run("SageMakerBasicRole", *PUT, *CONFIG).exit_code == 1
    # The role has two policies; with what is proposed they are three.
    assert decided.count(2) == 1


def test_json_has_the_same_keys_whatever_the_answer() -> None:
    allowed = answer("SageMakerBasicRole", *LIST, *CONFIG)
    denied = answer("SageMakerBasicRole", *PUT, *CONFIG)
    depends = answer(
        "SageMakerBasicRole", "sts:AssumeRole", "arn:aws:iam::123456789012:role/SageMakerBasicRole",
        *CONFIG, "--principal", "sagemaker.amazonaws.com",
    )  # fmt: skip
    assert list(allowed) == list(denied) == list(depends)
    assert [one["outcome"] for one in (allowed, denied, depends)] == [
        "allowed",
        "denied",
        "depends",
    ]
    assert allowed["because"][0] == {
        "policyType": "identity",
        "policy": "CustomS3Policy",
        "statement": "ListExampleBucket",
        "effect": "Allow",
        "configKey": "roles.SageMakerBasicRole.policies.CustomS3Policy",
        "urn": None,
    }
    assert denied["fix"]["path"] == "roles.SageMakerBasicRole.buckets[+]"
    assert denied["fix"]["adds"][0]["resources"] == ["arn:aws:s3:::example-bucket/out/*"]
    assert denied["nearest"][0]["elements"][0]["words"] == "none is s3:PutObject"
    assert depends["dependsOn"][0]["words"] == "aws:SourceAccount is 123456789012"


def test_json_tells_of_variables_and_conditions() -> None:
    found = answer(
        "R", "s3:GetObject", "arn:aws:s3:::data/a/x", "--documents", f"{INPUTS}/identity.json"
    )
    assert found["dependsOn"][0]["operator"] is None
    assert found["dependsOn"][0]["words"] is None
    found = answer(
        "R", "iam:PassRole", "arn:aws:iam::123456789012:role/T",
        "--documents", f"{INPUTS}/identity.json", "--context", "a:b=1", "--context", "a:b=2",
    )  # fmt: skip
    assert found["request"]["context"] == {"a:b": ["1", "2"]}
    assert found["fix"]["when"] == [
        {
            "operator": "StringEquals",
            "key": "iam:PassedToService",
            "values": ["sagemaker.amazonaws.com"],
        }
    ]
    found = answer(
        "R", "s3:ListBucket", "arn:aws:s3:::data", "--documents", f"{INPUTS}/identity.json",
        "--context", "s3:prefix=other/",
    )  # fmt: skip
    assert found["nearest"][0]["elements"][2]["condition"]["key"] == "s3:prefix"
    assert found["nearest"][0]["elements"][2]["words"] == "the request has other/"


def test_documents_with_a_trust_policy_are_all_of_a_role_as_for_audit_and_diagnose() -> None:
    asked = ("R", *PUT, "--documents", f"{INPUTS}/identity.json")
    assert answer(*asked)["partlySeen"]
    assert not answer(*asked, "--trust", f"{INPUTS}/trust.json")["partlySeen"]
    assert answer(*asked, "--boundary", f"{INPUTS}/boundary.json")["partlySeen"]


BAD: list[tuple[tuple[str, ...], str]] = [
    (("R", *PUT), "where is the role? name --config, --documents, --stack or --live"),
    (("R", *PUT, "--live", "--stack", "x"), "--stack and --live are different roles; leave"),
    (("R", "s3", "*", *CONFIG), "`s3` is not one action; write it like `s3:GetObject`"),
    (("R", "s3:Get*", "*", *CONFIG), "`s3:Get*` is not one action"),
    (("R", "s3:GetObjet", "*", *CONFIG), "did you mean `s3:GetObject`?"),
    (("R", "ss3:GetObject", "*", *CONFIG), "did you mean `s3:GetObject`?"),
    (("R", "qqqqqqqq:x", "*", *CONFIG), "`qqqqqqqq:x` is not an action that AWS documents\n"),
    (("R", "s3:GetObject", "bucket/x", *CONFIG), "`bucket/x` is not a resource; give its ARN"),
    (("R", *PUT, *CONFIG, "--context", "x"), "--context `x` is not KEY=VALUE"),
    (("SageMakerBasic", *PUT, *CONFIG), "did you mean `SageMakerBasicRole`?"),
    (("zzzzzzzzzz", *PUT, *CONFIG), "has no role `zzzzzzzzzz` (SageMakerBasicRole,"),
    (("R", *PUT, "--config", "nowhere.yaml"), "nowhere.yaml: can't be read: no such file"),
    (("R", *PUT, "--config", "Makefile"), "is not YAML"),
    (("R", *PUT, "--documents", "Makefile"), "Makefile: "),
    (("R", *PUT, "--documents", "nowhere.json"), "nowhere.json: can't be read"),
    (("R", *PUT, "--documents", "Pulumi.dev.yaml"), "give a stack's file by `--config`, as in"),
    (("R", *PUT, "--stack", "Pulumi.dev.yaml"), "give a stack's file by `--config`, as in"),
    (("R", *PUT, "--stack", "Makefile"), "Makefile: not JSON"),
    (("R", *PUT, "--stack", "docs"), "docs: can't be read: is a directory"),
    (("R", *PUT, "--config", "docs"), "docs: can't be read: is a directory"),
    (("R", *PUT, "--stack", "stack.schema.json"), "has no role `R` (it has none)"),
    (
        ("R", "sts:AssumeRole", "arn:aws:iam::123456789012:role/R", "--documents",
         f"{INPUTS}/identity.json"),
        "the trust policy of `R` is not known; give it by --trust",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("NoSuchRole", ""),
        ("MyRole", ""),
        ("Traning", "; did you mean `TrainingRole`?"),
        ("arn:aws:iam::123456789012:role/ml/TrainngRole-dev", "; did you mean `TrainingRole-dev`?"),
        ("role", ""),
    ],
)
def test_each_role_there_is_is_listed_once_and_the_nearest_of_its_names_is_meant(
    name: str, hint: str
) -> None:
    roles = "DataScientistRole, TrainingRole, MLOpsRole, InferenceRole"
    assert run(name, *PUT, "--config", "Pulumi.dev.yaml").stderr == (
        f"error: Pulumi.dev.yaml: has no role `{name}`{hint} ({roles})\n"
    )


@pytest.mark.parametrize("name", ["TrainingRole", "trainingrole-DEV"])
def test_a_role_of_a_stack_is_found_by_its_key_or_its_name(name: str) -> None:
    assert run(name, *LIST, "--stack", f"{INPUTS}/export.json").exit_code == 0


@pytest.mark.parametrize(("arguments", "said"), BAD, ids=[said[:40] for _, said in BAD])
def test_bad_input_ends_with_a_line(arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not result.stdout


def test_a_config_with_a_mistake_is_told(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text("config:\n  sagemaker-roles:environment: dev\n  sagemaker-roles:roles: {}\n")
    result = run("R", *PUT, "--config", str(file))
    assert (result.exit_code, "roles: is empty" in result.stderr) == (2, True)


def test_the_account_is_the_one_the_config_tells_of() -> None:
    found = answer("Bounded", *PUT, "--config", f"{INPUTS}/Pulumi.bounded.yaml")
    assert found["checks"][0]["what"].startswith("key policy of arn:aws:kms:eu-west-1:111122223333")
    assert found["unseen"] == ["managed policy `team`", "permissions boundary `ml-boundary`"]


def test_a_region_that_the_config_lacks_is_the_resource_s(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text(
        "config:\n  sagemaker-roles:environment: dev\n  sagemaker-roles:roles:\n"
        "    R: {queues: [{queue: jobs, access: [send]}]}\n"
    )
    queue = "arn:aws-cn:sqs:cn-north-1:444455556666:jobs"
    assert run("R", "sqs:SendMessage", queue, "--config", str(file)).exit_code == 0
    assert run("R", "sqs:SendMessage", queue.replace("-cn", ""), "--config", str(file)).exit_code


def test_a_stack_with_a_config_beside_it_patches_the_config(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(
        "config:\n  sagemaker-roles:environment: dev\n  sagemaker-roles:roles:\n    TrainingRole:\n"
        "      buckets: [{name: example-bucket, access: [list]}]\n"
    )
    stack = ("--stack", f"{INPUTS}/export.json")
    alone = answer("TrainingRole-dev", "s3:DeleteObject", PUT[1], *stack)
    assert alone["fix"]["path"] == "roles.TrainingRole.buckets[+]"
    beside = answer("TrainingRole-dev", "s3:ListBucket", "arn:aws:s3:::other", *stack)
    assert beside["fix"]["role"] == "TrainingRole"
    found = answer(
        "ml/TrainingRole-dev", "s3:ListBucket", "arn:aws:s3:::other", *stack, "--config", str(file)
    )
    assert (found["fix"]["path"], found["fix"]["index"]) == ("roles.TrainingRole.buckets[+]", None)
    documents = ("--documents", f"{INPUTS}/boundary.json", "--config", str(file))
    found = answer("TrainingRole", "s3:ListBucket", "arn:aws:s3:::other", *documents)
    assert found["fix"]["role"] == "TrainingRole"
    assert "has no role `Trainin`" in run("Trainin", *LIST, *documents).stderr


def test_a_preview_is_a_stack_too(tmp_path: Path) -> None:
    export = json.loads((ROOT / INPUTS / "export.json").read_text())
    steps = [
        {"op": "create", "newState": {**state, "inputs": state.get("outputs", {}), "outputs": None}}
        for state in export["deployment"]["resources"]
    ]
    file = tmp_path / "preview.json"
    file.write_text(json.dumps({"steps": [*steps, {"op": "delete"}]}))
    assert run("TrainingRole-dev", *LIST, "--stack", str(file)).exit_code == 0


def test_a_stack_s_export_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text('{"deployment": {"resources": [1]}}')
    result = run("R", *PUT, "--stack", str(file))
    assert (result.exit_code, "is not what `pulumi stack export` prints" in result.stderr) == (
        2,
        True,
    )


@pytest.fixture
def iam() -> Iterator[Any]:
    with mock_aws():
        session: Any = boto3
        yield session.client("iam", region_name="eu-west-1")


@pytest.fixture
def made(iam: Any) -> None:
    trust = (ROOT / INPUTS / "trust.json").read_text()
    bound = (ROOT / INPUTS / "boundary.json").read_text()
    arn = iam.create_policy(PolicyName="bound", PolicyDocument=bound)["Policy"]["Arn"]
    iam.create_role(RoleName="Bounded", AssumeRolePolicyDocument=trust, PermissionsBoundary=arn)
    iam.create_role(RoleName="Live", Path="/ml/", AssumeRolePolicyDocument=trust)
    identity = (ROOT / INPUTS / "identity.json").read_text()
    iam.put_role_policy(RoleName="Live", PolicyName="own", PolicyDocument=identity)
    iam.attach_role_policy(RoleName="Live", PolicyArn=arn)


@pytest.mark.usefixtures("made")
def test_a_role_is_read_from_aws() -> None:
    found = answer(
        "arn:aws:iam::123456789012:role/ml/Live",
        "dynamodb:GetItem",
        "arn:aws:dynamodb:eu-west-1:123456789012:table/other",
        "--live",
    )
    assert found["outcome"] == "allowed"
    assert [one["policy"] for one in found["because"]] == ["bound"]
    assumed = answer("Live", "sts:AssumeRole", "arn:aws:iam::123456789012:role/ml/Live", "--live")
    assert assumed["missing"] == ["resource-policy"]


@pytest.mark.usefixtures("made")
def test_the_boundary_in_aws_is_read_too() -> None:
    found = answer("Bounded", *PUT, "--live")
    assert found["missing"] == ["identity", "boundary"]


@pytest.mark.usefixtures("iam")
def test_a_role_that_aws_lacks_is_told() -> None:
    result = run("Nobody", *PUT, "--live")
    assert (result.exit_code, "live: " in result.stderr) == (2, True)


def test_boto3_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)
    assert "--live needs boto3" in run("R", *PUT, "--live").stderr


def test_a_resource_of_another_account_takes_its_own_policy_as_well(tmp_path: Path) -> None:
    file = tmp_path / "identity.json"
    statement = {"Effect": "Allow", "Action": ["sqs:*", "ecr:*"], "Resource": "*"}
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}))
    given = ("--documents", str(file), "--account", "123456789012")
    queue = "arn:aws:sqs:eu-west-1:210987654321:jobs"
    result = run("R", "sqs:SendMessage", queue, *given)
    assert result.exit_code == 1
    assert result.stdout.startswith("depends: on account 210987654321, whose resource it is\n")
    image = "arn:aws:ecr:eu-west-1:763104351884:repository/pytorch-training"
    assert run("R", "ecr:BatchGetImage", image, *given).exit_code == 0


def test_colour_marks_the_verdict_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    asked = ["explain", "SageMakerBasicRole", *LIST, *CONFIG]
    assert CliRunner().invoke(main, asked, color=True).stdout.startswith("\x1b[32mallowed\x1b[0m\n")


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"a": ["b", "1"], "c": {}}, '{a: [b, "1"], c: {}}'),
        (True, "true"),
        (False, "false"),
        ("yes", '"yes"'),
        ("out/", "out/"),
        ('say "a\\b"', '"say \\"a\\\\b\\""'),
    ],
)
def test_an_entry_is_yaml_in_a_line(value: object, line: str) -> None:
    assert flow(value) == line
    yaml: Any = YAML(typ="safe", pure=True)
    assert yaml.load(line) == value


def test_garbage_is_collected_again_afterwards() -> None:
    assert gc.isenabled()
    run("SageMakerBasicRole", *LIST, *CONFIG)
    assert gc.isenabled()
    gc.disable()
    try:
        run("SageMakerBasicRole", *LIST, *CONFIG)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_config_is_explained_without_what_it_does_not_take() -> None:
    """The guardrails, rich and boto3 take longer to load than the answer to work out."""
    asked = ["explain", "SageMakerBasicRole", *LIST, *CONFIG]
    program = (
        "import sys; from rolewright.cli import main\n"
        f"try: main({asked!r})\nexcept SystemExit: pass\n"
        "print([m for m in sys.argv[1:] if m in sys.modules], file=sys.stderr)"
    )
    heavy = ("rolewright.audit", "rolewright.guardrails", "rolewright.stack", "rich", "boto3")
    command = [sys.executable, "-c", program, *heavy]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
