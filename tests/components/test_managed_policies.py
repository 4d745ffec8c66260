"""Activities and managed policies under mocks: what stands in the account beside the role."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from components.sagemaker_role import SageMakerRole, create_roles
from rolewright.grants import Companion, Target, draft_stack_config, parse_role_args, plan_role
from tests.components.run import (
    ACCOUNT,
    ATTACHMENT,
    ATTACHMENTS_EXCLUSIVE,
    COMPONENT,
    POLICIES_EXCLUSIVE,
    POLICY,
    ROLE,
    ROLE_POLICY,
    Aws,
    Run,
    preview,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

GRANT = {"buckets": [{"name": "logs", "access": ["list"]}]}
ACTIVITY = {"access-s3-buckets": {"buckets": ["data"]}}
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
TARGET = Target(partition="aws", account=ACCOUNT, region="eu-west-1")


def made(args: dict[str, Any], answers: Aws | None = None, key: str = "R") -> Run:
    def program() -> Mapping[str, Any]:
        roles = create_roles(draft_stack_config("dev", json.dumps({key: args}), None))
        return {"documents": roles[key].documents, "checklist": roles[key].checklist}

    return preview(program, answers)


def own(name: str, path: str = "/") -> str:
    return f"arn:aws:iam::{ACCOUNT}:policy{path}{name}"


def test_each_stands_in_the_account_under_the_roles_path_and_name() -> None:
    run = made(
        {
            "path": "/ml/",
            "nameFormat": "{name}-{environment}",
            "activities": ACTIVITY,
            "policies": {"Own": {**GRANT, "managed": True}},
        }
    )
    named = {policy.name: policy.inputs for policy in run.of(POLICY)}
    assert list(named) == ["R/activities/access-s3-buckets", "R/policies/Own"]
    assert [inputs["name"] for inputs in named.values()] == ["R-dev-access-s3-buckets", "R-dev-Own"]
    assert {inputs["path"] for inputs in named.values()} == {"/ml/"}
    assert "arn:aws:s3:::data/*" in named["R/activities/access-s3-buckets"]["policy"]
    assert run.of(ROLE_POLICY) == []


def test_each_is_the_components_child_and_is_deleted_before_it_is_replaced() -> None:
    run = made({"activities": ACTIVITY})
    (component,) = run.of(COMPONENT)
    for resource in (*run.of(POLICY), *run.of(ATTACHMENT)):
        assert resource.parent == component.urn
        assert resource.delete_before_replace


def test_each_has_the_roles_tags() -> None:
    tagged = {"tags": {"team": "ml"}, "activities": ACTIVITY}
    assert made(tagged).of(POLICY)[0].inputs["tags"] == {"team": "ml"}
    assert "tags" not in made({"activities": ACTIVITY}).of(POLICY)[0].inputs


def test_each_is_attached_by_an_arn_known_at_preview_once_it_is_there() -> None:
    run = made({"path": "/ml/", "activities": ACTIVITY})
    (policy,), (attachment,) = run.of(POLICY), run.of(ATTACHMENT)
    assert attachment.inputs == {"role": "R", "policyArn": own("R-access-s3-buckets", "/ml/")}
    assert policy.urn in attachment.dependencies


def test_each_waits_for_the_role_whose_replacement_detaches_it() -> None:
    run = made({"activities": ACTIVITY})
    assert run.of(ROLE)[0].urn in run.of(POLICY)[0].dependencies


def test_exclusive_attachments_list_them_with_those_of_others() -> None:
    run = made({"managedPolicies": ["AmazonS3ReadOnlyAccess"], "activities": ACTIVITY})
    (held,) = run.of(ATTACHMENTS_EXCLUSIVE)
    assert held.inputs["policyArns"] == [READ_ONLY, own("R-access-s3-buckets")]
    assert {attachment.urn for attachment in run.of(ATTACHMENT)} <= held.dependencies
    assert run.of(POLICIES_EXCLUSIVE)[0].inputs["policyNames"] == []


def test_one_with_the_name_of_an_attached_one_has_a_urn_of_its_own() -> None:
    attached = ["AmazonS3ReadOnlyAccess", own("AmazonS3ReadOnlyAccess")]
    run = made(
        {
            "managedPolicies": attached,
            "policies": {"AmazonS3ReadOnlyAccess": {**GRANT, "managed": True}},
        }
    )
    assert [attachment.name for attachment in run.of(ATTACHMENT)] == [
        "R/AmazonS3ReadOnlyAccess",
        "R/policies/AmazonS3ReadOnlyAccess",
        "R/policy/AmazonS3ReadOnlyAccess",
    ]


def test_a_role_that_exists_gets_them_under_our_own_name_and_keeps_all_else() -> None:
    run = made({"existing": True, "activities": ACTIVITY}, Aws(roles={"R": "/old/"}))
    assert run.types == {COMPONENT, POLICY, ATTACHMENT}
    (policy,), (attachment,) = run.of(POLICY), run.of(ATTACHMENT)
    assert (policy.inputs["name"], policy.inputs["path"]) == (
        "rolewright-R-access-s3-buckets",
        "/",
    )
    assert attachment.inputs == {"role": "R", "policyArn": own("rolewright-R-access-s3-buckets")}


def test_the_documents_output_holds_every_document() -> None:
    run = made({"activities": ACTIVITY, **GRANT})
    assert run.outputs["documents"] == {
        "rolewright-buckets": run.of(ROLE_POLICY)[0].inputs["policy"],
        "R-access-s3-buckets": run.of(POLICY)[0].inputs["policy"],
        "trust": run.of(ROLE)[0].inputs["assumeRolePolicy"],
    }


def test_names_that_collide_in_the_account_are_an_error() -> None:
    roles = {
        "A-B": {"policies": {"C": {**GRANT, "managed": True}}},
        "A": {"policies": {"b-C": {**GRANT, "managed": True}}},
    }
    run = preview(lambda: {k: r.arn for k, r in create_roles(_draft(roles)).items()})
    assert run.said == [
        "1 problem in the stack config",
        (
            "roles.A.policies.b-C: the name of its policy, `A-b-C`, collides with that of "
            "roles.A-B.policies.C (IAM ignores case); rename one of them"
        ),
    ]
    assert run.registered == []


def test_a_policy_named_as_an_activity_collides_with_it() -> None:
    run = made(
        {
            "activities": ACTIVITY,
            "policies": {"access-s3-buckets": {**GRANT, "managed": True}},
        }
    )
    assert run.said[1].startswith("roles.R.policies.access-s3-buckets: the name of its policy")


def _draft(roles: dict[str, Any]) -> Any:
    return draft_stack_config("dev", json.dumps(roles), None)


def with_companions(*companions: Companion) -> Run:
    plan = plan_role("R", parse_role_args("R", {"path": "/ml/"}), TARGET)

    def program() -> Mapping[str, Any]:
        role = SageMakerRole("R", {}, plan=replace(plan, companions=companions))
        return {"checklist": role.checklist, "exports": sorted(role.exports)}

    return preview(program)


def test_the_checklist_says_what_else_is_needed_for_this_very_role() -> None:
    run = with_companions(
        Companion(what="key policy", why="w", snippet='{"AWS": "ROLE_ARN"}'),
        Companion(what="ask", why="v"),
    )
    assert run.outputs["checklist"] == [
        {
            "what": "key policy",
            "why": "w",
            "snippet": f'{{"AWS": "arn:aws:iam::{ACCOUNT}:role/ml/R"}}',
        },
        {"what": "ask", "why": "v"},
    ]


@pytest.mark.parametrize(
    ("companions", "exported"),
    [((), ["arn", "name"]), ((Companion(what="a", why="b"),), ["arn", "checklist", "name"])],
)
def test_a_role_exports_a_checklist_only_where_it_has_one(
    companions: tuple[Companion, ...], exported: list[str]
) -> None:
    assert with_companions(*companions).outputs["exports"] == exported


def test_what_names_the_role_itself_names_an_existing_one_by_its_real_arn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def companions(args: object, target: object, arn: str) -> list[Companion]:
        del args, target
        return [Companion(what=arn, why="w")]

    monkeypatch.setattr("rolewright.grants.plan._companions", companions)
    real = f"arn:aws:iam::{ACCOUNT}:role/old/R"
    answers = Aws(roles={"R": "/old/"})
    run = made({"existing": True, "activities": ACTIVITY}, answers)
    assert run.outputs["checklist"] == [{"what": real, "why": "w"}]
    direct = preview(
        lambda: {"checklist": SageMakerRole("R", {"existing": True}).checklist}, answers
    )
    assert direct.outputs["checklist"] == run.outputs["checklist"]
