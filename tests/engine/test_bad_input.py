"""Bad stack config: one clear error each, at preview, nothing created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.programs import TRUST

if TYPE_CHECKING:
    from local_aws.testing import Sandbox

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"R": {"bukets": []}}, "roles.R.bukets: is not a known key; did you mean"),
    "wrong type": (
        {"R": {"buckets": "b"}},
        "roles.R.buckets: `b` is a string where a list belongs",
    ),
    "bucket name": (
        {"R": {"buckets": [{"name": "Bad_Name", "access": ["read"]}]}},
        "roles.R.buckets[0].name: `Bad_Name` is not a bucket name",
    ),
    "long name": ({"R" * 65: {}}, "has 65 characters, 1 more than IAM's 64"),
    "collision": ({"Role": {}, "role": {}}, "collides with `Role`"),
    "number": (
        {"R": {"buckets": [{"name": 123, "access": ["read"]}]}},
        "`123` is a number where a string belongs; quote it",
    ),
    "missing role": (
        {"Gone": {"existing": True, "dynamodb": [{"table": "features", "access": ["read"]}]}},
        "roles.Gone: no role `Gone` exists in the account",
    ),
    "over the limit": (
        {
            "R": {
                "buckets": [
                    {"name": f"bucket-{number}", "access": ["list", "read", "write", "delete"]}
                    for number in range(40)
                ]
            }
        },
        "more than IAM's 10240",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_config_is_one_clear_error_and_nothing_is_created(sandbox: Sandbox, case: str) -> None:
    roles, said = BAD[case]
    sandbox.roles({"Fine": {}, **roles})
    outcome = sandbox.preview()
    text = "\n".join(outcome.errors)
    assert said in text
    assert text.count("1 problem in the stack config") == 1
    assert len(outcome.errors) == 1
    assert "Traceback" not in text
    assert outcome.changes.get("create", 0) <= 1  # the stack itself
    assert sandbox.role_names() == set()


def test_up_refuses_bad_config_before_any_resource(sandbox: Sandbox) -> None:
    sandbox.roles({"Fine": {}, "R": {"buckets": [{"name": "Bad_Name", "access": ["raed"]}]}})
    outcome = sandbox.up()
    assert "`raed` is not an access level; did you mean `read`?" in "\n".join(outcome.errors)
    assert sandbox.role_names() == set()


def test_a_role_name_that_is_taken_is_told_with_what_to_do(sandbox: Sandbox) -> None:
    sandbox.clients.iam.create_role(RoleName="Taken", AssumeRolePolicyDocument=TRUST)
    sandbox.roles({"Taken": {}})
    text = "\n".join(sandbox.up().errors)
    assert "EntityAlreadyExists: Role with name Taken already exists." in text
    assert "another stack or a person made that role: add grants to it with `existing" in text


def test_a_dead_local_aws_is_a_clear_error_and_the_state_stays(sandbox: Sandbox) -> None:
    sandbox.roles({"Fine": {}})
    sandbox.up()
    alive = sandbox.server
    sandbox.server = type(alive)(port=1, pid=alive.pid, mark=alive.mark)
    dead = sandbox.preview()
    assert "the local AWS at http://127.0.0.1:1 does not answer" in "\n".join(dead.errors)
    assert "Traceback" not in "\n".join(dead.errors)
    sandbox.server = alive
    assert set(sandbox.up().changes) == {"same"}
