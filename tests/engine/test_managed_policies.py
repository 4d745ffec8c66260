"""What the engine does with a role's own managed policies over their life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.engine.programs import TRUST

if TYPE_CHECKING:
    from local_aws.testing import Sandbox

OWN = {"buckets": [{"name": "logs", "access": ["list"]}], "managed": True}
ACTIVITY = "arn:aws:iam::123456789012:policy/ml/R-access-s3-buckets"


def role(bucket: str = "data", **more: Any) -> dict[str, Any]:
    return {
        "R": {
            "path": "/ml/",
            "activities": {"access-s3-buckets": {"buckets": [bucket]}},
            "policies": {"Own": OWN},
            **more,
        }
    }


def attached(sandbox: Sandbox, name: str) -> list[str]:
    iam = sandbox.clients.iam
    found = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return sorted(entry["PolicyName"] for entry in found)


def own_policies(sandbox: Sandbox) -> set[str]:
    found = sandbox.clients.iam.list_policies(Scope="Local")["Policies"]
    return {entry["PolicyName"] for entry in found}


def test_they_are_made_known_at_preview_changed_in_place_and_destroyed(sandbox: Sandbox) -> None:
    sandbox.config["sagemaker-roles:environment"] = "staging"
    boundary = {"permissionsBoundary": "arn:aws:iam::123456789012:policy/ml-boundary"}
    sandbox.roles(role(**boundary))
    seen = sandbox.preview()
    assert not seen.failed
    assert not [report.message for report in seen.reports if "unknown" in report.message]
    assert not seen.violations

    made = sandbox.up()
    assert not made.errors
    assert attached(sandbox, "R") == ["R-Own", "R-access-s3-buckets"]
    again = sandbox.up()
    assert set(again.changes) == {"same"}

    sandbox.roles(role("other-data", tags={"team": "ml"}, **boundary))
    changed = sandbox.up()
    assert not changed.errors
    # The role, and its two policies, which have its tags.
    assert (changed.changes["update"], set(changed.changes)) == (3, {"same", "update"})
    iam = sandbox.clients.iam
    version = iam.get_policy(PolicyArn=ACTIVITY)["Policy"]["DefaultVersionId"]
    content = iam.get_policy_version(PolicyArn=ACTIVITY, VersionId=version)["PolicyVersion"]
    assert "arn:aws:s3:::other-data" in str(content["Document"])
    tags = iam.list_policy_tags(PolicyArn=ACTIVITY)["Tags"]
    assert tags == [{"Key": "team", "Value": "ml"}]

    gone = sandbox.destroy()
    assert not gone.errors
    assert sandbox.role_names() == set()
    assert own_policies(sandbox) == set()


def test_a_change_of_path_moves_role_and_policies(sandbox: Sandbox) -> None:
    sandbox.roles(role())
    sandbox.up()
    sandbox.roles(role(path="/other/"))
    moved = sandbox.up()
    assert not moved.errors
    assert attached(sandbox, "R") == ["R-Own", "R-access-s3-buckets"]
    found = sandbox.clients.iam.list_policies(Scope="Local")["Policies"]
    assert {entry["Path"] for entry in found} == {"/other/"}


def test_an_activity_is_added_to_a_role_that_exists_and_taken_away_again(sandbox: Sandbox) -> None:
    iam = sandbox.clients.iam
    iam.create_role(RoleName="Legacy", Path="/old/", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(
        RoleName="Legacy", PolicyArn="arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess"
    )
    activities = {"access-s3-buckets": {"buckets": ["data"]}}
    sandbox.roles({"Legacy": {"existing": True, "activities": activities}})
    seen = sandbox.preview()
    assert not seen.failed
    assert not seen.violations
    assert not sandbox.up().errors
    assert attached(sandbox, "Legacy") == [
        "AmazonSNSReadOnlyAccess",
        "rolewright-Legacy-access-s3-buckets",
    ]
    assert set(sandbox.up().changes) == {"same"}
    assert not sandbox.destroy().errors
    assert attached(sandbox, "Legacy") == ["AmazonSNSReadOnlyAccess"]
    assert own_policies(sandbox) == set()
