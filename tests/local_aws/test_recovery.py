"""A run that was cut off: its lock, and what it left pending."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.faults import Fault
from local_aws.recovery import cancel_dead_lock, drop_broken_attributes, settle_pending
from tests.local_aws.plugin import ROLE, ROLE_POLICY, TRUST, allow, urn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_aws.provider.session import Clients

INPUTS: dict[str, Any] = {"name": "made", "assumeRolePolicy": TRUST, "path": "/"}


class FakeStack:
    """A stack as recovery uses it."""

    name = "local"

    def __init__(self, **deployment: Any) -> None:
        self.deployment = deployment
        self.cancelled = 0
        self.imported: Any = None

    def cancel(self) -> None:
        """Count."""
        self.cancelled += 1

    def export_stack(self) -> Any:
        """Return the state."""
        return SimpleNamespace(version=3, deployment=self.deployment)

    def import_stack(self, deployment: Any) -> None:
        """Take the state in."""
        self.imported = deployment.deployment


def creating(token: str, inputs: dict[str, Any], kind: str = "creating") -> dict[str, Any]:
    resource = {"urn": urn(token), "type": token, "custom": True, "inputs": inputs}
    return {"type": kind, "resource": resource}


def lock(state: Path, content: str, stack: str = "local") -> None:
    folder = state / "backend" / ".pulumi" / "locks" / "organization" / "project" / stack
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.json").write_text(content)


def cancelled(state: Path) -> tuple[bool, int]:
    stack: Any = FakeStack()
    return cancel_dead_lock(state, stack), stack.cancelled


def settle(stack: Any, clients: Clients) -> int:
    return settle_pending(stack, clients)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Return a process that goes by the engine's name."""
    sleep = shutil.which("sleep")
    assert sleep
    shutil.copy(sleep, tmp_path / "pulumi")
    with subprocess.Popen([tmp_path / "pulumi", "60"]) as process:
        yield process
        process.kill()


def test_without_a_lock_nothing_is_cancelled(tmp_path: Path) -> None:
    assert cancelled(tmp_path) == (False, 0)


def test_the_lock_of_a_process_that_is_gone_is_cancelled(tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as done:
        pass
    lock(tmp_path, json.dumps({"pid": done.pid}))
    assert cancelled(tmp_path) == (True, 1)


def test_the_lock_of_a_process_that_got_its_number_is_cancelled(tmp_path: Path) -> None:
    lock(tmp_path, json.dumps({"pid": os.getpid()}))
    assert cancelled(tmp_path) == (True, 1)


def test_the_lock_of_an_engine_that_runs_is_a_fault(
    tmp_path: Path, engine: subprocess.Popen[bytes]
) -> None:
    lock(tmp_path, json.dumps({"pid": engine.pid}))
    stack: Any = FakeStack()
    with pytest.raises(Fault, match=f"another run on stack `local` is under way .*{engine.pid}"):
        cancel_dead_lock(tmp_path, stack)
    assert stack.cancelled == 0


def test_the_lock_of_an_engine_that_is_a_zombie_is_cancelled(
    tmp_path: Path, engine: subprocess.Popen[bytes]
) -> None:
    engine.kill()
    os.waitid(os.P_PID, engine.pid, os.WEXITED | os.WNOWAIT)
    lock(tmp_path, json.dumps({"pid": engine.pid}))
    assert cancelled(tmp_path) == (True, 1)


@pytest.mark.parametrize("content", ["", "{", "{}", "[]", '{"pid": null}'])
def test_a_lock_that_was_half_written_is_cancelled(tmp_path: Path, content: str) -> None:
    lock(tmp_path, content)
    assert cancelled(tmp_path) == (True, 1)


def test_the_lock_of_another_stack_is_left(tmp_path: Path, engine: subprocess.Popen[bytes]) -> None:
    lock(tmp_path, json.dumps({"pid": engine.pid}), stack="dev")
    assert cancelled(tmp_path) == (False, 0)


def test_a_stack_with_nothing_pending_is_left(clients: Clients) -> None:
    states: list[dict[str, Any]] = [{}, {"resources": []}, {"pending_operations": []}]
    for deployment in states:
        stack = FakeStack(**deployment)
        assert settle(stack, clients) == 0
        assert stack.imported is None


def test_what_a_pending_create_has_made_is_adopted(clients: Clients) -> None:
    clients.iam.create_role(RoleName="made", AssumeRolePolicyDocument=TRUST)
    stack = FakeStack(resources=[], pending_operations=[creating(ROLE, INPUTS)])
    assert settle(stack, clients) == 1
    (adopted,) = stack.imported["resources"]
    assert stack.imported["pending_operations"] == []
    assert (adopted["id"], adopted["urn"], adopted["custom"]) == ("made", urn(ROLE), True)
    assert adopted["outputs"]["arn"] == "arn:aws:iam::123456789012:role/made"


def test_what_a_pending_create_has_not_made_is_forgotten(clients: Clients) -> None:
    pending = [
        creating(ROLE, INPUTS),
        creating(ROLE_POLICY, {"role": "made", "name": "p", "policy": allow("s3:ListBucket")}),
        creating("aws:lambda/function:Function", {"name": "made"}),
        creating("rolewright:index:SageMakerRole", {}),
    ]
    stack = FakeStack(resources=[], pending_operations=pending)
    assert settle(stack, clients) == 4
    assert stack.imported == {"resources": [], "pending_operations": []}


def test_other_operations_are_forgotten_and_what_is_held_stays(clients: Clients) -> None:
    clients.iam.create_role(RoleName="made", AssumeRolePolicyDocument=TRUST)
    held = {"urn": urn(ROLE), "type": ROLE, "id": "made", "inputs": INPUTS}
    pending = [creating(ROLE, INPUTS, "updating"), creating(ROLE, INPUTS, "deleting")]
    stack = FakeStack(resources=[held], pending_operations=pending)
    assert settle(stack, clients) == 2
    assert stack.imported["resources"] == [held]


def test_a_replacement_takes_the_place_of_what_it_replaces(clients: Clients) -> None:
    clients.iam.create_role(RoleName="made", Path="/new/", AssumeRolePolicyDocument=TRUST)
    old = {
        "urn": urn(ROLE),
        "type": ROLE,
        "id": "made",
        "inputs": INPUTS,
        "pendingReplacement": True,
    }
    dependent = {"urn": urn(ROLE_POLICY), "type": ROLE_POLICY, "dependencies": [urn(ROLE)]}
    stack = FakeStack(
        resources=[old, dependent],
        pending_operations=[creating(ROLE, {**INPUTS, "path": "/new/"})],
    )
    assert settle(stack, clients) == 1
    adopted, kept = stack.imported["resources"]
    assert adopted["outputs"]["path"] == "/new/"
    assert not adopted.get("pendingReplacement")
    assert kept == dependent


@pytest.mark.parametrize("content", ["", '{"user.cache_control":'])
def test_attributes_that_were_half_written_are_dropped(tmp_path: Path, content: str) -> None:
    stacks = tmp_path / "backend" / ".pulumi" / "stacks"
    stacks.mkdir(parents=True)
    broken, whole = stacks / "local.json.attrs", stacks / "dev.json.attrs"
    broken.write_text(content)
    whole.write_text("{}")
    assert drop_broken_attributes(tmp_path) == 1
    assert not broken.exists()
    assert whole.exists()
    assert drop_broken_attributes(tmp_path) == 0
