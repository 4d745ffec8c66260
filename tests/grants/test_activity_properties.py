"""What holds for every activity and persona."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from rolewright.grants import RolePlan, Target
from rolewright.grants.activities import activities
from rolewright.grants.kind import ActivityContext
from rolewright.grants.personas import Persona
from rolewright.iam import document_size, limits
from rolewright.lint import lint
from rolewright.reference import find_action
from tests.grants.activity_roles import INPUTS, KEY, NETWORK, planned, role_args
from tests.grants.guarded import stopped_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Statement

NEED_ANY = {
    "cloudwatch:GetMetricData": "metrics have no ARN; its only resource type is a dataset",
    "cloudwatch:PutMetricData": "as GetMetricData",
    "comprehend:DetectEntities": "the prebuilt recognizer has no ARN; its only one is a custom one's",
    "sagemaker:ListModelPackages": "without a group it lists all, which is asked of any resource",
}
"""Actions whose only resource type is optional and not what is meant, each with why."""
SERVERLESS = "customize-models"
"""Its jobs have no volumes, so that no key of them can be demanded; a guardrail can't tell these jobs
from others.
"""
REFUSED = "access-s3-all-resources"
"""The one activity that is for all there is."""
KINDS = Path(__file__).parent.parent / "cases" / "grants" / "kinds"
GRANTS = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(KINDS.glob("*.json"))
    if path.stem != "statements"
    for case in json.loads(path.read_text())["cases"]
]
"""Every kind's cases but those of statements, which say whatever one writes."""
STOPPED = {("keys", "every use by the role itself"): {"kms-scoped"}}
"""What a case asks for that some guardrail stops in staging and prod."""
ENCRYPTION = {"dataKeys": [KEY], "volumeKeys": [KEY]}
EACH = [(name, much) for name in activities() for much in ("least", "all")]
PERSONA_ROLES: list[dict[str, Any]] = [
    {"persona": "compute"},
    {"persona": "ml-ops"},
    {
        "persona": "data-scientist",
        "activities": {"access-s3-buckets": {"buckets": INPUTS["buckets"]}},
    },
]


def statements(plan: RolePlan) -> Iterator[Statement]:
    for policy in plan.managed:
        yield from policy.document.statements


@pytest.mark.parametrize(("name", "much"), EACH)
def test_a_star_stands_for_actions_that_take_no_resource_alone(
    name: str, much: str, target: Target
) -> None:
    for statement in statements(planned(role_args(name, full=much == "all"), target)):
        for action in statement.actions or ():
            found = find_action(action)
            assert found is not None, action
            takes_any = not found.resource_types or action in NEED_ANY
            assert takes_any == ("*" in (statement.resources or ())), action


@pytest.mark.parametrize(("name", "much"), EACH)
def test_no_action_has_a_wildcard(name: str, much: str, target: Target) -> None:
    for statement in statements(planned(role_args(name, full=much == "all"), target)):
        assert all("*" not in action for action in statement.actions or ())


@pytest.mark.parametrize(("name", "much"), EACH)
def test_every_activity_is_clean_and_fits(name: str, much: str, target: Target) -> None:
    plan = planned(role_args(name, full=much == "all"), target)
    (policy,) = plan.managed
    assert [str(finding) for finding in lint(policy.text)] == []
    assert document_size(policy.text) <= limits.MANAGED_POLICY
    bound = much == "all" or not {*activities()[name].keys, *_network(name)}
    stopped = stopped_by(plan)
    if name == REFUSED:
        assert all("data-buckets" in found for found in stopped.values())
        assert set().union(*stopped.values()) == {"data-buckets", "data-exfiltration"}
    elif bound:
        # The roles to pass are of no stack here: what they can do isn't known.
        passes = much == "all" and "passRoles" in activities()[name].takes
        unknown = {"no-privilege-escalation"} if passes else set[str]()
        if name == SERVERLESS:
            unknown.add("encryption-required")
        assert set().union(*stopped.values()) <= unknown
        assert not {"local", "dev"} & set(stopped)
    else:
        # Without a network and keys it is open, which is advice in local and dev.
        assert set(stopped) <= {"staging", "prod"}
        assert set().union(*stopped.values()) <= {"encryption-required", "network-required"}


