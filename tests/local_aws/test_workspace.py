"""The workspace: whose environment, which files, which scripts, and what a failure says."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest
from google.protobuf import empty_pb2
from pulumi.automation import CommandResult
from pulumi.automation.errors import CommandError

from local_aws.engine import Engine
from local_aws.faults import Fault
from local_aws.workspace import Workspace, last_words, plain_errors, scrub_environment
from tests.local_aws.plugin import Plugin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# An engine that says what it is asked, and where it is.
ENGINE = """#!/bin/sh
case "$1" in
version) echo v3.250.0 ;;
*) echo "$PULUMI_BACKEND_URL|$PULUMI_HOME|$AWS_ENDPOINT_URL|$AWS_PROFILE|$*" >> "$ASKED" ;;
esac
"""


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """Put the environment back afterwards: a workspace changes it."""
    before = dict(os.environ)
    theirs = ("AWS_PROFILE", "AWS_SECRET_ACCESS_KEY", "PULUMI_ACCESS_TOKEN")
    os.environ.update(dict.fromkeys(theirs, "theirs"))
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(params=["plain", "with space", "quote'\"$HOME`x"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made = tmp_path / request.param
    made.mkdir()
    return made


def workspace(folder: Path) -> Workspace:
    engine = folder / "engine"
    engine.write_text(ENGINE)
    engine.chmod(0o755)
    project = folder / "project"
    project.mkdir(exist_ok=True)
    (project / "Pulumi.yaml").write_text("name: sagemaker-roles\nruntime: python\n")
    (project / "Pulumi.dev.yaml").write_text("config: {}\n")
    (project / "__main__.py").write_text("")
    return Workspace(
        state=folder / "state",
        engine=Engine(path=engine, version="3.250.0", how="on PATH"),
        endpoint="http://127.0.0.1:1",
        project=project,
        environment={"ASKED": str(folder / "asked")},
    )


def test_the_users_pulumi_and_aws_are_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_AWS_PROFILE", "kept")
    scrub_environment()
    assert [name for name in os.environ if name.startswith(("AWS_", "PULUMI_"))] == []
    assert os.environ["MY_AWS_PROFILE"] == "kept"


def test_the_engine_sees_a_backend_and_a_home_of_its_own(folder: Path) -> None:
    workspace(folder).stack("dev")
    state = folder / "state"
    backend, home, endpoint, profile, asked = (
        (folder / "asked").read_text().splitlines()[0].split("|")
    )
    assert backend == f"file://{state / 'backend'}"
    assert home == str(state / "home")
    assert endpoint == "http://127.0.0.1:1"
    assert profile == ""
    assert "dev" in shlex.split(asked)
    assert (state / "engine.pid").read_text().isdecimal()


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"NO_PROXY": "corp"}, "corp,127.0.0.1,localhost"),
        ({"no_proxy": "corp,localhost"}, "corp,localhost,127.0.0.1"),
    ],
)
def test_engine_plugins_and_program_reach_each_other_past_a_proxy(
    tmp_path: Path, given: dict[str, str], hosts: str
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        os.environ.pop(name, None)
    os.environ.update({"http_proxy": "http://127.0.0.1:1", **given})
    workspace(tmp_path).stack("dev")
    assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == hosts
    with Plugin.served() as plugin:
        assert plugin.call("GetPluginInfo", empty_pb2.Empty()).version


def test_files_are_copied_so_that_a_run_changes_no_committed_one(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    made.stack("dev")
    copy = tmp_path / "state" / "workspace"
    assert sorted(path.name for path in copy.iterdir()) == ["Pulumi.dev.yaml", "Pulumi.yaml"]
    (copy / "Pulumi.dev.yaml").write_text("encryptionsalt: v1\n")
    assert (tmp_path / "project" / "Pulumi.dev.yaml").read_text() == "config: {}\n"
    (tmp_path / "project" / "Pulumi.dev.yaml").write_text("config: {a:b: c}\n")
    made.stack("dev")
    assert (copy / "Pulumi.dev.yaml").read_text() == "config: {a:b: c}\n"


def test_a_stack_without_a_file_is_a_fault_that_names_the_others(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "Pulumi.prod.yaml").write_text("")
    with pytest.raises(Fault) as fault:
        workspace(tmp_path).stack("nowhere")
    assert str(fault.value) == (
        "no stack `nowhere`: there is no `Pulumi.nowhere.yaml` (stacks: dev, prod)"
    )


def test_the_scripts_run_from_any_folder(folder: Path) -> None:
    workspace(folder).stack("dev")
    script = folder / "state" / "bin" / "pulumi"
    done = subprocess.run([script, "version"], capture_output=True, text=True, check=True)
    assert done.stdout == "v3.250.0\n"
    for name in ("pulumi-resource-aws", "pulumi-analyzer-policy-python"):
        subprocess.run(["sh", "-n", folder / "state" / "bin" / name], check=True)


def test_a_run_that_fails_without_events_gives_the_engines_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**options: object) -> None:
        del options
        raise CommandError(CommandResult("", "warning: x\nerror: no such thing\n", 255))

    made = workspace(tmp_path)
    stack = made.stack("dev")
    monkeypatch.setattr(stack, "preview", fail)
    monkeypatch.setattr(made, "stack", lambda name: stack)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]  # noqa: ARG005
    outcome = made.preview("dev", packs=())
    assert outcome.failed
    assert outcome.errors == ("error: no such thing",)


def test_an_error_is_told_once_and_plain() -> None:
    said = "2 problems in the stack config\nroles.A: is bad\nroles.B: is bad"
    other = "an unhandled error occurred: no such thing"
    assert plain_errors([said, f"an unhandled error occurred: {said}", other, other]) == (
        said,
        "no such thing",
    )


def test_a_role_name_that_is_taken_is_told_with_what_to_do() -> None:
    taken = "creating aws:iam/role:Role (R): EntityAlreadyExists: Role with name R already exists."
    table = "creating aws:dynamodb/table:Table (t): ResourceInUseException: it is there"
    assert plain_errors([taken, table]) == (
        (
            f"{taken}\nanother stack or a person made that role: add grants to it with "
            "`existing: true`, or give yours another name by `nameFormat`"
        ),
        table,
    )


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("a\n\x1b[31merror: one\x1b[0m\nb\nerror: two\nerror: one\n", "error: one\nerror: two"),
        ("<{%fg 1%}>error: one<{%reset%}>\n", "error: one"),
        ("one\ntwo\n\nthree\nfour\n", "two\nthree\nfour"),
        ("", ""),
        ("warning: x\nstderr: error: no\n", "error: no"),
        (
            "stderr: error: failed to start: fork/exec /x: argument list too long\n",
            (
                "the stack config comes to more than 128 KB, which is the most that the engine can hand "
                "to a policy pack; split it into several stacks"
            ),
        ),
    ],
)
def test_last_words_are_the_error_lines_or_the_end(text: str, last: str) -> None:
    assert last_words(text) == last
