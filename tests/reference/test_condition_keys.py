"""Condition keys and their types."""

from __future__ import annotations

import pytest

from rolewright.reference import actions_of, condition_key_type, condition_keys_of, services


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("aws:SourceArn", "ARN"),
        ("aws:sourcearn", "ARN"),
        ("aws:SourceIp", "IPAddress"),
        ("aws:MultiFactorAuthPresent", "Bool"),
        ("aws:CurrentTime", "Date"),
        ("aws:TagKeys", "ArrayOfString"),
        ("iam:PassedToService", "String"),
        ("s3:max-keys", "Numeric"),
        ("sagemaker:VpcSubnets", "ArrayOfString"),
        ("sagemaker:VolumeKmsKey", "ARN"),
        # In the tables of services that their prefix does not name.
        ("saml:aud", "String"),
        ("ssm:SourceInstanceARN", "ARN"),
        ("catalog:ChangeType", "String"),
    ],
)
def test_a_key_has_the_type_of_the_documentation(key: str, kind: str) -> None:
    assert condition_key_type(key) == kind


@pytest.mark.parametrize(
    "key",
    [
        "aws:RequestTag/team",
        "aws:requesttag/Team With Spaces/and:signs",
        "aws:PrincipalTag/team",
        "aws:ResourceTag/${TagKey}",
        "s3:ExistingObjectTag/class",
        "secretsmanager:ResourceTag/team",
        "iam:ResourceTag/team",
        "kms:EncryptionContext:aws:s3:arn",
        "agent.example.buildkite.dev:build_branch",
        "codebuild:environment.environmentVariables/NAME.value",
    ],
)
def test_a_key_with_a_part_of_ones_own_is_found_by_its_template(key: str) -> None:
    assert condition_key_type(key) == "String"


@pytest.mark.parametrize(
    "key",
    [
        "aws:RequestTag",
        "aws:RequestTag/",
        "aws:SourceArnn",
        "xaws:SourceArn",
        "aws:SourceArn/x",
        "nope:Key",
        "s3:nope",
        "s3",
        "",
        "codebuild:environment.environmentVariables/NAME.values",
    ],
)
def test_no_other_key_has_a_type(key: str) -> None:
    assert condition_key_type(key) is None


def test_the_global_table_goes_before_a_services() -> None:
    assert condition_keys_of("q")["identitystore:UserId"] == "ArrayOfString"
    assert condition_key_type("identitystore:UserId") == "String"


def test_keys_of_a_service_are_spelled_as_aws_does() -> None:
    keys = condition_keys_of("S3")
    assert keys["s3:prefix"] == "String"
    assert keys["aws:ResourceTag/${TagKey}"] == "String"
    assert condition_keys_of("nope") == {}


def test_every_key_that_an_action_takes_has_a_type() -> None:
    for service in services():
        for action in actions_of(service).values():
            for keys in (
                action.condition_keys,
                *(use.condition_keys for use in action.resource_types),
            ):
                for key in keys:
                    assert condition_key_type(key), (service, action.name, key)
