"""The stack config, read from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_aws.faults import Fault
from local_aws.stack_files import plan_stack, read_stack_file
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
    config, region = read_stack_file(write(tmp_path, CONFIG), "dev")
    assert region == "eu-west-1"
    (plan,) = plan_stack(config, region)
    assert plan.arn == "arn:aws:iam::123456789012:role/Role-dev"


def test_roles_may_be_json_text_as_a_shell_sets_them(tmp_path: Path) -> None:
    text = """\
config:
  sagemaker-roles:environment: dev
  sagemaker-roles:roles: '{"Role": {}}'
  sagemaker-roles:defaults: '{"path": "/ml/"}'
"""
    config, _ = read_stack_file(write(tmp_path, text), "dev")
    assert config.roles["Role"].get("path") == "/ml/"


@pytest.mark.parametrize("line", ["aws:region:", "aws:region: ''", "aws:profile: x"])
def test_without_a_region_it_is_us_east_1(tmp_path: Path, line: str) -> None:
    text = CONFIG.replace("aws:region: eu-west-1", line)
    assert read_stack_file(write(tmp_path, text), "dev")[1] == "us-east-1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config: [", "`Pulumi.dev.yaml` is not YAML: "),
        ("config:\n  a: 1\n  a: 2\n", 'is not YAML: found duplicate key "a" with value "2"'),
        ("config:\n  a: 1\n  a: 2\n", "(line 3, column 3)"),
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


def test_a_file_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_bytes(b"config: \xff\xfe")
    with pytest.raises(Fault, match="is not YAML: unacceptable character"):
        read_stack_file(tmp_path, "dev")


def test_a_stack_without_a_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"^no stack `dev`: there is no `Pulumi.dev.yaml`$"):
        read_stack_file(tmp_path, "dev")


@pytest.mark.parametrize("text", ["", "config:\n", "config: {}\n"])
def test_an_empty_config_is_said_by_its_keys(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="environment: is missing"):
        read_stack_file(write(tmp_path, text), "dev")
