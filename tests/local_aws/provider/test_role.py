"""aws.iam.Role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.local_aws.plugin import (
    REGION,
    ROLE,
    S3_READ_ONLY,
    TRUST,
    VIEW_ONLY,
    Plugin,
    RefusedError,
    allow,
)

if TYPE_CHECKING:
    from local_aws.provider.session import Clients

PLAIN: dict[str, Any] = {"name": "plain", "assumeRolePolicy": TRUST}
FULL: dict[str, Any] = {
    **PLAIN,
    "path": "/ml/",
    "description": "trains",
    "maxSessionDuration": 7200,
    "permissionsBoundary": S3_READ_ONLY,
    "tags": {"team": "a", "cost": "1"},
}


def test_a_role_is_created_as_asked(plugin: Plugin, clients: Clients) -> None:
    made = plugin.create(ROLE, FULL)
    role = clients.iam.get_role(RoleName="plain")["Role"]
    assert made.id == "plain"
    assert made.state["arn"] == role["Arn"] == "arn:aws:iam::123456789012:role/ml/plain"
    assert made.state["uniqueId"] == role["RoleId"]
    assert made.state["tagsAll"] == made.state["tags"] == {"team": "a", "cost": "1"}
    assert role["Description"] == "trains"
    assert role["MaxSessionDuration"] == 7200
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == S3_READ_ONLY
    assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)


def test_what_was_created_has_no_diff_nor_has_what_is_read(plugin: Plugin) -> None:
    for inputs in (PLAIN, {**FULL, "name": "full"}):
        made = plugin.create(ROLE, inputs)
        assert plugin.diff(made).changed == []
        again = plugin.refresh(made)
        assert again is not None
        assert again.inputs == {**made.inputs, "assumeRolePolicy": again.inputs["assumeRolePolicy"]}
        assert plugin.diff(again).changed == []


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        ({"name": "other"}, True),
        ({"path": "/other/"}, True),
        ({"description": "infers"}, False),
        ({"maxSessionDuration": 3600}, False),
        ({"permissionsBoundary": VIEW_ONLY}, False),
        ({"permissionsBoundary": None}, False),
        ({"tags": {"team": "b"}}, False),
        ({"tags": None}, False),
        ({"assumeRolePolicy": TRUST.replace("sagemaker", "glue")}, False),
        ({"forceDetachPolicies": True}, False),
        ({"managedPolicyArns": [S3_READ_ONLY]}, False),
    ],
)
def test_only_name_and_path_replace_a_role(
    plugin: Plugin, change: dict[str, Any], *, replaces: bool
) -> None:
    made = plugin.create(ROLE, FULL)
    diff = plugin.diff(made, **change)
    assert diff.changed == list(change)
    assert diff.replaces == (list(change) if replaces else [])
    assert bool(diff.stable) is not replaces


def test_every_setting_is_updated_in_place_and_taken_away_again(
    plugin: Plugin, clients: Clients
) -> None:
    made = plugin.create(ROLE, PLAIN)
    trust = TRUST.replace("sagemaker", "glue")
    settings = {key: value for key, value in FULL.items() if key not in ("name", "path")}
    full = plugin.update(made, **{**settings, "assumeRolePolicy": trust})
    role = clients.iam.get_role(RoleName="plain")["Role"]
    assert role["RoleId"] == made.state["uniqueId"]
    assert role["Description"] == "trains"
    assert role["MaxSessionDuration"] == 7200
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == S3_READ_ONLY
    assert role["AssumeRolePolicyDocument"] == json.loads(trust)
    assert full.state["tags"] == {"team": "a", "cost": "1"}
    nothing: dict[str, Any] = dict.fromkeys(settings)
    bare = plugin.update(full, **{**nothing, **PLAIN})
    assert clients.iam.get_role(RoleName="plain")["Role"]["MaxSessionDuration"] == 3600
    assert bare.state["description"] == bare.state["permissionsBoundary"] == ""
    assert bare.state["tags"] == {}
    assert plugin.diff(bare).changed == []


def test_a_tag_that_changes_leaves_the_others(plugin: Plugin, clients: Clients) -> None:
    made = plugin.create(ROLE, FULL)
    clients.iam.tag_role(RoleName="plain", Tags=[{"Key": "by", "Value": "hand"}])
    plugin.update(made, tags={"team": "b", "stage": "dev"})
    tags = clients.iam.list_role_tags(RoleName="plain")["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {
        "team": "b",
        "stage": "dev",
        "by": "hand",
    }


def test_a_trust_policy_in_other_words_is_no_change(plugin: Plugin) -> None:
    made = plugin.create(ROLE, PLAIN)
    spaced = json.dumps(json.loads(TRUST), indent=4)
    assert plugin.diff(made, assumeRolePolicy=spaced).changed == []
    assert plugin.diff(made, assumeRolePolicy="{").changed == ["assumeRolePolicy"]


def test_managed_policies_are_a_set(plugin: Plugin, clients: Clients) -> None:
    both = [S3_READ_ONLY, VIEW_ONLY]
    made = plugin.create(ROLE, {**PLAIN, "managedPolicyArns": both})
    assert plugin.diff(made, managedPolicyArns=both[::-1]).changed == []
    one = plugin.update(made, managedPolicyArns=[VIEW_ONLY])
    attached = clients.iam.list_attached_role_policies(RoleName="plain")["AttachedPolicies"]
    assert [entry["PolicyArn"] for entry in attached] == [VIEW_ONLY]
    assert plugin.diff(one).changed == []


def test_inline_policies_are_put_and_deleted(plugin: Plugin, clients: Clients) -> None:
    policies = [
        {"name": "one", "policy": allow("s3:ListBucket")},
        {"name": "two", "policy": allow("s3:GetObject")},
    ]
    made = plugin.create(ROLE, {**PLAIN, "inlinePolicies": policies})
    assert plugin.diff(made, inlinePolicies=policies[::-1]).changed == []
    plugin.update(made, inlinePolicies=policies[1:])
    assert clients.iam.list_role_policies(RoleName="plain")["PolicyNames"] == ["two"]


def test_drift_of_the_policies_a_role_names_is_read(plugin: Plugin, clients: Clients) -> None:
    named: dict[str, Any] = {
        "managedPolicyArns": [S3_READ_ONLY],
        "inlinePolicies": [{"name": "one", "policy": allow("s3:ListBucket")}],
    }
    made = plugin.create(ROLE, {**PLAIN, **named})
    same = plugin.refresh(made)
    assert same is not None
    assert same.inputs["inlinePolicies"] == named["inlinePolicies"]
    assert plugin.diff(same).changed == []
    clients.iam.attach_role_policy(RoleName="plain", PolicyArn=VIEW_ONLY)
    clients.iam.put_role_policy(
        RoleName="plain", PolicyName="smuggled", PolicyDocument=allow("iam:*")
    )
    drifted = plugin.refresh(made)
    assert drifted is not None
    assert set(drifted.state["managedPolicyArns"]) == {S3_READ_ONLY, VIEW_ONLY}
    assert [entry["name"] for entry in drifted.state["inlinePolicies"]] == ["one", "smuggled"]
    assert plugin.diff(drifted, **named).changed == ["inlinePolicies", "managedPolicyArns"]
    plugin.update(drifted, **named)
    assert clients.iam.list_role_policies(RoleName="plain")["PolicyNames"] == ["one"]


def test_policies_of_other_resources_are_not_the_roles_own(
    plugin: Plugin, clients: Clients
) -> None:
    made = plugin.create(ROLE, PLAIN)
    clients.iam.attach_role_policy(RoleName="plain", PolicyArn=VIEW_ONLY)
    read = plugin.refresh(made)
    assert read is not None
    assert "managedPolicyArns" not in read.state
    assert plugin.diff(read).changed == []


def test_a_role_is_imported_by_its_name(plugin: Plugin, clients: Clients) -> None:
    clients.iam.create_role(RoleName="plain", Path="/ml/", AssumeRolePolicyDocument=TRUST)
    imported = plugin.read(ROLE, "plain")
    assert imported is not None
    assert imported.inputs == {
        "assumeRolePolicy": json.dumps(json.loads(TRUST), separators=(",", ":")),
        "name": "plain",
        "path": "/ml/",
        "__defaults": [],
    }
    assert plugin.diff(imported, **PLAIN).changed == []


def test_a_role_that_is_gone_is_read_as_gone_and_deleted_in_peace(
    plugin: Plugin, clients: Clients
) -> None:
    made = plugin.create(ROLE, PLAIN)
    clients.iam.delete_role(RoleName="plain")
    assert plugin.refresh(made) is None
    plugin.delete(made)
    with pytest.raises(RefusedError, match=r"updating aws:iam/role:Role \(plain\): NoSuchEntity: "):
        plugin.update(made, description="late")


def test_a_role_is_deleted_with_the_policies_it_names(plugin: Plugin, clients: Clients) -> None:
    inline = [{"name": "one", "policy": allow("s3:ListBucket")}]
    made = plugin.create(
        ROLE, {**PLAIN, "managedPolicyArns": [VIEW_ONLY], "inlinePolicies": inline}
    )
    plugin.delete(made)
    assert clients.iam.list_roles()["Roles"] == []


def test_policies_of_others_hold_a_role_unless_they_are_forced_off(
    plugin: Plugin, clients: Clients
) -> None:
    made = plugin.create(ROLE, PLAIN)
    clients.iam.attach_role_policy(RoleName="plain", PolicyArn=VIEW_ONLY)
    clients.iam.put_role_policy(
        RoleName="plain", PolicyName="others", PolicyDocument=allow("s3:ListBucket")
    )
    with pytest.raises(RefusedError, match="DeleteConflict: Cannot delete entity"):
        plugin.delete(made)
    forced = plugin.update(made, forceDetachPolicies=True)
    kept = plugin.refresh(forced)
    assert kept is not None
    assert kept.state["forceDetachPolicies"] is True
    plugin.delete(kept)
    assert clients.iam.list_roles()["Roles"] == []


def test_aws_refuses_in_its_own_words(plugin: Plugin) -> None:
    plugin.create(ROLE, PLAIN)
    with pytest.raises(
        RefusedError,
        match=r"^creating aws:iam/role:Role \(plain\): EntityAlreadyExists: "
        r"Role with name plain already exists",
    ):
        plugin.create(ROLE, PLAIN)


def test_a_role_belongs_to_no_region(plugin: Plugin) -> None:
    _, failures = plugin.checked(ROLE, {**PLAIN, "region": REGION})
    assert set(failures) == {"region"}
