"""Running a guardrail: fail closed, the environment's level, and what a finding says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter

from rolewright.grants import Environment
from rolewright.guardrails import (
    Guardrail,
    Judgement,
    Level,
    Violation,
    describe,
    enforcement,
    guardrails,
    judge,
    read_settings,
)
from rolewright.roles import PolicyKind
from tests.guardrails.roles import make_role
from tests.guardrails.test_cases import CASES
from tests.guardrails.workloads import make_workload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Role


def _broken(role: Role, settings: object) -> Iterator[Violation]:
    del settings
    yield Violation(message="is found before it breaks")
    raise KeyError(role.name)


def test_an_exception_is_a_fault_and_hides_nothing_that_is_unknown() -> None:
    guardrail: Guardrail[Any] = replace(guardrails()[0], check=_broken)
    role = make_role({"trust": "unknown", "policies": {"p": "unknown"}})
    found = judge(guardrail, role, {})
    assert found.fault is not None
    assert found.fault == (
        f"`{guardrail.id}` failed on role `TrainingRole` and so can't vouch for it: "
        "KeyError: 'TrainingRole'"
    )
    assert found.violations


@pytest.mark.parametrize(
    ("level", "environment", "expected"),
    [
        (Level.MANDATORY, Environment.LOCAL, Level.MANDATORY),
        (Level.BY_ENVIRONMENT, Environment.LOCAL, Level.ADVISORY),
        (Level.BY_ENVIRONMENT, Environment.DEV, Level.ADVISORY),
        (Level.BY_ENVIRONMENT, Environment.STAGING, Level.MANDATORY),
        (Level.BY_ENVIRONMENT, Environment.PROD, Level.MANDATORY),
        (Level.BY_ENVIRONMENT, None, Level.MANDATORY),
        (Level.ADVISORY, Environment.PROD, Level.ADVISORY),
    ],
)
def test_a_level_depends_on_the_environment_and_a_missing_one_counts_as_prod(
    level: Level, environment: Environment | None, expected: Level
) -> None:
    assert enforcement(level, environment) is expected


def test_a_finding_says_what_where_and_what_to_do() -> None:
    role = make_role({"policies": {"p": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}})
    (guardrail,) = [g for g in guardrails() if g.id == "no-admin-access"]
    (violation,) = judge(guardrail, role, {}).violations
    assert describe(guardrail, role, violation).splitlines() == [
        "TrainingRole may do everything on every resource",
        "  in      inline policy `p`, statement `0`",
        "  fix     grant what the role needs: `buckets`, `dynamodb`, or a policy of",
        "          exact actions",
    ]


def test_a_finding_says_the_sid_and_the_config_key_of_its_policy() -> None:
    everything = {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}
    role = make_role({"policies": {"p": [everything]}})
    policies = tuple(replace(policy, config_key="roles.R.policies.p") for policy in role.policies)
    role = replace(role, policies=policies, config_key="roles.R")
    (guardrail,) = [g for g in guardrails() if g.id == "no-admin-access"]
    (violation,) = judge(guardrail, role, {}).violations
    assert describe(guardrail, role, violation).splitlines()[1:3] == [
        "  in      inline policy `p`, statement `All`",
        "  config  roles.R.policies.p",
    ]
    said = describe(guardrail, role, replace(violation, policy=None)).splitlines()
    assert said[1] == "  config  roles.R"


def test_a_document_that_is_attached_twice_is_told_at_both() -> None:
    reading = {"Effect": "Allow", "Action": "dynamodb:Query", "Resource": "*"}
    role = make_role({"policies": {"p": [reading]}})
    (policy,) = role.policies
    role = replace(role, policies=(policy, replace(policy, name="q")))
    (guardrail,) = [g for g in guardrails() if g.id == "data-tables"]
    places = [one.policy and one.policy.name for one in judge(guardrail, role, {}).violations]
    assert places == ["p", "q"]


def test_a_policy_of_a_resource_that_is_unknown_is_told() -> None:
    (policy,) = make_role({"policies": {"p": "unknown"}}).policies
    role = replace(make_role({}), policies=(replace(policy, kind=PolicyKind.RESOURCE),))
    (guardrail,) = [g for g in guardrails() if g.id == "checkable-at-preview"]
    (violation,) = judge(guardrail, role, {}).violations
    assert violation.message == "can't be checked: its document is unknown at preview"


def test_a_policy_of_a_resource_is_not_attached() -> None:
    reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    role = make_role({"policies": {name: [reading] for name in "abc"}})
    policies = [
        replace(one, kind=PolicyKind.CUSTOMER_MANAGED, arn=f"arn:aws:iam::aws:policy/{one.name}")
        for one in role.policies
    ]
    (guardrail,) = [g for g in guardrails() if g.id == "within-quotas"]
    given = {"attachedPolicies": 2}
    (violation,) = judge(guardrail, replace(role, policies=tuple(policies)), given).violations
    assert violation.message.startswith("has 3 managed policies attached")
    policies[0] = replace(policies[0], kind=PolicyKind.RESOURCE)
    assert not judge(guardrail, replace(role, policies=tuple(policies)), given).violations


def test_every_guardrail_says_why_and_what_to_do_and_is_named_once() -> None:
    found = guardrails()
    assert len({guardrail.id for guardrail in found}) == len(found)
    for guardrail in found:
        assert guardrail.why.endswith(".")
        assert guardrail.fix
        assert guardrail.description.endswith(".")
        assert guardrail.settings_schema()["type"] == "object"


def test_a_guardrails_family_is_its_folder() -> None:
    assert {guardrail.family for guardrail in guardrails()} >= {"admin", "data", "trust"}


def test_a_finding_of_the_whole_role_names_the_roles_key() -> None:
    role = replace(make_role({}), config_key="roles.TrainingRole")
    (guardrail,) = [g for g in guardrails() if g.id == "boundary-required"]
    (violation,) = judge(guardrail, role, {}).violations
    assert describe(guardrail, role, violation).splitlines()[1] == "  config  roles.TrainingRole"


def test_a_finding_of_a_policy_as_a_whole_names_no_statement() -> None:
    role = make_role({"managed": ["IAMFullAccess"]})
    (guardrail,) = [g for g in guardrails() if g.id == "no-broad-managed-policies"]
    (violation,) = judge(guardrail, role, {}).violations
    said = describe(guardrail, role, violation).splitlines()
    assert said[1:3] == ["everything", "  in      AWS-managed policy `IAMFullAccess`"]


def test_a_guardrail_judges_its_own_kind_alone() -> None:
    by_id = {guardrail.id: guardrail for guardrail in guardrails()}
    role = make_role({"policies": {"p": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}})
    lab = make_workload({"type": "aws:sagemaker/model:Model", "properties": {}})
    assert judge(by_id["model-isolated"], lab, {}).violations
    assert judge(by_id["no-admin-access"], role, {}).violations
    for guardrail, other in (
        ("model-isolated", role),
        ("no-admin-access", lab),
        ("notebook-hardened", lab),
    ):
        assert judge(by_id[guardrail], other, {}) == Judgement()


def test_a_guardrail_that_breaks_on_a_workload_is_a_fault() -> None:
    guardrail: Guardrail[Any] = next(g for g in guardrails() if g.id == "model-isolated")
    lab = make_workload({"type": "aws:sagemaker/model:Model", "properties": {}})
    found = judge(replace(guardrail, check=_broken), lab, {})
    assert found.fault == (
        "`model-isolated` failed on `lab` and so can't vouch for it: KeyError: 'lab'"
    )


def test_a_finding_of_a_workload_says_the_control_of_security_hub() -> None:
    guardrail: Guardrail[Any] = next(g for g in guardrails() if g.id == "model-isolated")
    lab = make_workload({"type": "aws:sagemaker/model:Model", "properties": {}})
    (violation,) = judge(guardrail, lab, {}).violations
    assert describe(guardrail, lab, violation).splitlines()[:2] == [
        "lab runs without network isolation",
        "    Security Hub SageMaker.5",
    ]


def test_controls_are_those_that_findings_name() -> None:
    for guardrail in guardrails():
        cases = CASES / f"{guardrail.id}.json"
        if guardrail.workloads:
            named = {
                line.removeprefix("Security Hub ")
                for case in json.loads(cases.read_text())
                for found in judge(guardrail, make_workload(case["workload"]), {}).violations
                for line in found.details
                if line.startswith("Security Hub ")
            }
            assert named == set(guardrail.controls)


def test_a_finding_is_folded_and_no_value_is_broken() -> None:
    guardrail: Guardrail[Any] = replace(guardrails()[0], fix="name " + "the bucket, " * 12)
    arn = f"`arn:aws:s3:::{'a' * 63}/{'k' * 40}`"
    violation = Violation(
        message=f"may write to {arn}, " + "and more " * 12,
        details=("+ s3:PutObject on " + "every bucket " * 6, "  e.g. PutObject " + "again " * 12),
    )
    lines = describe(guardrail, make_role({}), violation).splitlines()
    assert max(len(line) for line in lines if arn not in line) <= 76
    assert any(arn in line for line in lines)
    assert [len(line) - len(line.lstrip()) for line in lines] == [
        *(0, 0, 0, 0),
        *(4, 4),
        *(6, 6),
        *(2, 10, 10),
    ]


@pytest.mark.parametrize("guardrail", guardrails(), ids=lambda guardrail: guardrail.id)
def test_no_guardrail_needs_settings(guardrail: Guardrail[Any]) -> None:
    assert TypeAdapter[Any](guardrail.settings).validate_json("{}") == {}
    assert read_settings(guardrail, "{}", "pack") == read_settings(guardrail, " {} ", "pack")
