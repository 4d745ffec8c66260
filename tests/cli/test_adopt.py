"""`rolewright adopt`: where a role is read from, and what is printed and written."""

from __future__ import annotations

import gzip
import json
import sys
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from moto import mock_aws
from ruamel.yaml import YAML

from local_aws.paths import ROOT
from rolewright.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT = ROOT / "examples" / "account.json"
NAME = "SageMakerBasicRole"
LIST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::example-bucket",
        },
    ],
}
TRUST = json.loads(ACCOUNT.read_text())["RoleDetailList"][0]["AssumeRolePolicyDocument"]
REFUSED = json.dumps({"name": "R", "trust": TRUST, "tags": {"aws:x": ""}})
ROLE = {"name": "R", "trust": None, "inlinePolicies": {"Custom": LIST}}


def run(*arguments: str, stdin: str | bytes | None = None) -> Any:
    return CliRunner().invoke(main, ["adopt", *arguments], input=stdin)


def roles(text: str) -> Any:
    yaml: Any = YAML(typ="safe", pure=True)
    return yaml.load(text)["config"]["sagemaker-roles:roles"]


def test_what_is_printed_is_a_stack_s_file() -> None:
    said = run(NAME, "--documents", str(ACCOUNT))
    assert said.exit_code == 0
    assert roles(said.stdout)[NAME]["managedPolicies"] == ["AmazonS3ReadOnlyAccess"]
    for line in said.stdout.splitlines():
        assert len(line) <= 80 or " " not in line.removeprefix("#     ").partition("  ")[2]


@pytest.mark.parametrize("defaults", ["{}", "{path: /ml/, trust: {sourceAccount: false}}"])
def test_what_is_printed_works_as_a_stack_s_file(tmp_path: Path, defaults: str) -> None:
    given, file = tmp_path / "Pulumi.given.yaml", tmp_path / "Pulumi.adopted.yaml"
    given.write_text(
        "config:\n"
        "  aws:region: eu-west-1\n"
        "  sagemaker-roles:environment: staging\n"
        f"  sagemaker-roles:defaults: {defaults}\n"
    )
    adopted = run(NAME, "--documents", str(ACCOUNT), "--config", str(given)).stdout
    file.write_text(adopted)
    assert adopted.startswith("# a whole stack's file, to save as Pulumi.NAME.yaml: ")
    assert "sagemaker-roles:environment: staging\n" in adopted
    runner = CliRunner()
    compared = runner.invoke(main, ["diff", str(ACCOUNT), str(file), "--role", NAME])
    assert (compared.exit_code, compared.stdout.count("no change in access")) == (0, 1)
    asked = ["explain", NAME, "s3:ListBucket", "arn:aws:s3:::example-bucket"]
    assert runner.invoke(main, [*asked, "--config", str(file)]).exit_code == 0
    audited = runner.invoke(main, ["audit", "--config", str(file)])
    assert audited.exit_code == 1
    assert audited.stdout.splitlines()[-1].startswith("1 role: ")


def test_json_has_what_the_text_has_and_more() -> None:
    said = run(NAME, "--documents", str(ACCOUNT), "--format", "json")
    found = json.loads(said.stdout)
    golden = ROOT / "tests" / "cases" / "explain" / "adopt.json"
    assert found == json.loads(golden.read_text())


@pytest.mark.parametrize("zipped", [False, True])
def test_the_role_is_read_from_standard_input(*, zipped: bool) -> None:
    content = ACCOUNT.read_bytes()
    said = run(NAME, "--documents", "-", stdin=gzip.compress(content) if zipped else content)
    assert said.exit_code == 0


def test_a_role_is_found_by_its_arn_in_several_files(tmp_path: Path) -> None:
    detail = json.loads(ACCOUNT.read_text())["RoleDetailList"][0]
    path = tmp_path / "roles.json"
    path.write_text(json.dumps([{"RoleDetailList": ["x"]}, detail]))
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"RoleDetailList": []}))
    said = run(detail["Arn"], "--documents", str(other), "--documents", str(path))
    assert said.exit_code == 0
    assert set(roles(said.stdout)) == {NAME}


