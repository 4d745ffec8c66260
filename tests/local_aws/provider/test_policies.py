"""Policies inline, customer-managed, attached, and none but those named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.local_aws.plugin import (
    ATTACHMENT,
    ATTACHMENTS_EXCLUSIVE,
    POLICIES_EXCLUSIVE,
    POLICY,
    ROLE_POLICY,
    S3_READ_ONLY,
    TRUST,
    VIEW_ONLY,
    Plugin,
    RefusedError,
    Resource,
    allow,
)

if TYPE_CHECKING:
    from local_aws.provider.session import Clients

LIST, GET = allow("s3:ListBucket"), allow("s3:GetObject")


@pytest.fixture(autouse=True)
def role(clients: Clients) -> None:
    """Make a role to put policies on, and another."""
    for name in ("holder", "other"):
        clients.iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)


def attached(clients: Clients, role: str = "holder") -> list[str]:
    listed = clients.iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return [entry["PolicyArn"] for entry in listed]


def put(clients: Clients, *names: str) -> None:
    for name in names:
        clients.iam.put_role_policy(RoleName="holder", PolicyName=name, PolicyDocument=LIST)


def inline(plugin: Plugin, policy: str = LIST) -> Resource:
    return plugin.create(ROLE_POLICY, {"role": "holder", "name": "inline", "policy": policy})


def test_an_inline_policy_lives_and_dies(plugin: Plugin, clients: Clients) -> None:
    made = inline(plugin)
    assert made.id == "holder:inline"
    found = clients.iam.get_role_policy(RoleName="holder", PolicyName="inline")
    assert found["PolicyDocument"] == json.loads(LIST)
    changed = plugin.update(made, policy=GET)
    found = clients.iam.get_role_policy(RoleName="holder", PolicyName="inline")
    assert found["PolicyDocument"] == json.loads(GET)
    plugin.delete(changed)
    assert clients.iam.list_role_policies(RoleName="holder")["PolicyNames"] == []
    assert plugin.refresh(changed) is None
    plugin.delete(changed)


def test_an_inline_policy_of_a_role_that_is_gone_is_gone(plugin: Plugin, clients: Clients) -> None:
    made = inline(plugin)
    clients.iam.delete_role_policy(RoleName="holder", PolicyName="inline")
    clients.iam.delete_role(RoleName="holder")
    assert plugin.refresh(made) is None


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        ({"role": "other"}, ["role"]),
        ({"name": "renamed"}, ["name"]),
        ({"policy": GET}, []),
    ],
)
def test_an_inline_policy_is_replaced_by_another_name_or_role(
    plugin: Plugin, change: dict[str, Any], replaces: list[str]
) -> None:
    diff = plugin.diff(inline(plugin), **change)
    assert diff.changed == list(change)
    assert diff.replaces == replaces


def test_an_inline_policy_in_other_words_is_no_change(plugin: Plugin) -> None:
    made = inline(plugin)
    assert plugin.diff(made, policy=json.dumps(json.loads(LIST), indent=2)).changed == []


def test_an_inline_policy_is_imported_by_role_and_name(plugin: Plugin, clients: Clients) -> None:
    put(clients, "by-hand")
    imported = plugin.read(ROLE_POLICY, "holder:by-hand")
    assert imported is not None
    inputs = {"role": "holder", "name": "by-hand", "policy": LIST}
    assert plugin.diff(imported, **inputs).changed == []


def test_a_malformed_document_is_refused_in_awss_words(plugin: Plugin) -> None:
    with pytest.raises(RefusedError, match=r"\(inline\): MalformedPolicyDocument: "):
        inline(plugin, "{")


def managed(plugin: Plugin, **more: Any) -> Resource:
    return plugin.create(POLICY, {"name": "managed", "policy": LIST, **more})


def default_document(clients: Clients, arn: str) -> Any:
    version = clients.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = clients.iam.get_policy_version(PolicyArn=arn, VersionId=version)
    return found["PolicyVersion"]["Document"]


def test_a_managed_policy_lives_and_dies(plugin: Plugin, clients: Clients) -> None:
    made = managed(plugin, path="/ml/", description="lists", tags={"team": "a"})
    arn = "arn:aws:iam::123456789012:policy/ml/managed"
    assert made.id == made.state["arn"] == arn
    assert made.state["attachmentCount"] == 0
    assert default_document(clients, arn) == json.loads(LIST)
    assert plugin.diff(made).changed == []
    changed = plugin.update(made, policy=GET, tags={"team": "b"})
    assert changed.state["tagsAll"] == {"team": "b"}
    assert changed.state["policyId"] == made.state["policyId"]
    assert default_document(clients, arn) == json.loads(GET)
    plugin.delete(changed)
    assert plugin.refresh(changed) is None
    plugin.delete(changed)


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        ({"name": "renamed"}, True),
        ({"path": "/other/"}, True),
        ({"description": "other"}, True),
        ({"policy": GET}, False),
        ({"tags": {"team": "b"}}, False),
    ],
)
def test_a_managed_policy_is_replaced_by_what_iam_cant_change(
    plugin: Plugin, change: dict[str, Any], *, replaces: bool
) -> None:
    diff = plugin.diff(managed(plugin, path="/ml/"), **change)
    assert diff.changed == list(change)
    assert diff.replaces == (list(change) if replaces else [])


def test_a_policy_of_five_versions_loses_its_oldest(plugin: Plugin, clients: Clients) -> None:
    made = managed(plugin)
    for number in range(7):
        made = plugin.update(made, policy=allow("s3:GetObject", f"arn:aws:s3:::bucket/{number}"))
    versions = clients.iam.list_policy_versions(PolicyArn=made.id)["Versions"]
    assert {version["VersionId"] for version in versions} == {"v4", "v5", "v6", "v7", "v8"}
    assert default_document(clients, made.id)["Statement"][0]["Resource"].endswith("/6")
    plugin.delete(made)
    assert plugin.refresh(made) is None


def test_a_document_in_other_words_makes_no_version(plugin: Plugin, clients: Clients) -> None:
    made = managed(plugin)
    plugin.update(made, policy=json.dumps(json.loads(LIST), indent=2), tags={"team": "a"})
    assert len(clients.iam.list_policy_versions(PolicyArn=made.id)["Versions"]) == 1


def test_a_managed_policy_is_imported_by_its_arn(plugin: Plugin, clients: Clients) -> None:
    arn = clients.iam.create_policy(PolicyName="by-hand", PolicyDocument=LIST)["Policy"]["Arn"]
    imported = plugin.read(POLICY, arn)
    assert imported is not None
    assert plugin.diff(imported, name="by-hand", policy=LIST).changed == []


def test_an_attachment_lives_and_dies(plugin: Plugin, clients: Clients) -> None:
    made = plugin.create(ATTACHMENT, {"role": "holder", "policyArn": S3_READ_ONLY})
    assert made.id == f"holder/{S3_READ_ONLY}"
    assert attached(clients) == [S3_READ_ONLY]
    assert plugin.diff(made).changed == []
    for change in ({"role": "other"}, {"policyArn": VIEW_ONLY}):
        assert plugin.diff(made, **change).replaces == list(change)
    imported = plugin.read(ATTACHMENT, f"holder/{S3_READ_ONLY}")
    assert imported is not None
    assert plugin.diff(imported, role="holder", policyArn=S3_READ_ONLY).changed == []
    plugin.delete(made)
    assert attached(clients) == []
    assert plugin.refresh(made) is None
    plugin.delete(made)


@pytest.mark.parametrize("identifier", [f"gone/{S3_READ_ONLY}", f"holder/{VIEW_ONLY}", "holder"])
def test_an_attachment_that_isnt_there_is_read_as_gone(plugin: Plugin, identifier: str) -> None:
    assert plugin.read(ATTACHMENT, identifier) is None


def test_a_policy_that_isnt_there_cant_be_attached(plugin: Plugin) -> None:
    gone = "arn:aws:iam::123456789012:policy/gone"
    with pytest.raises(RefusedError, match=r"\(holder\): NoSuchEntity: .*policy/gone"):
        plugin.create(ATTACHMENT, {"role": "holder", "policyArn": gone})


def test_no_inline_policies_stay_but_those_named(plugin: Plugin, clients: Clients) -> None:
    put(clients, "ours", "smuggled")
    made = plugin.create(POLICIES_EXCLUSIVE, {"roleName": "holder", "policyNames": ["ours"]})
    assert made.id == "holder"
    assert clients.iam.list_role_policies(RoleName="holder")["PolicyNames"] == ["ours"]
    put(clients, "again", "second")
    drifted = plugin.refresh(made)
    assert drifted is not None
    assert sorted(drifted.state["policyNames"]) == ["again", "ours", "second"]
    assert plugin.diff(drifted, policyNames=["ours"]).changed == ["policyNames"]
    assert plugin.diff(drifted, policyNames=["second", "ours", "again"]).changed == []
    assert plugin.diff(made, roleName="other").replaces == ["roleName"]
    kept = plugin.update(drifted, policyNames=["ours", "second"])
    assert clients.iam.list_role_policies(RoleName="holder")["PolicyNames"] == ["ours", "second"]
    plugin.delete(kept)
    assert clients.iam.list_role_policies(RoleName="holder")["PolicyNames"] == ["ours", "second"]


def test_no_managed_policies_stay_but_those_named(plugin: Plugin, clients: Clients) -> None:
    clients.iam.attach_role_policy(RoleName="holder", PolicyArn=VIEW_ONLY)
    made = plugin.create(
        ATTACHMENTS_EXCLUSIVE, {"roleName": "holder", "policyArns": [S3_READ_ONLY]}
    )
    assert attached(clients) == [S3_READ_ONLY]
    clients.iam.attach_role_policy(RoleName="holder", PolicyArn=VIEW_ONLY)
    drifted = plugin.refresh(made)
    assert drifted is not None
    assert plugin.diff(drifted, policyArns=[VIEW_ONLY, S3_READ_ONLY]).changed == []
    assert plugin.diff(drifted, policyArns=[S3_READ_ONLY]).changed == ["policyArns"]
    kept = plugin.update(drifted, policyArns=[])
    assert attached(clients) == []
    assert plugin.diff(kept).changed == []
    plugin.delete(kept)


@pytest.mark.parametrize("token", [POLICIES_EXCLUSIVE, ATTACHMENTS_EXCLUSIVE])
def test_what_watches_a_role_that_is_gone_is_gone(plugin: Plugin, token: str) -> None:
    assert plugin.read(token, "gone") is None
    imported = plugin.read(token, "holder")
    assert imported is not None
    assert imported.state["roleName"] == "holder"
