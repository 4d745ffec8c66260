"""`make up` cut off by a signal at several points, each run completed by the next `make up`."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from local_aws.provider.session import Clients
from tests.engine.gate import Gate, When, gate_before
from tests.engine.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.engine import Engine
    from local_aws.server import Server

pytestmark = pytest.mark.usefixtures("engine")

POINTS: dict[str, tuple[str, When]] = {
    "role": ("CreateRole", "after"),
    "policy": ("PutRolePolicy", "before"),
    "attachment": ("AttachRolePolicy", "after"),
}
ROLES = {"SageMakerBasicRole", "WriterRole", "LegacyRole"}


@pytest.fixture
def project(tmp_path: Path, engine: Engine) -> Project:
    return Project(tmp_path / "state", engine)


def cut_off(
    project: Project, server: Server, gate: Gate, *kills: str, number: int
) -> tuple[int, str]:
    """Run `up` until the gate is reached, send a signal, and return how the run ended."""
    project.use(replace(server, port=gate.port))
    run = project.start()
    try:
        assert gate.reached.wait(60), "the point to cut off at never came"
        pids = {"make up": run.pid, "engine": project.engine_pid()}
        for name in kills:
            os.kill(pids[name], number)
        if number != signal.SIGKILL:
            time.sleep(0.5)
        gate.released.set()
        said, _ = run.communicate(timeout=60)
    finally:
        run.kill()
        run.wait()
        if run.stdout:
            run.stdout.close()
    return run.returncode, said


def complete(project: Project, server: Server) -> str:
    """Run `up` to its end, see that all is there and nothing runs on, and return what it said."""
    project.use(server)
    said = project.run("up")
    assert "as intended" in said
    clients = Clients(endpoint=server.endpoint, region="eu-west-1")
    assert {role["RoleName"] for role in clients.iam.list_roles()["Roles"]} >= ROLES
    attached = clients.iam.list_attached_role_policies(RoleName="SageMakerBasicRole")
    assert [p["PolicyName"] for p in attached["AttachedPolicies"]] == ["AmazonS3ReadOnlyAccess"]
    deadline = time.monotonic() + 10
    while project.processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert project.processes() == []
    return said


# Both signals are taken alike, so one of them is tried at one point.
@pytest.mark.parametrize(
    ("point", "number"),
    [*((point, signal.SIGINT) for point in POINTS), ("attachment", signal.SIGTERM)],
)
def test_an_interrupted_up_says_so_and_is_completed(
    project: Project, server: Server, point: str, number: int
) -> None:
    action, when = POINTS[point]
    with gate_before(server, "SageMakerBasicRole", action, when) as gate:
        status, said = cut_off(project, server, gate, "make up", number=number)
    assert status == 2
    assert "interrupted; `make up` completes what is left" in said
    assert "Traceback" not in said
    complete(project, server)


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_up_is_completed(project: Project, server: Server, point: str) -> None:
    action, when = POINTS[point]
    with gate_before(server, "SageMakerBasicRole", action, when) as gate:
        cut_off(project, server, gate, "make up", "engine", number=signal.SIGKILL)
    assert "recovered" in complete(project, server)


def test_a_killed_engine_is_reported_and_completed(project: Project, server: Server) -> None:
    with gate_before(server, "SageMakerBasicRole", "CreateRole", "after") as gate:
        status, said = cut_off(project, server, gate, "engine", number=signal.SIGKILL)
    assert status == 2
    assert "Traceback" not in said
    assert "recovered" in complete(project, server)


def test_an_up_whose_engine_was_left_alone_is_completed(project: Project, server: Server) -> None:
    with gate_before(server, "SageMakerBasicRole", "CreateRole", "after") as gate:
        cut_off(project, server, gate, "make up", number=signal.SIGKILL)
    complete(project, server)
