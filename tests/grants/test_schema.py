"""The JSON Schema of a stack's file: in step with the models, and right about the stacks there are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from local_aws.paths import ROOT
from rolewright.grants import stack_schema
from rolewright.grants.activities import activities
from rolewright.grants.kinds import grant_kinds

STACKS = sorted(path.name for path in ROOT.glob("Pulumi.*.yaml"))
FILE = "stack.schema.json"


def validator() -> Any:
    schema: Any = stack_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def loaded(stack: str) -> Any:
    yaml: Any = YAML(typ="safe", pure=True)
    return yaml.load(ROOT / stack)


def test_the_committed_schema_is_that_of_the_models() -> None:
    committed = json.loads((ROOT / FILE).read_text())
    assert committed == stack_schema(), "run `make schema`"


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_s_file_is_valid_and_names_the_schema(stack: str) -> None:
    assert [error.message for error in validator().iter_errors(loaded(stack))] == []
    assert (ROOT / stack).read_text().startswith(f"# yaml-language-server: $schema={FILE}\n")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("sagemaker-roles:environment",), "production"),
        (("sagemaker-roles:default",), {}),
        (("sagemaker-roles:roles",), {}),
        (("sagemaker-roles:roles", "R", "bukets"), []),
        (("sagemaker-roles:roles", "R", "activities", "manage-job"), {}),
        (("sagemaker-roles:roles", "R", "persona"), "scientist"),
        (("sagemaker-roles:roles", "R", "buckets"), [{"name": 1, "access": ["read"]}]),
        (("sagemaker-roles:roles", "R", "buckets"), [{"name": "data", "access": ["raed"]}]),
        (("sagemaker-roles:defaults", "existing"), True),
    ],
)
def test_a_mistake_is_invalid(path: tuple[str, ...], value: Any) -> None:
    config: dict[str, Any] = {
        "sagemaker-roles:environment": "dev",
        "sagemaker-roles:defaults": {},
        "sagemaker-roles:roles": {"R": {"activities": {}}},
    }
    assert not list(validator().iter_errors({"config": config}))
    *above, last = path
    place: Any = config
    for key in above:
        place = place[key]
    place[last] = value
    assert list(validator().iter_errors({"config": config}))


def test_keys_of_other_namespaces_are_others_business() -> None:
    config: dict[str, Any] = {
        "aws:region": "eu-west-1",
        "other:key": 1,
        "sagemaker-roles:environment": "dev",
        "sagemaker-roles:roles": {"R": {}},
    }
    assert not list(validator().iter_errors({"config": config, "encryptionsalt": "v1:x"}))


def test_every_grant_and_activity_is_offered_with_its_words() -> None:
    role = stack_schema()["$defs"]["RoleArgs"]["properties"]
    assert {kind.key for kind in grant_kinds()} <= set(role)
    assert set(role["activities"]["properties"]) == set(activities())
    assert all(entry["description"] for entry in role["activities"]["properties"].values())


def test_every_key_says_what_it_is_for() -> None:
    silent = [
        f"{name}.{key}"
        for name, model in stack_schema()["$defs"].items()
        for key, given in model.get("properties", {}).items()
        if not given.get("description")
    ]
    assert silent == []
