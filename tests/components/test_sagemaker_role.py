"""The component under mocks: what a preview shows, and what stops it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws
import pytest
from pulumi.runtime import rpc

from components.sagemaker_role import SageMakerRole, create_roles
from rolewright.grants import RoleArgs, draft_stack_config, parse_stack_config
from tests.components.run import (
    ACCOUNT,
    ATTACHMENT,
    ATTACHMENTS_EXCLUSIVE,
    COMPONENT,
    POLICIES_EXCLUSIVE,
    ROLE,
    ROLE_POLICY,
    Aws,
    Run,
    preview,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def parse(args: dict[str, Any]) -> RoleArgs:
    return parse_stack_config("dev", json.dumps({"R": args}), None).roles["R"]


def direct(name: str, args: RoleArgs, answers: Aws | None = None) -> Run:
    def program() -> Mapping[str, Any]:
        role = SageMakerRole(name, args)
        return {"arn": role.arn, "name": role.name, "documents": role.documents}

    return preview(program, answers)


def stack(roles: dict[str, Any], answers: Aws | None = None, environment: str = "dev") -> Run:
    config = draft_stack_config(environment, json.dumps(roles), None)
    return preview(lambda: {k: r.arn for k, r in create_roles(config).items()}, answers)


def test_a_role_is_registered_below_its_component_under_its_own_name() -> None:
    run = direct("TrainingRole", {})
    (component,) = run.of(COMPONENT)
    (role,) = run.of(ROLE)
    assert component.name == role.name == "TrainingRole"
    assert role.parent == component.urn
    assert role.inputs["name"] == "TrainingRole"
    assert role.inputs["path"] == "/"


def test_the_documents_are_whole_and_plain_at_preview() -> None:
    run = stack(
        {
            "R": {
                "buckets": [{"name": "data", "access": ["read"]}],
                "dynamodb": [{"table": "features", "access": ["read"]}],
                "policies": {"Own": {"buckets": [{"name": "logs", "access": ["list"]}]}},
            }
        }
    )
    (role,) = run.of(ROLE)
    trust = json.loads(role.inputs["assumeRolePolicy"])
    assert trust["Statement"][0]["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    policies = {policy.inputs["name"]: policy.inputs["policy"] for policy in run.of(ROLE_POLICY)}
    assert list(policies) == ["Own", "rolewright-buckets", "rolewright-dynamodb"]
    assert all(isinstance(text, str) for text in policies.values())
    assert f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/features" in policies["rolewright-dynamodb"]


def test_every_input_is_known_at_preview() -> None:
    run = stack(
        {
            "R": {
                "managedPolicies": ["AmazonS3ReadOnlyAccess"],
                "buckets": [{"name": "data", "access": ["read"]}],
            }
        }
    )
    assert len(run.registered) == 6
    for resource in run.registered:
        assert rpc.UNKNOWN not in json.dumps(resource.inputs)
    for resource in (*run.of(ROLE_POLICY), *run.of(ATTACHMENT)):
        assert resource.inputs["role"] == "R"


def test_policies_and_attachments_are_the_components_children_and_are_deleted_first() -> None:
    run = stack(
        {
            "R": {
                "managedPolicies": ["AmazonS3ReadOnlyAccess"],
                "buckets": [{"name": "data", "access": ["read"]}],
            }
        }
    )
    (component,) = run.of(COMPONENT)
    (policy,) = run.of(ROLE_POLICY)
    (attachment,) = run.of(ATTACHMENT)
    assert (policy.name, attachment.name) == ("R/rolewright-buckets", "R/AmazonS3ReadOnlyAccess")
    assert attachment.inputs["policyArn"] == READ_ONLY
    for resource in (*run.of(ROLE), policy, attachment):
        assert resource.parent == component.urn
        assert resource.delete_before_replace


def test_resources_of_two_roles_never_share_a_urn() -> None:
    grant = {"buckets": [{"name": "data", "access": ["list"]}]}
    own = f"arn:aws:iam::{ACCOUNT}:policy/AmazonS3ReadOnlyAccess"
    run = stack(
        {
            "A-B": {"policies": {"C": grant}, "managedPolicies": [READ_ONLY, own]},
            "A": {"policies": {"B-C": grant}},
        }
    )
    urns = [resource.urn for resource in run.registered]
    assert len(urns) == len(set(urns)) == 12


def test_exclusive_resources_come_after_the_rest_and_hold_the_role_to_what_it_was_given() -> None:
    run = stack(
        {
            "R": {
                "managedPolicies": ["AmazonS3ReadOnlyAccess"],
                "buckets": [{"name": "data", "access": ["read"]}],
            }
        }
    )
    (policies,) = run.of(POLICIES_EXCLUSIVE)
    (attachments,) = run.of(ATTACHMENTS_EXCLUSIVE)
    assert policies.inputs == {"roleName": "R", "policyNames": ["rolewright-buckets"]}
    assert attachments.inputs == {"roleName": "R", "policyArns": [READ_ONLY]}
    assert run.of(ROLE_POLICY)[0].urn in policies.dependencies
    assert run.of(ATTACHMENT)[0].urn in attachments.dependencies
    (component,) = run.of(COMPONENT)
    assert policies.parent == attachments.parent == component.urn


def test_a_role_with_no_policies_is_held_to_none() -> None:
    run = direct("R", {})
    assert run.of(POLICIES_EXCLUSIVE)[0].inputs == {"roleName": "R", "policyNames": []}
    assert run.of(ATTACHMENTS_EXCLUSIVE)[0].inputs == {"roleName": "R", "policyArns": []}


def test_exclusive_resources_can_be_switched_off() -> None:
    run = direct("R", {"exclusive": False})
    assert run.types == {COMPONENT, ROLE}


def test_settings_reach_the_role() -> None:
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/ml-boundary"
    run = stack(
        {
            "R": {
                "nameFormat": "{name}-{environment}",
                "path": "/ml/",
                "description": "Trains.",
                "permissionsBoundary": boundary,
                "maxSessionDuration": 7200,
                "tags": {"team": "ml"},
            }
        },
        environment="staging",
    )
    (role,) = run.of(ROLE)
    assert role.name == "R"
    given = {key: value for key, value in role.inputs.items() if key != "assumeRolePolicy"}
    assert given == {
        "name": "R-staging",
        "path": "/ml/",
        "description": "Trains.",
        "permissionsBoundary": boundary,
        "maxSessionDuration": 7200,
        "tags": {"team": "ml"},
    }
    assert run.of(POLICIES_EXCLUSIVE)[0].inputs["roleName"] == "R-staging"


def test_a_name_stands_for_the_key_in_the_name_format() -> None:
    run = stack({"New": {"name": "Old", "nameFormat": "{name}-{environment}"}})
    assert (run.of(ROLE)[0].name, run.of(ROLE)[0].inputs["name"]) == ("New", "Old-dev")


def test_a_role_that_exists_is_looked_up_by_its_name() -> None:
    run = stack({"Short": {"existing": True, "name": "Long"}}, Aws(roles={"Long": "/old/"}))
    assert run.outputs == {"Short": f"arn:aws:iam::{ACCOUNT}:role/old/Long"}


def test_a_renamed_role_names_its_former_key_beside_the_aliases_it_is_given() -> None:
    def program() -> None:
        own = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="Older")])
        SageMakerRole("New", {"formerly": "Old"}, own)
        SageMakerRole("Other", {})

    assert [(role.name, role.aliases) for role in preview(program).of(COMPONENT)] == [
        ("New", ("Older", "Old")),
        ("Other", ()),
    ]


def test_outputs_are_the_arn_the_name_and_the_documents() -> None:
    run = preview(
        lambda: {
            "documents": SageMakerRole("R", {"policies": {}}).documents,
            "name": SageMakerRole("S", {"nameFormat": "{name}-x"}).name,
        }
    )
    assert list(run.outputs["documents"]) == ["trust"]
    assert run.outputs["name"] == "S-x"


def test_the_documents_output_is_what_was_registered() -> None:
    run = direct("R", parse({"buckets": [{"name": "data", "access": ["read"]}]}))
    assert "arn" not in run.outputs  # which IAM gives once the role is there
    assert run.outputs["name"] == "R"
    documents = run.outputs["documents"]
    assert documents["rolewright-buckets"] == run.of(ROLE_POLICY)[0].inputs["policy"]
    assert documents["trust"] == run.of(ROLE)[0].inputs["assumeRolePolicy"]


def test_a_role_that_exists_gets_grants_and_nothing_else() -> None:
    answers = Aws(roles={"Legacy": "/service-role/"})
    args = parse(
        {
            "existing": True,
            "managedPolicies": ["AmazonS3ReadOnlyAccess"],
            "dynamodb": [{"table": "features", "access": ["read"]}],
        }
    )
    run = direct("Legacy", args, answers)
    assert run.types == {COMPONENT, ROLE_POLICY, ATTACHMENT}
    assert run.of(ROLE_POLICY)[0].inputs["role"] == "Legacy"
    assert run.of(ATTACHMENT)[0].inputs["role"] == "Legacy"
    assert list(run.outputs["documents"]) == ["rolewright-dynamodb"]


def test_a_role_that_exists_has_its_real_arn() -> None:
    answers = Aws(roles={"Legacy": "/service-role/"})
    run = direct("Legacy", {"existing": True}, answers)
    assert run.outputs["arn"] == f"arn:aws:iam::{ACCOUNT}:role/service-role/Legacy"
    assert run.outputs["name"] == "Legacy"
    run = stack({"Legacy": {"existing": True}}, answers)
    assert run.outputs == {"Legacy": f"arn:aws:iam::{ACCOUNT}:role/service-role/Legacy"}


def test_every_role_of_the_stack_is_made_and_aws_is_asked_once() -> None:
    answers = Aws()
    run = stack({"B": {}, "A": {}, "C": {}}, answers)
    assert [component.name for component in run.of(COMPONENT)] == ["A", "B", "C"]
    assert len(answers.invokes) == 3


def test_the_partition_reaches_the_documents() -> None:
    run = stack({"R": {"managedPolicies": ["AmazonS3ReadOnlyAccess"]}}, Aws(partition="aws-cn"))
    assert run.of(ATTACHMENT)[0].inputs["policyArn"] == READ_ONLY.replace("arn:aws:", "arn:aws-cn:")


def test_bad_arguments_are_an_error_and_nothing_is_registered() -> None:
    bad: Any = {"buckets": [{"name": "data", "access": ["raed"]}], "colour": "red"}
    run = direct("R", bad)
    assert run.said[0] == "2 problems in the stack config"
    assert run.said[1].startswith("roles.R.buckets[0].access[0]: `raed` is not an access level")
    assert run.said[2].startswith("roles.R.colour: is not a known key")
    assert run.registered == []


def test_an_output_among_the_arguments_is_an_error() -> None:
    bad: Any = {"buckets": [{"name": pulumi.Output.from_input("data"), "access": ["read"]}]}
    assert direct("R", bad).said == [
        "1 problem in the stack config",
        (
            "roles.R: an `Output` can't be part of a policy document; "
            "give plain values, known at preview"
        ),
    ]


def test_a_name_format_with_the_environment_needs_a_stack() -> None:
    assert direct("R", {"nameFormat": "{name}-{environment}"}).said == [
        "1 problem in the stack config",
        "roles.R.nameFormat: needs `environment`, which is not set",
    ]


def test_a_role_that_does_not_exist_is_an_error_with_what_to_do() -> None:
    expected = [
        "1 problem in the stack config",
        (
            "roles.Gone: no role `Gone` exists in the account; "
            "check its name, or remove `existing` to create it"
        ),
    ]
    assert direct("Gone", {"existing": True}).said == expected
    run = stack({"Fine": {}, "Gone": {"existing": True}})
    assert run.said == expected
    assert run.registered == []


def test_every_role_that_does_not_exist_is_told_at_once() -> None:
    run = stack({"A": {"existing": True}, "B": {"existing": True}})
    assert run.said[0] == "2 problems in the stack config"
    assert [line.split(":")[0] for line in run.said[1:]] == ["roles.A", "roles.B"]


def test_a_role_that_cannot_be_read_is_an_error_in_aws_own_words() -> None:
    answers = Aws(faults={"aws:iam/getRole:getRole": "AccessDenied: not for you\nand more"})
    run = stack({"Legacy": {"existing": True}}, answers)
    assert len(run.said) == 2
    assert run.said[1].startswith("roles.Legacy: the role `Legacy` can't be read: ")
    assert "AccessDenied: not for you" in run.said[1]


@pytest.mark.parametrize(
    "token",
    [
        "aws:index/getPartition:getPartition",
        "aws:index/getCallerIdentity:getCallerIdentity",
        "aws:index/getRegion:getRegion",
    ],
)
def test_an_aws_that_does_not_answer_is_an_error(token: str) -> None:
    answers = Aws(faults={token: "no valid credential sources found"})
    for run in (direct("R", {}, answers), stack({"R": {}}, answers)):
        (said,) = run.said
        assert said.startswith("AWS can't be asked for account and region: ")
        assert "no valid credential sources found" in said
        assert run.of(ROLE) == []


def test_one_bad_role_keeps_all_roles_from_being_registered() -> None:
    run = stack({"Fine": {}, "Bad": {"path": "ml"}, "Worse": {"managedPolicies": ["Nope"]}})
    assert [line.split(":")[0] for line in run.said] == [
        "2 problems in the stack config",
        "roles.Bad.path",
        "roles.Worse.managedPolicies[0]",
    ]
    assert run.registered == []


def test_a_component_below_another_asks_its_own_provider() -> None:
    def program() -> None:
        other = aws.Provider("other", region="us-east-1")
        outer = pulumi.ComponentResource(
            "test:index:Outer", "outer", opts=pulumi.ResourceOptions(providers=[other])
        )
        SageMakerRole("Legacy", {"existing": True}, pulumi.ResourceOptions(parent=outer))
        SageMakerRole("R", {}, pulumi.ResourceOptions(parent=outer))

    answers = Aws(roles={"Legacy": "/"})
    run = preview(program, answers)
    assert all(component.parent.endswith("::outer") for component in run.of(COMPONENT))
    (role,) = run.of(ROLE)
    assert "::other::" in role.provider
    assert "aws:iam/getRole:getRole" in answers.invokes
    assert all("::other::" in provider for provider in answers.providers)
