"""The AWS-managed policies, compared with their source."""

from __future__ import annotations

import json

import pytest

from rolewright.reference import managed_policy, managed_policy_names
from rolewright.reference.make.managed import moto_policies


def test_every_policy_is_the_one_of_its_source() -> None:
    _, policies = moto_policies()
    assert list(managed_policy_names()) == sorted(policies)
    for name, source in policies.items():
        policy = managed_policy(name)
        assert policy is not None
        assert json.loads(policy.text) == source["Document"]
        assert policy.arn == f"arn:aws:iam::aws:policy{source.get('Path', '/')}{name}"
        assert policy.path == source.get("Path", "/")
        assert policy.version_id == source["DefaultVersionId"]
        assert policy.updated == source["UpdateDate"][:10]


def test_a_policy_is_found_by_its_name_in_any_case() -> None:
    policy = managed_policy("amazonsagemakerfullaccess")
    assert policy is not None
    assert policy.name == "AmazonSageMakerFullAccess"
    assert policy.arn == "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov", "aws-iso-b", "aws-eusc"])
@pytest.mark.parametrize(
    "tail",
    [
        "AmazonSageMakerFullAccess",
        "service-role/AmazonSageMakerServiceCatalogProductsGlueServiceRolePolicy",
    ],
)
def test_an_arn_is_of_any_partition(partition: str, tail: str) -> None:
    arn = f"arn:{partition}:iam::aws:policy/{tail}"
    policy = managed_policy(arn)
    assert policy is not None
    assert policy.arn == arn
    at_home = managed_policy(tail.rpartition("/")[2])
    assert at_home is not None
    assert policy.text == at_home.text


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::123456789012:policy/AmazonSageMakerFullAccess",
        "arn:aws:iam::aws:policy/service-role/AmazonSageMakerFullAccess",
        "arn:aws:iam::aws:policy/amazonsagemakerfullaccess",
        "arn:aws:iam::aws:policy/",
        "arn:aws:iam::aws:role/AmazonSageMakerFullAccess",
        "arn:other:iam::aws:policy/AmazonSageMakerFullAccess",
        "arn::iam::aws:policy/AmazonSageMakerFullAccess",
        "policy/AmazonSageMakerFullAccess",
        "AmazonSageMakerFullAcces",
        "",
    ],
)
def test_nothing_else_is_an_aws_managed_policy(arn: str) -> None:
    assert managed_policy(arn) is None
