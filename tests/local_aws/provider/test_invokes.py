"""The invokes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.local_aws.plugin import REGION, S3_READ_ONLY, TRUST, Plugin, RefusedError, allow

if TYPE_CHECKING:
    from local_aws.provider.session import Clients

GET_ROLE = "aws:iam/getRole:getRole"
GET_ROLE_POLICIES = "aws:iam/getRolePolicies:getRolePolicies"
GET_ATTACHMENTS = "aws:iam/getRolePolicyAttachments:getRolePolicyAttachments"
GET_POLICY = "aws:iam/getPolicy:getPolicy"


@pytest.fixture(autouse=True)
def role(clients: Clients) -> None:
    """Make a role to ask for."""
    clients.iam.create_role(
        RoleName="legacy",
        Path="/old/",
        AssumeRolePolicyDocument=TRUST,
        Tags=[{"Key": "team", "Value": "a"}],
    )


def test_account_partition_and_region_are_known(plugin: Plugin) -> None:
    caller = plugin.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert caller["accountId"] == caller["id"] == "123456789012"
    partition = plugin.invoke("aws:index/getPartition:getPartition")
    assert (partition["partition"], partition["dnsSuffix"]) == ("aws", "amazonaws.com")
    region = plugin.invoke("aws:index/getRegion:getRegion")
    assert region["region"] == region["name"] == region["id"] == REGION


def test_a_role_is_described(plugin: Plugin) -> None:
    found = plugin.invoke(GET_ROLE, name="legacy")
    assert found["arn"] == "arn:aws:iam::123456789012:role/old/legacy"
    assert found["path"] == "/old/"
    assert found["tags"] == {"team": "a"}
    assert found["permissionsBoundary"] == ""
    assert json.loads(found["assumeRolePolicy"]) == json.loads(TRUST)


@pytest.mark.parametrize("token", [GET_ROLE, GET_ROLE_POLICIES, GET_ATTACHMENTS])
def test_a_role_that_isnt_there_is_awss_own_error(plugin: Plugin, token: str) -> None:
    argument = "name" if token == GET_ROLE else "roleName"
    with pytest.raises(RefusedError, match=f"^invoking {token}: NoSuchEntity: .*gone"):
        plugin.invoke(token, **{argument: "gone"})


def test_inline_policies_are_listed_over_pages(plugin: Plugin, clients: Clients) -> None:
    names = [f"policy-{number:03}" for number in range(120)]
    for name in names:
        clients.iam.put_role_policy(
            RoleName="legacy", PolicyName=name, PolicyDocument=allow("s3:ListBucket")
        )
    found = plugin.invoke(GET_ROLE_POLICIES, roleName="legacy")
    assert found["policyNames"] == names
    assert found["roleName"] == "legacy"


def test_attachments_are_listed_over_pages(plugin: Plugin, clients: Clients) -> None:
    arns = [S3_READ_ONLY]
    for number in range(8):
        created = clients.iam.create_policy(
            PolicyName=f"p-{number}", Path="/ml/", PolicyDocument=allow("s3:ListBucket")
        )
        arns.append(created["Policy"]["Arn"])
    for arn in arns:
        clients.iam.attach_role_policy(RoleName="legacy", PolicyArn=arn)
    found = plugin.invoke(GET_ATTACHMENTS, roleName="legacy")["attachedPolicies"]
    assert {entry["policyArn"] for entry in found} == set(arns)
    assert {entry["policyName"] for entry in found} >= {"AmazonS3ReadOnlyAccess", "p-7"}


def test_a_policy_is_found_by_arn_and_by_name(plugin: Plugin, clients: Clients) -> None:
    document = allow("s3:ListBucket")
    created = clients.iam.create_policy(
        PolicyName="ours", Path="/ml/", Description="d", PolicyDocument=document
    )["Policy"]
    by_arn = plugin.invoke(GET_POLICY, arn=created["Arn"])
    assert by_arn == plugin.invoke(GET_POLICY, name="ours")
    assert by_arn["policyId"] == created["PolicyId"]
    assert by_arn["path"] == "/ml/"
    assert json.loads(by_arn["policy"]) == json.loads(document)
    aws = plugin.invoke(GET_POLICY, name="AmazonS3ReadOnlyAccess")
    assert aws["arn"] == S3_READ_ONLY
    assert "s3:Get*" in aws["policy"]


def test_a_policy_that_isnt_there_is_said_in_the_official_providers_words(plugin: Plugin) -> None:
    with pytest.raises(
        RefusedError, match=r"^reading IAM Policy \(gone\): couldn't find resource$"
    ):
        plugin.invoke(GET_POLICY, name="gone")
    with pytest.raises(RefusedError, match="NoSuchEntity: "):
        plugin.invoke(GET_POLICY, arn="arn:aws:iam::123456789012:policy/gone")


@pytest.mark.parametrize(
    ("token", "args", "said"),
    [
        (GET_ROLE, {}, f"`{GET_ROLE}` needs `name`"),
        (GET_ROLE, {"name": None}, f"`{GET_ROLE}` needs `name`"),
        (GET_POLICY, {}, f"`{GET_POLICY}` needs `arn` or `name`"),
        (GET_ROLE, {"name": "legacy", "tags": {}}, f"`{GET_ROLE}` takes no `tags`"),
        (GET_ATTACHMENTS, {"roleName": "r", "pathPrefix": "/"}, "takes no `pathPrefix`"),
        ("aws:iam/getUser:getUser", {"userName": "u"}, "has no invoke `aws:iam/getUser:getUser`"),
    ],
)
def test_what_an_invoke_cant_answer_is_refused(
    plugin: Plugin, token: str, args: dict[str, object], said: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        plugin.invoke(token, **args)
    assert str(refused.value).endswith(said)


GET_DOCUMENT = "aws:iam/getPolicyDocument:getPolicyDocument"


def test_a_policy_document_is_written_from_its_statements(plugin: Plugin) -> None:
    found = plugin.invoke(
        GET_DOCUMENT,
        statements=[
            {
                "sid": "A",
                "actions": ["sts:AssumeRole"],
                "principals": [{"type": "Service", "identifiers": ["sagemaker.amazonaws.com"]}],
                "conditions": [
                    {"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1"]}
                ],
            },
            {"effect": "Deny", "notActions": ["s3:*"], "resources": ["*"]},
        ],
    )
    assert json.loads(found["json"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Sid": "A",
                "Action": ["sts:AssumeRole"],
                "Principal": {"Service": ["sagemaker.amazonaws.com"]},
                "Condition": {"StringEquals": {"aws:SourceAccount": ["1"]}},
            },
            {"Effect": "Deny", "NotAction": ["s3:*"], "Resource": ["*"]},
        ],
    }
    assert json.loads(found["minifiedJson"]) == json.loads(found["json"])


@pytest.mark.parametrize(
    "args", [{"overridePolicyDocuments": ["{}"]}, {"statements": [{"action": ["s3:*"]}]}]
)
def test_what_the_stand_in_does_not_write_in_a_document_is_refused(
    plugin: Plugin, args: dict[str, Any]
) -> None:
    with pytest.raises(RefusedError):
        plugin.invoke(GET_DOCUMENT, **args)
