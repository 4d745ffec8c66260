"""Networks and keys: what an activity honours, it holds every action to that knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rolewright.grants.activities import activities
from rolewright.iam import Policies, Request, evaluate
from rolewright.reference import find_action, resource_types_of
from tests.grants.activity_roles import KEY, NETWORK, OTHER_KEY, needed, planned

if TYPE_CHECKING:
    from rolewright.grants import RolePlan, Target

Context = dict[str, tuple[str, ...]]

KEYS = {"dataKeys": "sagemaker:OutputKmsKey", "volumeKeys": "sagemaker:VolumeKmsKey"}
IN_NETWORK: Context = {
    "sagemaker:VpcSubnets": tuple(NETWORK["subnets"]),
    "sagemaker:VpcSecurityGroupIds": tuple(NETWORK["securityGroups"]),
}
WITH_KEYS: Context = dict.fromkeys(KEYS.values(), (KEY,))
USE_KEYS_ALONE = {"access-aws-services", "manage-glue-tables", "run-studio-apps"}
"""They create nothing that names a key; they let keys be used."""
NAME = "my-canvas-data-prep-1"
"""A name that every pattern of ours takes."""
BESIDE: list[Context] = [
    {key: values for key, values in IN_NETWORK.items() if key != "sagemaker:VpcSubnets"},
    {key: values for key, values in IN_NETWORK.items() if key != "sagemaker:VpcSecurityGroupIds"},
    {},
    {**IN_NETWORK, "sagemaker:VpcSubnets": ("subnet-9",)},
    {**IN_NETWORK, "sagemaker:VpcSecurityGroupIds": ("sg-9",)},
    {**IN_NETWORK, "sagemaker:VpcSubnets": (*NETWORK["subnets"], "subnet-9")},
    {**IN_NETWORK, "sagemaker:VpcSecurityGroupIds": (*NETWORK["securityGroups"], "sg-9")},
]


def knowing(plan: RolePlan, *keys: str) -> list[tuple[str, str]]:
    """Return the actions that a role has of those that know a key, each with a resource."""
    found: dict[str, str] = {}
    for policy in plan.managed:
        for statement in policy.document.statements:
            for name in statement.actions or ():
                action = find_action(name)
                assert action is not None
                if action.service == "sagemaker" and set(keys) & set(action.condition_keys):
                    found[name] = _arn(action.resource_types)
    return sorted(found.items())


def _arn(uses: Any) -> str:
    kind = next(use.name for use in uses if use.required)
    (template,) = resource_types_of("sagemaker")[kind].arns
    head, _, _ = template.rpartition("/")
    filled = head.replace("${Partition}", "aws").replace("${Region}", "eu-west-1")
    return f"{filled.replace('${Account}', '123456789012')}/{NAME}"


def allowed(plan: RolePlan, action: str, resource: str, context: Context) -> bool:
    policies = Policies(identity=tuple(policy.document for policy in plan.managed))
    return evaluate(Request(action=action, resource=resource, context=context), policies).allowed


def _plan(name: str, target: Target, **settings: Any) -> RolePlan:
    activity = activities()[name]
    return planned({"activities": {name: needed(activity)}, **settings}, target)


@pytest.mark.parametrize("name", [name for name, each in activities().items() if each.network])
def test_what_knows_of_networks_is_held_to_the_network(name: str, target: Target) -> None:
    plan = _plan(name, target, network=NETWORK)
    actions = knowing(plan, "sagemaker:VpcSubnets")
    assert bool(actions) == (name != "access-aws-services")
    for action, resource in actions:
        assert allowed(plan, action, resource, IN_NETWORK)
        one = {**IN_NETWORK, "sagemaker:VpcSubnets": (NETWORK["subnets"][0],)}
        assert allowed(plan, action, resource, one)
        assert not [context for context in BESIDE if allowed(plan, action, resource, context)]
        assert allowed(_plan(name, target), action, resource, {})


@pytest.mark.parametrize("name", [name for name, each in activities().items() if each.network])
def test_what_runs_instances_and_knows_of_no_network_is_left_out(name: str, target: Target) -> None:
    plan = _plan(name, target, network=NETWORK)
    keys = ("sagemaker:InstanceTypes", "sagemaker:VolumeKmsKey")
    bound = {action for action, _ in knowing(plan, "sagemaker:VpcSubnets")}
    # It changes a job that is there, in the network it was created in.
    assert {action for action, _ in knowing(plan, *keys)} - bound <= {"sagemaker:UpdateTrainingJob"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, kind) for name, each in activities().items() for kind in sorted(each.keys)],
)
def test_what_knows_of_keys_is_held_to_the_key(name: str, kind: str, target: Target) -> None:
    plan = _plan(name, target, encryption={kind: [KEY]})
    actions = knowing(plan, KEYS[kind])
    assert bool(actions) == (name not in USE_KEYS_ALONE)
    for action, resource in actions:
        assert allowed(plan, action, resource, {KEYS[kind]: (KEY,)})
        assert not allowed(plan, action, resource, {KEYS[kind]: (OTHER_KEY,)})
        assert not allowed(plan, action, resource, {})


@pytest.mark.parametrize(
    "name", [name for name, each in activities().items() if each.network and len(each.keys) == 2]
)
def test_network_and_keys_hold_together(name: str, target: Target) -> None:
    encryption = {kind: [KEY] for kind in KEYS}
    plan = _plan(name, target, network=NETWORK, encryption=encryption)
    both = {**IN_NETWORK, **WITH_KEYS}
    for action, resource in knowing(plan, "sagemaker:VpcSubnets", *KEYS.values()):
        assert allowed(plan, action, resource, both)
        assert not allowed(plan, action, resource, {**both, "sagemaker:VpcSubnets": ("subnet-9",)})
        known = {key for key in KEYS.values() if (action, resource) in knowing(plan, key)}
        for key in known:
            assert not allowed(plan, action, resource, {**both, key: (OTHER_KEY,)})


@pytest.mark.parametrize("name", [name for name, each in activities().items() if each.keys])
def test_another_key_can_not_be_used(name: str, target: Target) -> None:
    activity = activities()[name]
    plan = _plan(name, target, encryption={kind: [KEY] for kind in sorted(activity.keys)})
    uses: dict[str, tuple[str, Context]] = {
        "dataKeys": ("kms:GenerateDataKey", {"kms:ViaService": ("s3.eu-west-1.amazonaws.com",)}),
        "volumeKeys": (
            "kms:CreateGrant",
            {
                "kms:ViaService": ("sagemaker.eu-west-1.amazonaws.com",),
                "kms:GrantIsForAWSResource": ("true",),
            },
        ),
    }
    for action, context in uses.values():
        assert not allowed(plan, action, OTHER_KEY, context)
        assert not allowed(plan, action, KEY, {})
        assert not allowed(_plan(name, target), action, KEY, context)


def test_an_activity_s_own_setting_wins_over_the_role_s(target: Target) -> None:
    own = {"subnets": ["subnet-7"], "securityGroups": ["sg-7"]}
    plan = planned(
        {"activities": {"manage-jobs": {"network": own}, "manage-models": {}}, "network": NETWORK},
        target,
    )
    documents = {policy.key.removeprefix("activities/"): policy.text for policy in plan.managed}
    assert "subnet-7" in documents["manage-jobs"]
    assert NETWORK["subnets"][0] not in documents["manage-jobs"]
    assert NETWORK["subnets"][0] in documents["manage-models"]


def _told(plan: RolePlan) -> list[str]:
    return [companion.what for companion in plan.companions]


def test_companions_say_what_a_role_alone_can_not_give(target: Target) -> None:
    encryption = {"dataKeys": [KEY], "volumeKeys": [OTHER_KEY]}
    plan = _plan("manage-jobs", target, network=NETWORK, encryption=encryption)
    subnets = " ".join(NETWORK["subnets"])
    assert _told(plan) == [
        f"key policy of {KEY}",
        f"key policy of {OTHER_KEY}",
        f"VPC endpoints of {subnets}",
        "transform jobs: name the models they may run",
    ]
    data, volume, endpoints, _ = plan.companions
    assert '"AWS": "ROLE_ARN"' in (data.snippet or "")
    assert "kms:GenerateDataKey" in (data.snippet or "")
    assert "kms:GrantIsForAWSResource" in (volume.snippet or "")
    for service in ("sts", "logs", "ecr.api", "ecr.dkr", "s3", "sagemaker.api"):
        assert f"com.amazonaws.eu-west-1.{service} " in (endpoints.snippet or "")


def test_companions_say_what_iam_can_not_bind(target: Target) -> None:
    assert "validation of model packages" in _told(_plan("manage-models", target, network=NETWORK))
    encryption = {"dataKeys": [KEY], "volumeKeys": [KEY]}
    args: dict[str, Any] = {
        "activities": {"manage-endpoints": {}, "manage-jobs": {}},
        "encryption": encryption,
    }
    assert "keys of captured data and asynchronous output" in _told(planned(args, target))


def test_lake_formation_is_named_for_every_database(target: Target) -> None:
    args = {"activities": {"manage-glue-tables": {"databases": ["b", "a"]}}}
    assert _told(planned(args, target)) == [
        "Lake Formation permissions on the tables of `a`",
        "Lake Formation permissions on the tables of `b`",
    ]
