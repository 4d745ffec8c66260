"""`make up`, `make preview` and `make down`, as a person meets them one after the other."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from local_aws import server as local_server
from local_aws.provider.session import Clients
from tests.engine.project import Project
from tests.readme import shown, steady

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.engine import Engine


def test_the_commands_print_what_the_readme_shows(engine: Engine, tmp_path: Path) -> None:
    project = Project(tmp_path / "state", engine)
    try:
        assert steady(project.run("up").splitlines()) == steady(shown("make up"))
        *head, cut = shown("make preview")
        assert cut == "..."
        said = steady(project.run("preview").splitlines())
        assert said[: len(head)] == steady(head)
    finally:
        said = steady(project.run("down").splitlines())
        assert said == steady(shown("make down"))


def test_down_destroys_every_stack_that_up_deployed(engine: Engine, tmp_path: Path) -> None:
    project = Project(tmp_path / "state", engine)
    settings = tmp_path / "guardrails.json"
    settings.write_text('{"trust-services": "advisory", "data-buckets": {"allowed": ["other"]}}')
    try:
        first = project.start("up")
        while not (project.state / "run.lock").exists():
            time.sleep(0.02)
        said = project.run("preview", "--stack", "dev", status=2)
        assert f"another run is under way (process {first.pid}); wait for it" in said
        assert len(said.splitlines()) == 1
        first.communicate(timeout=120)
        assert first.returncode == 0
        said = project.run("up", "--stack", "dev")
        assert "58 of 58 as intended\n" in said
        assert max(map(len, said.splitlines())) <= 80
        said = project.run("preview", "--stack", "dev", "--guardrails", str(settings), status=1)
        assert "data-buckets   mandatory" in said
        # A preview leaves no mark, so `staging` is no stack to destroy.
        project.run("preview", "--stack", "staging", status=0)
    finally:
        said = project.run("down")
    assert [line for line in said.splitlines() if line.startswith("destroyed")] == [
        "destroyed   dev, 56 resources",
        "destroyed   local, 14 resources",
    ]
    assert "again" not in said
    assert project.processes() == []


def test_a_local_aws_that_was_stopped_gets_its_roles_again_and_the_rest_is_unchanged(
    engine: Engine, tmp_path: Path
) -> None:
    project = Project(tmp_path / "state", engine)
    try:
        project.run("up")
        assert "deployed    unchanged, 14 resources as they were" in project.run("up")
        first = local_server.running(project.state)
        assert first is not None
        os.kill(first.pid, signal.SIGKILL)
        while local_server.running(project.state):
            time.sleep(0.05)
        again = project.run("up")
        assert "the local AWS was started anew; its roles are created again" in again
        assert "13 of 13 as intended" in again
        second = local_server.running(project.state)
        assert second is not None
        assert second.port == first.port
        clients = Clients(endpoint=second.endpoint, region="eu-west-1")
        assert clients.iam.get_role(RoleName="WriterRole")
    finally:
        project.run("down")
    assert "not running" in project.run("down")
    assert project.processes() == []
