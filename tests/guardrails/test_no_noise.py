"""AWS's own service roles and our example stacks give the findings that are listed, and no others.

Each finding of `tests/cases/guardrails/no_noise` says why it is right, a file a guardrail: `role` is
an AWS-managed policy by itself, or a role of a stack as `dev/TrainingRole`; `found` are the levels
of what is found in it, in order.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from rolewright.grants import Environment, Target, draft_stack_config, plan_stack
from rolewright.guardrails import Level, enforcement, guardrails, judge
from rolewright.reference import managed_policy_names
from tests.guardrails.plans import planned_role
from tests.guardrails.roles import make_role

if TYPE_CHECKING:
    from rolewright.roles import Role

TOP = Path(__file__).parent.parent.parent
CASES = TOP / "tests" / "cases" / "guardrails" / "no_noise"
GUARDRAILS = {guardrail.id: guardrail for guardrail in guardrails()}
STACKS = ("local", "dev", "staging", "prod")
NARROW = (
    "AmazonDynamoDBReadOnlyAccess",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonS3ReadOnlyAccess",
    "AmazonSageMakerGeospatialExecutionRole",
    "AmazonSageMakerReadOnly",
    "CloudWatchReadOnlyAccess",
)
"""Policies of AWS that are made for one purpose, besides those of its service roles."""


@cache
def _aws_roles() -> dict[str, Role]:
    names = [name for name in managed_policy_names() if "AmazonSageMaker" in name]
    names = [name for name in names if "ServiceRole" in name]
    # As good as a role can be but for the policy that is judged.
    boundary = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    common = {"account": "123456789012", "boundary": boundary}
    return {name: make_role({"managed": [name], **common}) for name in (*names, *NARROW)}


@cache
def _stack_roles() -> dict[str, Role]:
    roles: dict[str, Role] = {}
    for stack in STACKS:
        config = _config(stack)
        draft = draft_stack_config(
            stack,
            json.dumps(config["sagemaker-roles:roles"]),
            json.dumps(config.get("sagemaker-roles:defaults", {})),
        )
        target = Target(
            partition="aws",
            account="123456789012",
            region=config["aws:region"],
            environment=config["sagemaker-roles:environment"],
        )
        for plan in plan_stack(draft, target):
            roles[f"{stack}/{plan.key}"] = planned_role(plan)
    return roles


def _config(stack: str) -> dict[str, Any]:
    file: Any = YAML(typ="safe")
    return file.load(TOP / f"Pulumi.{stack}.yaml")["config"]


def _listed(guardrail: str) -> list[dict[str, Any]]:
    path = CASES / f"{guardrail}.json"
    return json.loads(path.read_text()) if path.exists() else []


@pytest.mark.parametrize("guardrail", GUARDRAILS)
def test_only_what_is_listed_is_found(guardrail: str) -> None:
    found: dict[str, list[str]] = {}
    for name, role in (_aws_roles() | _stack_roles()).items():
        judgement = judge(GUARDRAILS[guardrail], role, {})
        assert judgement.fault is None
        for violation in judgement.violations:
            level = violation.level or GUARDRAILS[guardrail].level
            found.setdefault(name, []).append(level.value)
    assert found == {case["role"]: case["found"] for case in _listed(guardrail)}


def test_every_listed_finding_says_why_and_is_of_a_guardrail() -> None:
    assert {path.stem for path in CASES.glob("*.json")} <= set(GUARDRAILS)
    for guardrail in GUARDRAILS:
        assert all(case["why"] for case in _listed(guardrail))


def test_no_example_stack_is_stopped() -> None:
    stopped: list[tuple[str, str]] = []
    for name, role in _stack_roles().items():
        environment = Environment(name.partition("/")[0])
        for guardrail in GUARDRAILS.values():
            for violation in judge(guardrail, role, {}).violations:
                level = violation.level or guardrail.level
                if enforcement(level, environment) is Level.MANDATORY:
                    stopped.append((name, guardrail.id))
    assert stopped == []
