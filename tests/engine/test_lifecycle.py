"""What the engine does with a stack over its life."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from tests.engine.programs import HARMLESS, TRUST, allow, document, role_with_policy

if TYPE_CHECKING:
    from local_aws.testing import Sandbox

WRITER = {"WriterRole": {"buckets": [{"name": "model-artifacts", "access": ["write"]}]}}


def statements(sandbox: Sandbox, role: str, policy: str) -> list[dict[str, Any]]:
    found = sandbox.clients.iam.get_role_policy(RoleName=role, PolicyName=policy)
    listed: list[dict[str, Any]] = found["PolicyDocument"]["Statement"]
    return listed


def test_the_stack_config_is_really_read(sandbox: Sandbox) -> None:
    sandbox.roles(WRITER)
    outcome = sandbox.up()
    assert not outcome.errors
    assert set(outcome.outputs["roles"]) == {"WriterRole"}
    role = outcome.outputs["roles"]["WriterRole"]
    assert role == {"arn": "arn:aws:iam::123456789012:role/WriterRole", "name": "WriterRole"}
    (statement,) = statements(sandbox, "WriterRole", "rolewright-buckets")
    assert statement["Resource"] == "arn:aws:s3:::model-artifacts/*"


def test_a_second_up_changes_nothing(sandbox: Sandbox) -> None:
    sandbox.roles(WRITER)
    sandbox.up()
    again = sandbox.up()
    assert set(again.changes) == {"same"}
    assert not again.errors


def test_a_change_of_grants_updates_in_place(sandbox: Sandbox) -> None:
    sandbox.roles(WRITER)
    sandbox.up()
    before = sandbox.clients.iam.get_role(RoleName="WriterRole")["Role"]["RoleId"]
    sandbox.roles({"WriterRole": {"buckets": [{"name": "other-data", "access": ["write"]}]}})
    changed = sandbox.up()
    assert changed.changes["update"] == 1
    assert "replace" not in changed.changes
    assert sandbox.clients.iam.get_role(RoleName="WriterRole")["Role"]["RoleId"] == before
    (statement,) = statements(sandbox, "WriterRole", "rolewright-buckets")
    assert statement["Resource"] == "arn:aws:s3:::other-data/*"


def test_a_change_of_path_replaces_the_role_old_one_first(sandbox: Sandbox) -> None:
    sandbox.roles(WRITER)
    sandbox.up()
    before = sandbox.clients.iam.get_role(RoleName="WriterRole")["Role"]
    sandbox.roles({"WriterRole": {**WRITER["WriterRole"], "path": "/ml/"}})
    changed = sandbox.up()
    assert not changed.errors
    after = sandbox.clients.iam.get_role(RoleName="WriterRole")["Role"]
    assert (before["Path"], after["Path"]) == ("/", "/ml/")
    assert before["RoleId"] != after["RoleId"]
    assert statements(sandbox, "WriterRole", "rolewright-buckets")


def test_refresh_finds_drift_and_up_mends_it(sandbox: Sandbox) -> None:
    sandbox.roles(WRITER)
    sandbox.up()
    sandbox.clients.iam.put_role_policy(
        RoleName="WriterRole",
        PolicyName="rolewright-buckets",
        PolicyDocument=document(allow("s3:*")),
    )
    sandbox.clients.iam.put_role_policy(
        RoleName="WriterRole", PolicyName="smuggled", PolicyDocument=document(allow("iam:*"))
    )
    drift = sandbox.refresh()
    assert drift.changes["update"] == 2
    mended = sandbox.up()
    assert not mended.errors
    (statement,) = statements(sandbox, "WriterRole", "rolewright-buckets")
    assert statement["Resource"] == "arn:aws:s3:::model-artifacts/*"
    left = sandbox.clients.iam.list_role_policies(RoleName="WriterRole")["PolicyNames"]
    assert left == ["rolewright-buckets"]


def test_what_others_attach_stays_once_the_role_is_not_exclusive(sandbox: Sandbox) -> None:
    sandbox.roles(WRITER)
    sandbox.up()
    sandbox.roles({"WriterRole": {**WRITER["WriterRole"], "exclusive": False}})
    switched = sandbox.up()
    assert switched.changes["delete"] == 2
    sandbox.clients.iam.put_role_policy(
        RoleName="WriterRole", PolicyName="by-hand", PolicyDocument=HARMLESS
    )
    sandbox.refresh()
    assert set(sandbox.up().changes) == {"same"}
    names = sandbox.clients.iam.list_role_policies(RoleName="WriterRole")["PolicyNames"]
    assert sorted(names) == ["by-hand", "rolewright-buckets"]


def test_refresh_notices_a_role_that_is_gone(sandbox: Sandbox) -> None:
    sandbox.roles({"Plain": {"exclusive": False}})
    sandbox.up()
    sandbox.clients.iam.delete_role(RoleName="Plain")
    assert sandbox.refresh().changes["delete"] == 1
    assert sandbox.up().changes["create"] == 1
    assert "Plain" in sandbox.role_names()


def test_an_existing_role_is_imported(sandbox: Sandbox) -> None:
    sandbox.clients.iam.create_role(RoleName="made", AssumeRolePolicyDocument=TRUST)
    sandbox.clients.iam.put_role_policy(
        RoleName="made", PolicyName="policy", PolicyDocument=HARMLESS
    )

    def program() -> None:
        made = aws.iam.Role(
            "made",
            name="made",
            assume_role_policy=TRUST,
            opts=pulumi.ResourceOptions(import_="made"),
        )
        aws.iam.RolePolicy(
            "policy",
            name="policy",
            role=made.name,
            policy=HARMLESS,
            opts=pulumi.ResourceOptions(import_="made:policy"),
        )

    outcome = sandbox.up(program)
    assert not outcome.errors
    assert outcome.changes["import"] == 2
    assert set(sandbox.up(lambda: role_with_policy(HARMLESS)).changes) == {"same"}


def test_grants_are_added_to_a_role_that_exists_and_taken_away_again(sandbox: Sandbox) -> None:
    sandbox.clients.iam.create_role(
        RoleName="LegacyRole", Path="/old/", AssumeRolePolicyDocument=TRUST
    )
    sandbox.clients.iam.put_role_policy(
        RoleName="LegacyRole", PolicyName="by-hand", PolicyDocument=HARMLESS
    )
    sandbox.roles(
        {"LegacyRole": {"existing": True, "dynamodb": [{"table": "features", "access": ["read"]}]}}
    )
    outcome = sandbox.up()
    assert outcome.outputs["roles"]["LegacyRole"]["arn"].endswith(":role/old/LegacyRole")
    names = sandbox.clients.iam.list_role_policies(RoleName="LegacyRole")["PolicyNames"]
    assert sorted(names) == ["by-hand", "rolewright-dynamodb"]
    sandbox.destroy()
    assert sandbox.role_names() == {"LegacyRole"}
    names = sandbox.clients.iam.list_role_policies(RoleName="LegacyRole")["PolicyNames"]
    assert names == ["by-hand"]


def test_destroy_leaves_nothing(sandbox: Sandbox) -> None:
    sandbox.roles({**WRITER, "Reader": {"managedPolicies": ["AmazonS3ReadOnlyAccess"]}})
    sandbox.up()
    assert sandbox.role_names() == {"WriterRole", "Reader"}
    outcome = sandbox.destroy()
    assert not outcome.errors
    assert sandbox.role_names() == set()


def test_preview_creates_nothing_and_knows_every_document(sandbox: Sandbox) -> None:
    sandbox.roles(WRITER)
    outcome = sandbox.preview()
    assert outcome.changes["create"] == 6
    assert not outcome.violations
    assert not any("can't be checked" in report.message for report in outcome.reports)
    assert sandbox.role_names() == set()


def test_the_users_own_credentials_and_state_are_not_seen(
    sandbox: Sandbox, monkeypatch: Any, tmp_path: Any
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}/theirs")
    sandbox.roles(WRITER)
    assert not sandbox.up().errors
    assert not (tmp_path / "theirs").exists()
    state = json.dumps(
        [path.name for path in (sandbox.folder / "state" / "backend").rglob("*.json")]
    )
    assert "test" in state
