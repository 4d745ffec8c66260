"""`make up` cut off by a signal at several points, each run completed by the next `make up`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_aws.paths import ROOT
from local_aws.provider.session import Clients
from local_aws.server import Server
from tests.engine.gate import Gate, When, gate_before

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from local_aws.engine import Engine

pytestmark = pytest.mark.usefixtures("engine")

POINTS: list[tuple[str, When]] = [
    ("CreateRole", "after"),
    ("PutRolePolicy", "before"),
    ("AttachRolePolicy", "after"),
]
ROLES = {"SageMakerBasicRole", "WriterRole", "LegacyRole"}


class Project:
    """The project's own `make up`, on a state of the test's own."""

    def __init__(self, state: Path, server: Server, engine: Engine) -> None:
        self.state = state
        self._server = server
        path = f"{engine.path.parent}{os.pathsep}{os.environ['PATH']}"
        self._environment: Mapping[str, str] = {
            **os.environ,
            "ROLEWRIGHT_STATE": str(state),
            "PATH": path,
        }

    @contextmanager
    def at(self, port: int) -> Generator[None]:
        """Let the project find the local AWS on a port."""
        self.state.mkdir(parents=True, exist_ok=True)
        found = Server(port=port, pid=self._server.pid, mark=self._server.mark)
        (self.state / "local-aws.json").write_text(json.dumps(asdict(found)))
        yield

    def start(self, command: str = "up") -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "local_aws", command],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def engine_pid(self) -> int:
        """Return the process id of the engine that runs."""
        return int((self.state / "engine.pid").read_text())

    def processes(self) -> list[str]:
        """Return the command lines of what runs on this state."""
        found: list[str] = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = entry.read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(self.state) in line:
                found.append(line)
        return found


@pytest.fixture
def project(tmp_path: Path, server: Server, engine: Engine) -> Project:
    return Project(tmp_path / "state", server, engine)


def cut_off(project: Project, gate: Gate, *kills: str, number: int) -> tuple[int, str]:
    """Run `up` until the gate is reached, send a signal, and return how the run ended."""
    with project.at(gate.port):
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
    with project.at(server.port):
        run = project.start()
        said, _ = run.communicate(timeout=120)
    assert run.returncode == 0, said
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


@pytest.mark.parametrize(("action", "when"), POINTS, ids=["role", "policy", "attachment"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["int", "term"])
def test_an_interrupted_up_says_so_and_is_completed(
    project: Project, server: Server, action: str, when: When, number: int
) -> None:
    with gate_before(server, "SageMakerBasicRole", action, when) as gate:
        status, said = cut_off(project, gate, "make up", number=number)
    assert status == 2
    assert "interrupted; `make up` completes what is left" in said
    assert "Traceback" not in said
    complete(project, server)


@pytest.mark.parametrize(("action", "when"), POINTS, ids=["role", "policy", "attachment"])
def test_a_killed_up_is_completed(
    project: Project, server: Server, action: str, when: When
) -> None:
    with gate_before(server, "SageMakerBasicRole", action, when) as gate:
        cut_off(project, gate, "make up", "engine", number=signal.SIGKILL)
    assert "recovered" in complete(project, server)


def test_a_killed_engine_is_reported_and_completed(project: Project, server: Server) -> None:
    with gate_before(server, "SageMakerBasicRole", "CreateRole", "after") as gate:
        status, said = cut_off(project, gate, "engine", number=signal.SIGKILL)
    assert status == 2
    assert "Traceback" not in said
    assert "recovered" in complete(project, server)


def test_an_up_whose_engine_was_left_alone_is_completed(project: Project, server: Server) -> None:
    with gate_before(server, "SageMakerBasicRole", "CreateRole", "after") as gate:
        cut_off(project, gate, "make up", number=signal.SIGKILL)
    complete(project, server)
