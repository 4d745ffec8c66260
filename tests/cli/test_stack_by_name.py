"""`--stack NAME`: which engine is asked, and of whose stacks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from local_aws.paths import ROOT
from rolewright.cli import main
from rolewright.cli.sources.made_up import MARK, engines_folder, state_folder

if TYPE_CHECKING:
    from pathlib import Path

EXPORT = ROOT / "tests/cases/explain/inputs/export.json"
ASKED = ("explain", "TrainingRole", "s3:ListBucket", "arn:aws:s3:::example-bucket")
NOTE = "stack dev: as `make up` has deployed it to the local AWS"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of ours on a machine without an engine; we are in a folder inside it."""
    made = tmp_path / "project"
    (made / "local_aws").mkdir(parents=True)
    (made / "docs").mkdir()
    (made / "Pulumi.dev.yaml").touch()
    (tmp_path / "path").mkdir()
    monkeypatch.chdir(made / "docs")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ROLEWRIGHT_STATE", raising=False)
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    return made


@pytest.fixture
def on_path(tmp_path: Path) -> Path:
    return tmp_path / "path" / "pulumi"


def kept(version: str = "3.250.0") -> Path:
    return engines_folder() / version / "bin" / "pulumi"


def engine(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nPATH=/bin:/usr/bin\n{script}\n")
    path.chmod(0o755)


def tells(stack: str = "dev") -> str:
    return f'[ "$*" = "stack export --non-interactive --stack {stack}" ] && cat {EXPORT}'


def deployed(project: Path, stack: str = "dev") -> Path:
    """Make what `make up` leaves, and return the state folder."""
    state = state_folder(project)
    (state / "workspace").mkdir(parents=True)
    (state / f"{stack}{MARK}").write_text("1")
    return state


def tells_of(state: Path) -> str:
    """Return the script of an engine that has the stacks of a state folder alone."""
    return (
        f'[ "$PULUMI_BACKEND_URL" = "file://{state}/backend" ] && [ "$PWD" = "{state}/workspace" ] '
        f'&& [ "$PULUMI_HOME" = "{state}/home" ] && [ "$PULUMI_CONFIG_PASSPHRASE" = local ] '
        f"&& {tells()} || {{ echo \"error: no stack named 'dev' found\" >&2; exit 1; }}"
    )


def run(stack: str = "dev") -> tuple[int, str, str]:
    done = CliRunner().invoke(main, [*ASKED, "--stack", stack])
    return done.exit_code, done.stdout.partition("\n")[0], done.stderr


def test_the_engine_on_path_is_asked_of_a_stack_of_its_own(on_path: Path, project: Path) -> None:
    engine(on_path, tells())
    engine(kept(), "exit 1")
    deployed(project)
    assert run() == (0, "allowed", "")


def test_one_that_make_up_has_put_into_the_cache_will_do_the_newest_first() -> None:
    engine(kept("3.9.0"), "exit 1")
    engine(kept("3.250.0"), tells("o/p/dev"))
    assert run("o/p/dev") == (0, "allowed", "")


def test_a_stack_that_make_up_deployed_is_found(project: Path) -> None:
    engine(kept(), tells_of(deployed(project)))
    assert run() == (0, "allowed", f"{NOTE}\n")


def test_it_is_told_why_the_stack_is_not_that_of_the_engine_on_path(
    on_path: Path, project: Path
) -> None:
    engine(on_path, tells_of(deployed(project)))
    said = "--stack dev: pulumi said: error: no stack named 'dev' found"
    assert run() == (0, "allowed", f"{NOTE} ({said})\n")


def test_its_state_may_be_elsewhere(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLEWRIGHT_STATE", str(tmp_path / "state"))
    engine(kept(), tells_of(deployed(project)))
    assert run() == (0, "allowed", f"{NOTE}\n")


def test_a_stack_that_is_nowhere_is_told_with_what_to_do(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine(kept(), "echo 'error: no stack named' >&2; exit 255")
    said = "error: --stack {}: pulumi said: error: no stack named"
    hint = "; `make up STACK=dev` deploys it to a local AWS, where it is found as well"
    assert run() == (2, "", f"{said.format('dev')}{hint}\n")
    assert run("other") == (2, "", f"{said.format('other')}\n")
    (project / "local_aws").rmdir()
    monkeypatch.chdir(tmp_path)
    assert run() == (2, "", f"{said.format('dev')}\n")


def test_an_engine_that_says_nothing_is_told() -> None:
    engine(kept(), "exit 255")
    assert run("other") == (2, "", "error: --stack other: pulumi said: nothing\n")


def test_without_an_engine_it_is_told_where_one_is_looked_for(project: Path) -> None:
    wanted = (
        f"needs pulumi on PATH: install it, or have `make engine` put one into {engines_folder()}"
    )
    assert run("other")[2] == f"error: --stack other: {wanted}; or give a file of its output\n"
    deployed(project)
    assert run()[2] == f"{NOTE}\nerror: --stack dev: {wanted}\n"


@pytest.mark.parametrize("command", ["audit", "graph", "diff"])
def test_other_commands_find_it_as_well(command: str, project: Path) -> None:
    engine(kept(), tells_of(deployed(project)))
    config = "config:\n  sagemaker-roles:environment: dev\n  sagemaker-roles:roles: {R: {}}\n"
    (project / "docs" / "Pulumi.dev.yaml").write_text(config)
    done = CliRunner().invoke(main, [command, "--stack", "dev", "--format", "json"])
    assert done.exit_code in (0, 1)
    assert done.stderr == f"{NOTE}\n"
    assert "TrainingRole-dev" in json.dumps(json.loads(done.stdout))
