"""What is deployed is kept where a role's key changes, or where the component takes it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from tests.engine.programs import HARMLESS, TRUST
from tests.readme import CONFIGURE, block

if TYPE_CHECKING:
    from local_aws.testing import Sandbox

ASKED: dict[str, Any] = {
    "buckets": [{"name": "data", "access": ["list"]}],
    "managedPolicies": ["AmazonSNSReadOnlyAccess"],
    "activities": {"access-s3-buckets": {"buckets": ["data"]}},
}


def role_id(sandbox: Sandbox, name: str) -> str:
    found: str = sandbox.clients.iam.get_role(RoleName=name)["Role"]["RoleId"]
    return found


def inline(sandbox: Sandbox, name: str) -> list[str]:
    listed: list[str] = sandbox.clients.iam.list_role_policies(RoleName=name)["PolicyNames"]
    return sorted(listed)


def test_a_renamed_key_keeps_every_resource(sandbox: Sandbox) -> None:
    sandbox.roles({"Old": ASKED})
    assert not sandbox.up().errors
    before = role_id(sandbox, "Old")
    sandbox.roles({"New": {**ASKED, "name": "Old", "formerly": "Old"}})
    renamed = sandbox.up()
    assert not renamed.errors
    assert set(renamed.changes) == {"same"}
    assert renamed.outputs["roles"]["New"]["name"] == "Old"
    sandbox.roles({"New": {**ASKED, "name": "Old"}})
    assert set(sandbox.up().changes) == {"same"}
    assert role_id(sandbox, "Old") == before


def test_a_component_takes_over_the_plain_resources_of_a_program(sandbox: Sandbox) -> None:
    """The component's program is that of docs/configure.md."""
    text = "\n".join(block("python", "import pulumi\n", CONFIGURE))

    def plain() -> None:
        role = aws.iam.Role("training", name="TrainingRole", assume_role_policy=TRUST)
        aws.iam.RolePolicy("training-s3", name="s3", role=role.name, policy=HARMLESS)

    def component() -> None:
        exec(text, {})  # noqa: S102  # the page is ours

    assert not sandbox.up(plain).errors
    before = role_id(sandbox, "TrainingRole")
    taken = sandbox.up(component)
    assert not taken.errors
    assert "delete" not in taken.changes
    assert "replace" not in taken.changes
    assert role_id(sandbox, "TrainingRole") == before
    assert inline(sandbox, "TrainingRole") == ["s3"]
    assert set(sandbox.up(component).changes) == {"same"}
