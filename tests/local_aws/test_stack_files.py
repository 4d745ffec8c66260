"""The stack config, read from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_aws.faults import Fault
from local_aws.provider.session import SETTINGS
from local_aws.stack_files import read_stack_file
from rolewright.grants import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
config:
  aws:region: eu-west-1
  sagemaker-roles:environment: dev
  sagemaker-roles:defaults: {nameFormat: "{name}-{environment}"}
  sagemaker-roles:roles:
    Role: {buckets: [{name: data, access: [list]}]}
"""


def write(project: Path, text: str) -> Path:
    (project / "Pulumi.dev.yaml").write_text(text)
    return project


def test_roles_defaults_and_region_are_read(tmp_path: Path) -> None:
    file = read_stack_file(write(tmp_path, CONFIG), "dev")
    assert file.region == "eu-west-1"
    (plan,) = file.plans
    assert plan.arn == "arn:aws:iam::123456789012:role/Role-dev"


def test_roles_may_be_json_text_as_a_shell_sets_them(tmp_path: Path) -> None:
    text = """\
config:
  aws:region: eu-west-1
  sagemaker-roles:environment: dev
  sagemaker-roles:roles: '{"Role": {}}'
  sagemaker-roles:defaults: '{"path": "/ml/"}'
"""
    file = read_stack_file(write(tmp_path, text), "dev")
    assert file.config.roles["Role"].get("path") == "/ml/"


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        read_stack_file(write(tmp_path, text), "dev")
    return str(error.value).splitlines()


MISSING = "aws:region: is missing; set it to a region, such as `eu-west-1`"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("aws:region:", MISSING),
        ("aws:region: ''", MISSING),
        (
            "aws:region: eu-wst-1",
            "aws:region: `eu-wst-1` is not a region; did you mean `eu-west-1`?",
        ),
        ("aws:region: nowhere", "aws:region: `nowhere` is not a region; write it like `eu-west-1`"),
        ("aws:region: 5", "aws:region: `5` is not a region; write it like `eu-west-1`"),
        (
            "aws:region: cn-north-1",
            (
                "aws:region: `cn-north-1` is of partition `aws-cn`, but the local AWS is of `aws` "
                "alone; preview this stack on AWS"
            ),
        ),
    ],
)
def test_what_is_no_region_is_refused(tmp_path: Path, line: str, said: str) -> None:
    assert problems(tmp_path, CONFIG.replace("aws:region: eu-west-1", line)) == [said]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (
            "aws:skipRegionValidaton",
            (
                "is no setting of the stand-in provider; did you mean `aws:skipRegionValidation`? "
                "(accessKey, "
            ),
        ),
        ("aws:profile", "is no setting of the stand-in provider (accessKey, "),
        ("sagemaker-roles:rols", "is not a known key; did you mean `roles`? (environment, "),
        ("roles", "has no namespace; write `sagemaker-roles:roles`"),
    ],
)
def test_an_unknown_key_is_told_with_every_other_problem(
    tmp_path: Path, key: str, said: str
) -> None:
    text = CONFIG.replace("  sagemaker-roles:environment: dev", f"  {key}: x").replace(
        "[list]}", "[lst]}, {name: Bad_Name, access: [list]}"
    )
    told = problems(tmp_path, text)
    path = key.removeprefix("sagemaker-roles:")
    (found,) = [line for line in told if line.startswith(f"{path}: ")]
    assert found.startswith(f"{path}: {said}")
    assert [line.split(":")[0] for line in told if line != found] == [
        "environment",
        "roles.Role.buckets[0].access[0]",
        "roles.Role.buckets[1].name",
    ]


@pytest.mark.parametrize("value", ["5", "[dev]", "{a: b}", "true", "2024-01-01"])
def test_an_environment_that_is_no_word_is_refused(tmp_path: Path, value: str) -> None:
    (said,) = problems(tmp_path, CONFIG.replace("environment: dev", f"environment: {value}"))
    assert said.startswith("environment: `")
    assert said.endswith("(local, dev, staging, prod)")


def test_every_setting_of_the_stand_in_is_taken(tmp_path: Path) -> None:
    more = "".join(f"  aws:{name}: ''\n" for name in SETTINGS if name != "region")
    assert read_stack_file(write(tmp_path, CONFIG + more), "dev").region == "eu-west-1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config: [", "`Pulumi.dev.yaml` is not YAML: "),
        (
            "config:\n  b: 1\n  a: hush\n  a: hushed\n",
            "is not YAML: the key `a` stands in lines 3 and 4; keep one of them",
        ),
        ("config:\n  a: &x [*x]\n  a: hush\n", "is not YAML: a key stands twice"),
        (
            "config: &x\n  sagemaker-roles:roles: {R: *x}\n",
            "an anchor of the stack file stands within itself",
        ),
        (
            "config:\n  sagemaker-roles:roles: {2024-01-01: {}}\n",
            "a key of the stack file is no text; quote it",
        ),
        ("config: {a: 1, a: 2}", "the key `a` stands twice in line 1; keep one of them"),
        (
            "config:\n  a:\n    - {b: 1}\n    - b: 1\n      c: [x]\n      b: 2\n",
            "the key `b` stands in lines 4 and 6; keep one of them",
        ),
        ("config:\n\ta: 1\n", "is not YAML: "),
        ("- config\n", "`Pulumi.dev.yaml` is no stack file: it takes `config:`"),
        ("config: [1]\n", "`Pulumi.dev.yaml` is no stack file: it takes `config:`"),
        ("config: text\n", "`Pulumi.dev.yaml` is no stack file: it takes `config:`"),
    ],
)
def test_a_file_that_cant_be_read_is_a_fault_in_one_line(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(Fault) as fault:
        read_stack_file(write(tmp_path, text), "dev")
    assert said in str(fault.value)
    assert len(str(fault.value).splitlines()) == 1
    assert "hush" not in str(fault.value)


def test_a_file_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_bytes(b"config: \xff\xfe")
    with pytest.raises(Fault, match="is not YAML: unacceptable character"):
        read_stack_file(tmp_path, "dev")


def test_a_stack_without_a_file_is_a_fault(tmp_path: Path) -> None:
    for name in ("x", "a.b"):
        (tmp_path / f"Pulumi.{name}.yaml").write_text("")
    with pytest.raises(
        Fault, match=r"^no stack `dev`: there is no `Pulumi.dev.yaml` \(stacks: a.b, x\)$"
    ):
        read_stack_file(tmp_path, "dev")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "no stack is named; name one (stacks: dev, x)"),
        ("../x", "`../x` is not the name of a stack (stacks: dev, x)"),
        ("a b", "`a b` is not the name of a stack (stacks: dev, x)"),
        ("de", "no stack `de`: there is no `Pulumi.de.yaml` (stacks: dev, x)"),
    ],
)
def test_what_is_no_stack_is_refused_in_a_line_with_those_there_are(
    tmp_path: Path, name: str, said: str
) -> None:
    (write(tmp_path, CONFIG) / "Pulumi.x.yaml").write_text("")
    (tmp_path / "Pulumi.yaml").write_text("name: x\n")
    with pytest.raises(Fault) as fault:
        read_stack_file(tmp_path, name)
    assert str(fault.value) == said


@pytest.mark.parametrize("text", ["", "config:\n", "config: {}\n"])
def test_an_empty_config_is_said_by_its_keys(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="environment: is missing"):
        read_stack_file(write(tmp_path, text), "dev")
