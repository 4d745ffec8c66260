"""From a resource back to the stack config key that asked for it."""

from __future__ import annotations

import pytest

from rolewright.stack.origin import Origin, origin_of

URN = "urn:pulumi:test::sagemaker-roles::"


@pytest.mark.parametrize(
    ("parent", "key"),
    [
        (f"{URN}rolewright:index:SageMakerRole::TrainingRole", "roles.TrainingRole"),
        (f"{URN}my:index:Outer$rolewright:index:SageMakerRole::R", "roles.R"),
        (f"{URN}rolewright:index:SageMakerRole::a.b", 'roles["a.b"]'),
        (f"{URN}rolewright:index:SageMakerRole::a::b", 'roles["a::b"]'),
        (f"{URN}my:index:Other::R", None),
        (f"{URN}rolewright:index:SageMakerRole$my:index:Other::R", None),
        (f"{URN}pulumi:pulumi:Stack::sagemaker-roles-test", None),
        (None, None),
    ],
)
def test_a_role_is_of_our_component_or_of_no_key(parent: str | None, key: str | None) -> None:
    assert origin_of(parent).role_key == key


def test_each_part_of_a_role_has_its_key() -> None:
    origin = Origin(role_key="roles.R")
    assert origin.trust == "roles.R.trust"
    assert origin.boundary == "roles.R.permissionsBoundary"
    assert origin.managed == "roles.R.managedPolicies"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("rolewright-buckets", "roles.R.buckets"),
        ("rolewright-dynamodb", "roles.R.dynamodb"),
        ("Custom", "roles.R.policies.Custom"),
        ("a.b", 'roles.R.policies["a.b"]'),
        ("rolewright-Extra", "roles.R.policies.Extra"),
        ("buckets", "roles.R.policies.buckets"),
    ],
)
def test_an_inline_policy_has_the_key_of_its_grants(name: str, key: str) -> None:
    assert Origin(role_key="roles.R").policy(name) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("R/activities/manage-jobs", "roles.R.activities.manage-jobs"),
        ("R/policies/Own", "roles.R.policies.Own"),
        ("R/policies/a.b", 'roles.R.policies["a.b"]'),
        ("a/b/policies/Own", "roles.R.policies.Own"),
        ("another", "roles.R"),
    ],
)
def test_a_managed_policy_of_the_roles_own_has_the_key_that_asked_for_it(
    name: str, key: str
) -> None:
    assert Origin(role_key="roles.R").made(name) == key


def test_what_another_program_wrote_has_no_key() -> None:
    origin = Origin()
    assert origin.trust is None
    assert origin.boundary is None
    assert origin.managed is None
    assert origin.policy("rolewright-buckets") is None
    assert origin.made("R/policies/Own") is None
    assert origin.made("own") is None