def test_a_dump_is_read_a_role_at_a_time(tmp_path: Path) -> None:
    account = json.loads(ACCOUNT.read_text())
    detail = account["RoleDetailList"][0]
    others: list[dict[str, Any]] = [
        {**detail, "RoleName": f"Other{place}", "Arn": f"{detail['Arn']}{place}", "Tags": []}
        for place in range(20_000)
    ]
    path = tmp_path / "account.json"
    path.write_text(json.dumps({"RoleDetailList": [*others, detail], "Policies": [{}]}))
    # What isn't read in pieces is there whole at least once.
    tracemalloc.start()
    said = run(NAME, "--documents", str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said.exit_code == 0
    assert set(roles(said.stdout)) == {NAME}
    assert peak < path.stat().st_size


def test_what_can_t_be_taken_over_is_told_by_the_status(tmp_path: Path) -> None:
    path = tmp_path / "role.json"
    path.write_text(json.dumps(ROLE))
    said = run("R", "--documents", str(path))
    assert said.exit_code == 1
    assert roles(said.stdout)["R"]["existing"] is True
    assert "not taken over: its trust policy can't be written as `trust`" in said.stdout
    assert run("R", "--documents", str(path), "--existing").exit_code == 0


def test_a_role_without_a_name_is_the_one_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "role.json"
    path.write_text(json.dumps({"inlinePolicies": {"Custom": LIST}}))
    said = run("Mine", "--documents", str(path), "--existing", "--region", "eu-west-1")
    assert set(roles(said.stdout)) == {"Mine"}


@pytest.mark.parametrize(
    ("options", "region"),
    [((), "eu-central-1"), (("--region", "eu-west-1"), "eu-west-1")],
)
def test_the_region_is_the_one_that_the_policies_name(
    tmp_path: Path, options: tuple[str, ...], region: str
) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": "arn:aws:sqs:eu-central-1:123456789012:jobs",
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    path = tmp_path / "role.json"
    path.write_text(json.dumps({"inlinePolicies": {"Custom": document}}))
    said = run("R", "--documents", str(path), "--existing", "--format", "json", *options)
    assert json.loads(said.stdout)["region"] == region


def test_a_stack_s_file_gives_region_and_defaults(tmp_path: Path) -> None:
    config = tmp_path / "Pulumi.dev.yaml"
    config.write_text(
        "config:\n"
        "  aws:region: eu-north-1\n"
        "  sagemaker-roles:defaults: {path: /ml/, trust: {sourceAccount: false}}\n"
    )
    said = run(NAME, "--documents", str(ACCOUNT), "--config", str(config), "--format", "json")
    found = json.loads(said.stdout)
    assert found["region"] == "eu-north-1"
    assert found["config"][NAME]["path"] == "/"
    assert "trust" not in found["config"][NAME]


def test_the_import_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "import.json"
    said = run(NAME, "--documents", str(ACCOUNT), "--import-file", str(path))
    assert f"pulumi import --file {path}" in said.stdout
    resources = json.loads(path.read_text())["resources"]
    assert [one["logicalName"] for one in resources] == [
        NAME,
        NAME,
        f"{NAME}/CustomS3Policy",
        f"{NAME}/AmazonS3ReadOnlyAccess",
        NAME,
        NAME,
    ]
    assert len({one["name"] for one in resources}) == len(resources)
    assert all(one["parent"] == resources[0]["name"] for one in resources[1:])


@pytest.mark.parametrize(
    ("arguments", "content", "message"),
    [
        (("R",), None, "name where to read the role: --documents FILE, or --live"),
        (("R", "--live", "--documents", "-"), "{}", "name where to read the role"),
        (
            ("SageMakerBasicRoel", "--documents", str(ACCOUNT)),
            None,
            f"{ACCOUNT}: has no role `SageMakerBasicRoel`; did you mean `SageMakerBasicRole`? (",
        ),
        (("R", "--documents", "-"), "{", "-: not JSON: "),
        (("R", "--documents", "-"), "[" * 100_000, "-: not JSON: nested too deep"),
        (("R", "--documents", "-"), "[5]", "-: must be a JSON object"),
        (("R", "--documents", "-"), b"\x1f\x8bx", "-: can't be unpacked: "),
        (("R", "--documents", "-"), b"\xff", "-: is not UTF-8 text (byte 0); save it as UTF-8"),
        (
            (NAME, "--documents", "-"),
            ACCOUNT.read_text().rstrip()[:-1],
            "-: not JSON: expecting `,` or `}` (character ",
        ),
        (("R", "--documents", "-"), '{"Role": {}}', "-: is from `get-role`, which tells no"),
        (("R", "--documents", "-"), '{"nmae": "R"}', "-: `nmae` is not a key of a role"),
        (("R", "--documents", "-"), REFUSED, "`R`: the stack config would be refused: roles.R"),
        (
            ("R", "--documents", "-", "--import-file", "-"),
            '{"name": "R"}',
            "--import-file takes a file",
        ),
        (
            ("R", "--documents", "-", "--import-file", "/nowhere/at/all"),
            '{"name": "R"}',
            "/nowhere/at/all: can't be written: no such file or directory",
        ),
        (
            ("R", "--documents", "-", "--config", "/nowhere"),
            '{"name": "R"}',
            "/nowhere: can't be read: no such file or directory",
        ),
    ],
)
def test_bad_input_is_one_line(arguments: tuple[str, ...], content: Any, message: str) -> None:
    said = run(*arguments, stdin=content)
    assert said.exit_code == 2
    assert said.stderr.startswith(f"error: {message}")
    assert len(said.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("config: [1]\n", "is no stack file"),
        ("config: {'sagemaker-roles:defaults': [1]}\n", "defaults: is not a mapping"),
    ],
)
def test_a_stack_s_file_that_is_none_is_told(tmp_path: Path, text: str, message: str) -> None:
    config = tmp_path / "Pulumi.dev.yaml"
    config.write_text(text)
    said = run(NAME, "--documents", str(ACCOUNT), "--config", str(config))
    assert said.exit_code == 2
    assert message in said.stderr