def _network(name: str) -> set[str]:
    return {"network"} if activities()[name].network else set()


@pytest.mark.parametrize("args", PERSONA_ROLES, ids=lambda args: args["persona"])
def test_every_persona_is_clean(args: dict[str, Any], target: Target) -> None:
    plan = planned({**args, "network": NETWORK, "encryption": ENCRYPTION}, target)
    assert [str(found) for policy in plan.managed for found in lint(policy.text)] == []
    assert stopped_by(plan) == {}


@pytest.mark.parametrize(("kind", "case"), GRANTS)
def test_every_kind_of_grant_is_clean(kind: str, case: dict[str, Any]) -> None:
    there = {"partition": "aws", "account": "123456789012", "region": "eu-west-1"}
    plan = planned({kind: case["entries"]}, Target(**{**there, **case.get("target", {})}))
    stopped = stopped_by(plan)
    assert set().union(*stopped.values()) == STOPPED.get((kind, case["name"]), set())
    assert not {"local", "dev"} & set(stopped)


def test_every_persona_is_among_them() -> None:
    assert {args["persona"] for args in PERSONA_ROLES} == {persona.value for persona in Persona}


@pytest.mark.parametrize(("name", "much"), EACH)
@pytest.mark.parametrize(
    ("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)
def test_the_partition_reaches_every_arn(name: str, much: str, partition: str, region: str) -> None:
    given = json.dumps(role_args(name, full=much == "all")).replace("arn:aws:", f"arn:{partition}:")
    target = Target(partition=partition, account="123456789012", region=region)
    plan = planned(json.loads(given.replace("eu-west-1", region)), target)
    (policy,) = plan.managed
    told = policy.text + "".join(companion.snippet or "" for companion in plan.companions)
    assert "arn:aws:" not in told
    assert "eu-west-1" not in told
    suffix = ".cn" if partition == "aws-cn" else ""
    for via in re.findall(rf'"(?:s3|sagemaker)\.{region}\.(.*?)"', told):
        assert via == f"amazonaws.com{suffix}"


@pytest.mark.parametrize("name", activities())
def test_the_order_and_the_repetition_of_inputs_change_nothing(name: str, target: Target) -> None:
    args = role_args(name, full=True)
    twice = json.loads(json.dumps(args))
    for inputs in twice["activities"].values():
        for key, value in inputs.items():
            if isinstance(value, list):
                entries = cast("list[str]", value)
                inputs[key] = [*reversed(entries), *entries]
    if "network" in twice:
        twice["network"] = {key: [*reversed(ids)] * 2 for key, ids in twice["network"].items()}
    if "encryption" in twice:
        twice["encryption"] = {key: arns * 2 for key, arns in twice["encryption"].items()}
    assert planned(twice, target) == planned(args, target)


@pytest.mark.parametrize("name", activities())
def test_an_activity_changes_no_other(name: str, target: Target) -> None:
    (alone,) = planned(role_args(name, full=False), target).managed
    for other in activities():
        both = {
            **role_args(other, full=False)["activities"],
            **role_args(name, full=False)["activities"],
        }
        assert alone in planned({"activities": both}, target).managed


@pytest.mark.parametrize("name", activities())
def test_what_is_not_named_leaves_no_statement_without_a_resource(
    name: str, target: Target
) -> None:
    activity = activities()[name]
    context = ActivityContext(target=target, role_arn="arn:aws:iam::123456789012:role/R", inputs={})
    assert all(statement.resources for statement in activity.statements(context))
    assert all(companion.why for companion in activity.companions(context))


@pytest.mark.parametrize("name", activities())
def test_every_activity_says_what_it_is_and_what_it_can_not_honour(name: str) -> None:
    activity = activities()[name]
    assert activity.description.endswith(".")
    assert activity.needs <= activity.takes <= set(INPUTS)
    both = activity.network and len(activity.keys) == 2
    assert bool(activity.why_not) != both


def test_a_region_whose_images_are_not_known_says_so() -> None:
    target = Target(partition="aws", account="123456789012", region="xx-new-1")
    plan = planned({"activities": {"access-aws-services": {}}}, target)
    assert [companion.what for companion in plan.companions] == ["AWS's images in xx-new-1"]
    assert "ecr:BatchGetImage" not in plan.managed[0].text
