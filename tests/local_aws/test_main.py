"""The commands: every kind of error is a clear line and status 2, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from pulumi.automation import CommandResult
from pulumi.automation.errors import CommandError

from local_aws import __main__ as main
from local_aws import runner, server
from local_aws.engine import Engine
from local_aws.faults import Fault
from local_aws.paths import ROOT
from local_aws.proof import Call, Row
from local_aws.screen import Screen
from local_aws.stack_files import plan_stack
from local_aws.workspace import Outcome, PolicyReport
from rolewright.grants import ConfigError, Problem, parse_stack_config

if TYPE_CHECKING:
    from pathlib import Path

DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetRole")


FAILED = CommandResult("", "\n\x1b[31merror: no such thing\x1b[0m\nmore\n", 255)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Fault("no Pulumi engine: install it"), "no Pulumi engine: install it\n"),
        (
            ConfigError([Problem(path="roles.R", message="is bad")]),
            "Pulumi.dev.yaml\n  roles.R: is bad\n",
        ),
        (DENIED, "the local AWS failed: An error occurred (AccessDenied) when calling"),
        (
            EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
            'the local AWS failed: Could not connect to the endpoint URL: "http://127.0.0.1:1"\n',
        ),
        (CommandError(FAILED), "the engine failed\n  error: no such thing\n"),
        (
            PermissionError(13, "Permission denied", "/cache/rolewright"),
            "/cache/rolewright: Permission denied\n",
        ),
        (OSError("odd"), "the run: odd\n"),
        (KeyboardInterrupt(), "interrupted; `make up` completes what is left\n"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_every_error_is_a_line_and_status_2(
    error: BaseException,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(stack: str, screen: Screen) -> int:
        assert stack == "dev"
        del screen
        raise error

    monkeypatch.setitem(main.COMMANDS, "up", fail)
    assert main.main(["up", "--stack", "dev"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(said)


@pytest.mark.parametrize("status", [0, 1, 2])
def test_a_commands_status_is_the_runs(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(main.COMMANDS, "preview", lambda stack, screen: status)  # noqa: ARG005  # a command's
    assert main.main(["preview"]) == status


@pytest.mark.parametrize("command", ["up", "preview"])
def test_an_unknown_stack_is_named(command: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local_aws", command, "--stack", "nowhere"],
        cwd=ROOT,
        env={**os.environ, "ROLEWRIGHT_STATE": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "no stack `nowhere`: there is no `Pulumi.nowhere.yaml`\n"
    assert done.stdout == ""
    assert not (tmp_path / "state").exists()


def test_down_with_nothing_up_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local_aws", "down"],
        cwd=ROOT,
        env={**os.environ, "ROLEWRIGHT_STATE": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "local AWS   not running\n"


# A background server is not waited for, on purpose.
@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_down_stops_the_local_aws_whatever_the_stack_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    found = server.start_in_background(state)
    monkeypatch.setattr(runner, "STATE", state)
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    (tmp_path / "Pulumi.local.yaml").write_text("config: {sagemaker-roles:environment: lokal}\n")
    assert main.main(["down"]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("Pulumi.local.yaml\n  environment: `lokal` is not an environment")
    assert f"process {found.pid}, stopped" in printed.out
    assert server.running(state) is None


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main.main(["sideways"])
    assert stopped.value.code == 2
    assert "invalid choice: 'sideways'" in capsys.readouterr().err


@dataclass(kw_only=True)
class _Workspace:
    """A workspace whose runs come out as told."""

    seen: Outcome
    done: Outcome

    def preview(self, stack: str) -> Outcome:
        assert stack == "local"
        return self.seen

    def up(self, stack: str) -> Outcome:
        assert stack == "local"
        return self.done


VIOLATION = PolicyReport(guardrail="no-admin-access", mandatory=True, urn="u", message="D.\nadmin")
NOTE = PolicyReport(guardrail="data-buckets", mandatory=False, urn="u", message="D.\nnone")
CREATE = Outcome(changes={"create": 2})
ERROR = Outcome(errors=("the local AWS at http://127.0.0.1:1 does not answer",))
REFUSED = Outcome(errors=("refused",), reports=(VIOLATION,))


def run_with(
    monkeypatch: pytest.MonkeyPatch, seen: Outcome, done: Outcome = CREATE, rows: Any = ()
) -> None:
    config = parse_stack_config(environment="local", roles=json.dumps({"R": {}}), defaults=None)
    plans = plan_stack(config, "eu-west-1")
    workspace = _Workspace(seen=seen, done=done)

    def begin(stack: str, screen: Screen) -> Any:
        del screen
        return SimpleNamespace(
            stack=stack,
            config=config,
            plans=plans,
            region="eu-west-1",
            server=None,
            clients=None,
            workspace=workspace,
        )

    def recover(run: object, screen: Screen) -> None:
        del run, screen

    def prove(*of: object) -> Any:
        assert of[0] == plans
        return rows

    monkeypatch.setattr(runner, "_begin", begin)
    monkeypatch.setattr(runner, "_recover", recover)
    monkeypatch.setattr(runner, "prove", prove)


@pytest.mark.parametrize("command", [runner.up, runner.preview])
@pytest.mark.parametrize(("seen", "status"), [(REFUSED, 1), (ERROR, 2)], ids=["refused", "error"])
def test_a_preview_that_is_refused_is_1_and_one_that_fails_is_2(
    monkeypatch: pytest.MonkeyPatch, command: Any, seen: Outcome, status: int
) -> None:
    run_with(monkeypatch, seen)
    assert command("local", Screen()) == status


def test_a_refused_preview_says_that_nothing_was_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_with(monkeypatch, Outcome(errors=("refused",), reports=(VIOLATION, NOTE)))
    runner.up("local", Screen())
    printed = capsys.readouterr()
    assert "1 violation, 1 advisory" in printed.out
    assert "no-admin-access   mandatory\n  admin\n" in printed.out
    assert printed.err == "stopped: nothing was created or changed\n"


@pytest.mark.parametrize(
    ("done", "rows", "status"),
    [
        (CREATE, [True, True], 0),
        (CREATE, [True, False], 1),
        (REFUSED, [], 1),
        (ERROR, [], 2),
    ],
)
def test_a_call_that_is_not_as_intended_makes_the_run_fail(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    done: Outcome,
    rows: list[bool],
    status: int,
) -> None:
    call = Call(action="s3:GetObject", container="data", key="sample")
    made = [Row(role="R", call=call, intended=right, result="allowed") for right in rows]
    run_with(monkeypatch, CREATE, done, made)
    assert runner.up("local", Screen()) == status
    if rows:
        assert f"{sum(rows)} of 2 as intended" in capsys.readouterr().out


def test_a_stack_that_is_as_it_was_is_not_deployed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_with(monkeypatch, Outcome(changes={"same": 5}), ERROR)
    assert runner.up("local", Screen()) == 0
    assert "unchanged, 5 resources as they were" in capsys.readouterr().out


def test_a_preview_says_what_it_would_do_and_every_advisory(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {"create": 1, "update": 2, "same": 3, "replace": 4}
    run_with(monkeypatch, Outcome(changes=changes, reports=(NOTE, NOTE)))
    assert runner.preview("local", Screen()) == 0
    printed = capsys.readouterr().out
    assert "would       create 1 resource, replace 4 resources, update 2 resources\n" in printed
    assert "preview     1 role, 0 policies, " in printed
    assert "0 violations, 2 advisories" in printed
    assert "data-buckets   advisory" in printed


def test_what_was_done_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = Outcome(changes={"create": 1, "update": 2, "same": 3, "replace": 4, "delete": 5})
    run_with(monkeypatch, CREATE, done)
    runner.up("local", Screen())
    said = "deployed    1 created, 5 deleted, 4 replaced, 2 updated in 0 s\n"
    assert said in capsys.readouterr().out


def test_an_engine_is_what_it_says() -> None:
    engine = Engine(path=ROOT, version="3.250.0", how="cached")
    assert (engine.version, engine.how) == ("3.250.0", "cached")
