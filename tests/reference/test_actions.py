"""Actions and resource types of one service."""

from __future__ import annotations

import pytest

from rolewright.reference import (
    AccessLevel,
    ResourceType,
    ResourceTypeUse,
    actions_of,
    find_action,
    resource_types_of,
    services,
)


def test_find_action_takes_any_case_and_gives_the_case_of_aws() -> None:
    action = find_action("S3:getobject")
    assert action is not None
    assert (action.service, action.name, action.access_level) == (
        "s3",
        "GetObject",
        AccessLevel.READ,
    )
    assert ResourceTypeUse(name="object", required=False, condition_keys=()) in (
        action.resource_types
    )
    assert "s3:ExistingObjectTag/<key>" in action.condition_keys


@pytest.mark.parametrize("name", ["s3:GetObjekt", "nope:GetObject", "s3", "", ":", "../index:a"])
def test_find_action_knows_no_other(name: str) -> None:
    assert find_action(name) is None


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("s3:ListBucket", AccessLevel.LIST),
        ("s3:PutObject", AccessLevel.WRITE),
        ("s3:PutBucketPolicy", AccessLevel.PERMISSIONS_MANAGEMENT),
        ("sagemaker:AddTags", AccessLevel.TAGGING),
        ("iam:PassRole", AccessLevel.WRITE),
        ("iam:AttachRolePolicy", AccessLevel.PERMISSIONS_MANAGEMENT),
        ("sts:AssumeRole", AccessLevel.WRITE),
    ],
)
def test_access_levels_are_those_of_the_documentation(name: str, level: AccessLevel) -> None:
    action = find_action(name)
    assert action is not None
    assert action.access_level is level


def test_dependent_actions_name_the_role_that_a_job_is_given() -> None:
    action = find_action("sagemaker:CreateTrainingJob")
    assert action is not None
    assert "iam:PassRole" in action.dependent_actions


def test_condition_keys_have_both_names_of_the_volume_key() -> None:
    action = find_action("sagemaker:CreateTrainingJob")
    assert action is not None
    assert {"sagemaker:VolumeKmsKey", "sagemaker:VolumeKmsKeyArn"} <= set(action.condition_keys)


def test_actions_of_is_read_only_and_keyed_in_lower_case() -> None:
    actions = actions_of("IAM")
    assert actions["passrole"].name == "PassRole"
    assert not hasattr(actions, "__setitem__")
    assert actions_of("nope") == {}


def test_resource_types_have_arn_templates_and_keys() -> None:
    assert resource_types_of("s3")["bucket"] == ResourceType(
        name="bucket",
        arns=("arn:${Partition}:s3:::${BucketName}",),
        condition_keys=("aws:ResourceTag/${TagKey}", "s3:BucketTag/${TagKey}"),
    )
    assert resource_types_of("nope") == {}


def test_a_resource_type_with_two_arns_keeps_both() -> None:
    assert resource_types_of("lex")["bot"].arns == (
        "arn:${Partition}:lex:${Region}:${Account}:bot/${BotId}",
        "arn:${Partition}:lex:${Region}:${Account}:bot:${BotName}",
    )


def test_every_resource_type_that_an_action_takes_is_described() -> None:
    for service in services():
        described = resource_types_of(service)
        for action in actions_of(service).values():
            assert {use.name for use in action.resource_types} <= set(described), action.name


def test_every_arn_template_is_one_arn() -> None:
    for service in services():
        for kind in resource_types_of(service).values():
            for arn in kind.arns:
                assert arn.startswith("arn:${Partition}:"), (service, kind)
                assert ", " not in arn