@pytest.fixture
def _aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]  # by name
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.mark.usefixtures("_aws")
def test_a_role_is_read_from_aws() -> None:
    import boto3  # noqa: PLC0415  # slow to load

    detail = json.loads(ACCOUNT.read_text())["RoleDetailList"][0]
    session: Any = boto3
    iam = session.client("iam", region_name="us-east-1")
    iam.create_role(
        RoleName=NAME,
        AssumeRolePolicyDocument=json.dumps(detail["AssumeRolePolicyDocument"]),
        Description="By hand",
    )
    (policy,) = detail["RolePolicyList"]
    iam.put_role_policy(
        RoleName=NAME,
        PolicyName=policy["PolicyName"],
        PolicyDocument=json.dumps(policy["PolicyDocument"]),
    )
    said = run(f"arn:aws:iam::123456789012:role/{NAME}", "--live", "--format", "json")
    assert said.exit_code == 0
    found = json.loads(said.stdout)
    assert found["config"][NAME]["description"] == "By hand"
    assert set(found["config"][NAME]["policies"]) == {"CustomS3Policy"}
    missing = run("Nobody", "--live")
    assert missing.exit_code == 2
    assert missing.stderr.startswith("error: live: ")


def test_without_boto3_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    said = run(NAME, "--live")
    assert said.exit_code == 2
    assert said.stderr == "error: --live needs boto3; install `rolewright[live]`\n"
