"""The component as programs in other languages meet it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi.provider.server import ComponentInitError

from components.provider import RoleProvider, package_schema, write_schema
from tests.components.run import COMPONENT, ROLE, ROLE_POLICY, Run, preview

if TYPE_CHECKING:
    from collections.abc import Mapping

GOLDEN = Path(__file__).with_name("schema.json")


def constructed(inputs: dict[str, Any]) -> Run:
    def program() -> Mapping[str, Any]:
        return dict(RoleProvider().construct("R", COMPONENT, inputs).state)

    return preview(program)


def test_the_schema_is_the_one_that_is_kept(tmp_path: Path) -> None:
    write_schema(tmp_path / "schema.json")
    assert (tmp_path / "schema.json").read_text() == GOLDEN.read_text(), "run `make schema`"


def test_the_schema_has_every_argument_with_its_words() -> None:
    schema = package_schema()
    component = schema["resources"][COMPONENT]
    assert component["isComponent"]
    assert not component.get("requiredInputs")
    access = schema["types"]["rolewright:index:BucketGrant"]["properties"]["access"]
    assert access["items"]["$ref"] == "#/types/rolewright:index:BucketAccess"


def test_the_schema_says_of_every_argument_what_it_is_for() -> None:
    schema = package_schema()
    places = {"": schema["resources"][COMPONENT]["inputProperties"]} | {
        name: place["properties"] for name, place in schema["types"].items() if "enum" not in place
    }
    silent = [
        f"{name}.{key}"
        for name, properties in places.items()
        for key, given in properties.items()
        if not given.get("description")
    ]
    assert silent == []


def test_arguments_reach_the_component_as_they_are() -> None:
    run = constructed(
        {
            "maxSessionDuration": 7200.0,
            "buckets": [{"name": "data", "access": ["list", "read"]}],
            "trust": {"sourceAccount": False},
        }
    )
    assert run.of(ROLE)[0].inputs["maxSessionDuration"] == 7200
    (policy,) = run.of(ROLE_POLICY)
    assert "s3:GetObject" in policy.inputs["policy"]
    assert "Condition" not in json.loads(run.of(ROLE)[0].inputs["assumeRolePolicy"])["Statement"][0]
    assert run.outputs["name"] == "R"
    assert set(run.outputs["documents"]) == {"rolewright-buckets", "trust"}


def test_a_misspelled_argument_is_refused_and_never_dropped() -> None:
    run = constructed({"bukets": [], "maxSessionDuration": 7200.5})
    assert [line.split(":")[0] for line in run.said] == [
        "2 problems in the stack config",
        "roles.R.maxSessionDuration",
        "roles.R.bukets",
    ]


def test_a_failure_of_our_own_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("components.sagemaker_role.parse_role_args", fail)

    def program() -> None:
        with pytest.raises(ComponentInitError, match="broken"):
            RoleProvider().construct("R", COMPONENT, {}, pulumi.ResourceOptions())

    assert preview(program).error is None
