"""The catalogue: its actions are AWS's, its ids in order, and each path completes as it should."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path as File
from typing import Any

import pytest

from rolewright.escalation import Path, Target, catalogue, walks
from rolewright.reference import find_action
from tests.guardrails.roles import make_role

SHAPES: list[dict[str, Any]] = json.loads(
    (File(__file__).parent.parent / "cases" / "escalation" / "shapes.json").read_text()
)
PUBLIC = {
    "apprunner": 2,
    "bedrock-agentcore": 2,
    "cloudformation": 5,
    "codebuild": 4,
    "datapipeline": 1,
    "ec2": 4,
    "ecs": 6,
    "glue": 6,
    "iam": 21,
    "lambda": 6,
    "sagemaker": 5,
    "ssm": 2,
    "sts": 1,
}


def test_the_paths_that_others_name_are_all_there() -> None:
    ids = {path.id for path in catalogue()}
    named = {f"{service}-{n:03}" for service, last in PUBLIC.items() for n in range(1, last + 1)}
    assert named | {"ec2-instance-connect-003"} <= ids


def test_ids_are_unique_and_go_on_without_a_gap() -> None:
    ids = [path.id for path in catalogue()]
    assert len(set(ids)) == len(ids)
    for service, paths in groupby(catalogue(), key=lambda path: path.service):
        numbers = [int(path.id.rpartition("-")[2]) for path in paths]
        first = 3 if service == "ec2-instance-connect" else 1
        assert numbers == list(range(first, first + len(numbers))), service


@pytest.mark.parametrize("path", catalogue(), ids=lambda path: path.id)
def test_a_path_is_of_actions_that_aws_documents_and_says_what_is_gained(path: Path) -> None:
    for action in path.actions:
        found = find_action(action)
        assert found is not None, action
        assert action == f"{found.service}:{found.name}"
    assert "{target}" in path.may
    assert path.gains
    assert path.reference.startswith("https://docs.aws.amazon.com/")
    assert bool(path.passes) == (path.target is Target.PASSED_ROLE)


@pytest.mark.parametrize("path", catalogue(), ids=lambda path: path.id)
def test_actions_on_one_resource_have_a_type_of_resource_in_common(path: Path) -> None:
    for group in path.permissions:
        common = {use.name for use in _found(group[0])}
        for action in group[1:]:
            common &= {use.name for use in _found(action)}
            assert common, group


def _found(action: str) -> tuple[Any, ...]:
    found = find_action(action)
    assert found is not None
    return found.resource_types


def _filled(given: Any, path: Path, one: str) -> Any:
    """Return a shape with a path's actions in it."""
    if isinstance(given, dict):
        return {key: _filled(value, path, one) for key, value in given.items()}  # pyright: ignore[reportUnknownVariableType]
    others = [action for action in path.actions if action != one]
    if isinstance(given, list):
        found: list[Any] = []
        for value in given:  # pyright: ignore[reportUnknownVariableType]
            found += others if value == "$others" else [_filled(value, path, one)]
        return found
    if given == "$others":
        return others or ["s3:ListBucket"]
    return {"$all": list(path.actions), "$one": one}.get(given, given)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape["name"])
@pytest.mark.parametrize("path", catalogue(), ids=lambda path: path.id)
def test_a_path_is_completed_by_what_the_policies_leave(path: Path, shape: dict[str, Any]) -> None:
    for one in path.actions:
        role = make_role(_filled(shape, path, one))
        found = {walk.path.id: walk for walk in walks(role)}
        assert (path.id in found) is shape["completes"], one
        if shape["completes"]:
            walk = found[path.id]
            assert {use.action for use in walk.uses} == set(path.actions)
            unbounded = path.target is Target.OWN_BOUNDARY and "boundary" not in shape
            untagged = path.target is Target.OWN_TAGS
            assert walk.gains is (False if unbounded else None if untagged else True)


def test_every_shape_says_why() -> None:
    assert all(shape["why"] for shape in SHAPES)
