"""The stack config as Pulumi hands it over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.config import CONFIG

from components.sagemaker_role import create_roles
from components.stack_config import read_stack_config, run_error
from rolewright.grants import ConfigError, Environment, Problem
from tests.components.run import COMPONENT, Aws, preview, set_stack_config

if TYPE_CHECKING:
    from collections.abc import Mapping


BAD = {"name": "Bad_Name", "access": ["read"]}


def refused(values: Mapping[str, Any], secrets: tuple[str, ...] = ()) -> list[str]:
    set_stack_config(values, secrets)
    run = preview(lambda: {k: r.arn for k, r in create_roles(read_stack_config()).items()})
    assert run.registered == []
    return run.said


def test_environment_defaults_and_roles_are_read() -> None:
    set_stack_config({"environment": "staging", "roles": {"R": {}}, "defaults": {"path": "/ml/"}})
    found = read_stack_config().config
    assert found.environment is Environment.STAGING
    assert found.roles == {"R": {"path": "/ml/"}}


def test_a_stack_with_no_config_is_told_all_that_is_missing() -> None:
    assert refused({}) == [
        "2 problems in the stack config",
        "environment: is missing; set it to one of local, dev, staging, prod",
        "roles: is empty; name at least one role",
    ]


def test_every_fault_is_told_at_once() -> None:
    bad = {"A": {"buckets": [{"name": 1, "access": ["raed"]}]}, "B": "x"}
    said = refused({"environment": "dve", "roles": bad, "defaults": {"tagz": {}}})
    assert said[0] == "5 problems in the stack config"
    assert [line.split(":")[0] for line in said[1:]] == [
        "environment",
        "defaults.tagz",
        "roles.A.buckets[0].name",
        "roles.A.buckets[0].access[0]",
        "roles.B",
    ]


def test_a_misspelled_key_is_told_with_every_other_fault() -> None:
    roles = {"A": {"buckets": [{"name": "data", "access": ["raed"]}, BAD]}}
    said = refused({"enviroment": "dev", "environment": "dev", "default": {}, "roles": roles})
    assert [line.split(";")[0] for line in said] == [
        "4 problems in the stack config",
        "default: is not a known key",
        "enviroment: is not a known key",
        "roles.A.buckets[0].access[0]: `raed` is not an access level",
        "roles.A.buckets[1].name: `Bad_Name` is not a bucket name",
    ]
    assert "did you mean `defaults`? (environment, defaults, roles)" in said[1]


def test_a_misspelled_key_alone_is_refused() -> None:
    assert refused({"environment": "dev", "roles": {"R": {}}, "rols": {}}) == [
        "1 problem in the stack config",
        "rols: is not a known key; did you mean `roles`? (environment, defaults, roles)",
    ]


def test_keys_of_others_are_left_to_them() -> None:
    set_stack_config({"environment": "dev", "roles": {"R": {}}})
    CONFIG.get()["aws:region"] = "eu-west-1"
    assert read_stack_config().problems == ()


def test_the_config_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    set_stack_config({"environment": "dev", "roles": {"R": {}}})
    given = {"sagemaker-roles:default": "{}", "aws:region": "eu-west-1"}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(given))
    assert [problem.path for problem in read_stack_config().problems] == ["default"]


def test_faults_are_told_where_aws_does_not_answer() -> None:
    set_stack_config({"environment": "dev", "roles": {"A": {"path": 1}, "B": {"path": "x"}}})
    silent = Aws(faults={"aws:index/getPartition:getPartition": "no answer"})
    run = preview(lambda: {k: r.arn for k, r in create_roles(read_stack_config()).items()}, silent)
    assert run.said == [
        "1 problem in the stack config",
        "roles.A.path: `1` is a number where a string belongs; quote it",
    ]


def test_without_faults_it_is_told_that_aws_does_not_answer() -> None:
    set_stack_config({"environment": "dev", "roles": {"A": {}}})
    silent = Aws(faults={"aws:index/getPartition:getPartition": "no answer"})
    run = preview(lambda: {k: r.arn for k, r in create_roles(read_stack_config()).items()}, silent)
    assert run.said[0].startswith("AWS can't be asked for account and region: ")


def test_a_role_set_without_path_is_told_plainly() -> None:
    assert refused({"environment": "dev", "roles": "TrainingRole"}) == [
        "1 problem in the stack config",
        "roles: `TrainingRole` is not a mapping",
    ]


@pytest.mark.parametrize("key", ["environment", "roles", "defaults"])
def test_a_secret_is_refused_and_not_shown(key: str) -> None:
    values = {
        "environment": "dev",
        "roles": {"R": {"tags": {"token": "hush"}}},
        "defaults": {"tags": {"token": "hush"}},
    }
    assert refused(values, secrets=(key,)) == [
        "1 problem in the stack config",
        f"{key}: is a secret, but policy documents are plain text; set it without `--secret`",
    ]


def test_every_secret_is_told_at_once() -> None:
    values: dict[str, Any] = {"environment": "dev", "roles": {"R": {}}, "defaults": {}}
    said = refused(values, secrets=("roles", "defaults"))
    assert [line.split(":")[0] for line in said[1:]] == ["defaults", "roles"]


def test_a_secret_under_a_misspelled_key_is_refused_and_not_shown() -> None:
    values: dict[str, Any] = {
        "environment": "dev",
        "roles": {},
        "default": {"tags": {"token": "hush"}},
    }
    assert refused(values, secrets=("default",)) == [
        "1 problem in the stack config",
        "default: is a secret, but policy documents are plain text; set it without `--secret`",
    ]


def test_nothing_is_registered_when_the_config_is_bad() -> None:
    set_stack_config({"environment": "dev", "roles": {"Fine": {}, "Bad": {"path": 1}}})
    run = preview(lambda: {k: r.arn for k, r in create_roles(read_stack_config()).items()})
    assert run.said == [
        "1 problem in the stack config",
        "roles.Bad.path: `1` is a number where a string belongs; quote it",
    ]
    assert run.registered == []


def test_a_good_config_becomes_roles() -> None:
    set_stack_config({"environment": "dev", "roles": {"A": {}, "B": {}}})
    run = preview(lambda: {k: r.name for k, r in create_roles(read_stack_config()).items()})
    assert run.outputs == {"A": "A", "B": "B"}
    assert len(run.of(COMPONENT)) == 2


def test_an_error_counts_its_problems() -> None:
    one = Problem(path="roles.A", message="is wrong")
    two = Problem(path="roles.B", message="is wrong")
    assert str(run_error(ConfigError([one]))).startswith("1 problem in the stack config\n")
    assert str(run_error(ConfigError([one, two]))).startswith("2 problems in the stack config\n")
