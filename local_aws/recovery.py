"""Making a stack whole again after a run that was cut off.

SIGKILL leaves a lock, and a pending operation for each resource that was under way. The lock of a
process that is gone is cancelled; what a pending create has made already is adopted into the state;
the rest is forgotten, and a refresh reads what there is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psutil

from local_aws.faults import Fault
from local_aws.provider.resources import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pulumi import automation as auto

    from local_aws.provider.session import Clients


def drop_broken_attributes(state: Path) -> int:
    """Remove attributes of the backend's files that were half written; return how many there were.

    The engine puts its files in place whole, but not the `.attrs` beside each, and can't read a
    file whose attributes are broken; without any it can.
    """
    broken = 0
    for attributes in (state / "backend").rglob("*.attrs"):
        try:
            json.loads(attributes.read_text())
        except ValueError:
            attributes.unlink()
            broken += 1
    return broken


def cancel_dead_lock(state: Path, stack: auto.Stack) -> bool:
    """Cancel the lock of a run whose process is gone; return whether there was one.

    Raises Fault where the process still runs.
    """
    locks = list((state / "backend" / ".pulumi" / "locks").glob(f"**/{stack.name}/*.json"))
    for lock in locks:
        pid = _pid(lock)
        if pid and _runs(pid):
            raise Fault(f"another run on stack `{stack.name}` is under way (process {pid})")
    if locks:
        stack.cancel()
    return bool(locks)


def settle_pending(stack: auto.Stack, clients: Clients) -> int:
    """Clear the operations that a run left pending; return how many there were."""
    deployment = stack.export_stack()
    content: Any = deployment.deployment or {}
    pending: list[dict[str, Any]] = content.get("pending_operations") or []
    if not pending:
        return 0
    resources: list[dict[str, Any]] = content.setdefault("resources", [])
    for operation in pending:
        if operation["type"] == "creating":
            _adopt(operation["resource"], resources, clients)
    content["pending_operations"] = []
    stack.import_stack(deployment)
    return len(pending)


def _adopt(resource: Mapping[str, Any], resources: list[dict[str, Any]], clients: Clients) -> None:
    """Put what a pending create has made into the state, unless the state holds it.

    A replacement takes the place of what was deleted for it, since resources that depend on it
    stand behind.
    """
    held = [index for index, other in enumerate(resources) if other["urn"] == resource["urn"]]
    deleted = [index for index in held if resources[index].get("pendingReplacement")]
    if len(held) > len(deleted):
        return
    adopted = _adopted(resource, clients)
    if adopted and deleted:
        resources[deleted[0]] = adopted
    elif adopted:
        resources.append(adopted)


def _adopted(resource: Mapping[str, Any], clients: Clients) -> dict[str, Any] | None:
    """Return a half-made resource as the state would hold it, or None where AWS hasn't got it."""
    kind = kinds().get(str(resource["type"]))
    if kind is None:
        return None
    inputs: dict[str, Any] = resource.get("inputs", {})
    identifier = kind.identity.format_map(inputs)
    found = kind.read(clients, identifier, inputs)
    if found is None:
        return None
    return {**resource, "id": identifier, "outputs": {**inputs, **found}, "custom": True}


def _pid(lock: Path) -> int | None:
    """Return the process that a lock is of; a process killed while it wrote it leaves it broken."""
    try:
        return int(json.loads(lock.read_text())["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _runs(pid: int) -> bool:
    """Whether a process is an engine that runs; a dead one may leave its number behind."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and "pulumi" in process.name()
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
