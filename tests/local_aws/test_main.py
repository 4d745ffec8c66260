"""The commands: every kind of error is a clear line and status 2, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
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
from local_aws.run_lock import exclusive
from local_aws.screen import Screen
from local_aws.stack_files import StackFile
from local_aws.workspace import Outcome, PolicyReport
from rolewright.grants import ConfigError, Problem, Target, draft_stack_config, plan_stack

if TYPE_CHECKING:
    from collections.abc import Generator

DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetRole")


FAILED = CommandResult("", "\n\x1b[31merror: no such thing\x1b[0m\nmore\n", 255)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Fault("no Pulumi engine: install it"), "no Pulumi engine: install it\n"),
        (Fault("all.x: is bad", where="g.json"), "g.json\n  all.x: is bad\n"),
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
    def fail(screen: Screen, *, stack: str, guardrails: Path | None) -> int:
        assert (stack, guardrails) == ("dev", None)
        del screen
        raise error

    monkeypatch.setitem(main.COMMANDS, "up", fail)
    assert main.main(["up", "--stack", "dev"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(said)


@pytest.mark.parametrize("status", [0, 1, 2])
def test_a_commands_status_is_the_runs(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def preview(screen: Screen, **options: Any) -> int:
        del screen
        asked.append(options)
        return status

    monkeypatch.setitem(main.COMMANDS, "preview", preview)
    assert main.main(["preview"]) == status
    assert main.main(["preview", "--stack", "dev", "--guardrails", "g.json"]) == status
    assert asked == [
        {"stack": "local", "guardrails": None},
        {"stack": "dev", "guardrails": Path("g.json")},
    ]


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
    assert done.stderr == (
        "no stack `nowhere`: there is no `Pulumi.nowhere.yaml` (stacks: dev, local, prod, staging)\n"
    )
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
    assert not (tmp_path / "state").exists()


def test_bad_guardrail_settings_stop_a_run_before_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "STATE", tmp_path / "state")
    (tmp_path / "g.json").write_text('{"data-bucket": "advisory"}')
    assert main.main(["preview", "--guardrails", str(tmp_path / "g.json")]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(
        f"{tmp_path / 'g.json'}\n  data-bucket: is not a guardrail; did you mean `data-buckets`?"
    )
    assert printed.out == ""
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("command", ["up", "preview", "down"])
def test_a_second_run_touches_nothing(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(runner, "STATE", tmp_path)
    with exclusive(tmp_path):
        assert main.main([command]) == 2
    printed = capsys.readouterr()
    said = f"another run is under way (process {os.getpid()}); wait for it, or end it\n"
    assert (printed.out, printed.err) == ("", said)
    assert [path.name for path in tmp_path.iterdir()] == ["run.lock"]


@dataclass
class _Undeployed:
    """A workspace whose stacks are destroyed as told."""

    outcomes: dict[str, Outcome]

    def stack(self, name: str) -> str:
        return name

    def refresh(self, stack: str) -> Outcome:
        assert stack in self.outcomes
        return Outcome()

    def destroy(self, stack: str) -> Outcome:
        return self.outcomes[stack]


# A background server is not waited for, on purpose.
_BACKGROUND = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


@_BACKGROUND
def test_down_stops_the_local_aws_whatever_the_stack_files_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    found = server.start_in_background(state)
    monkeypatch.setattr(runner, "STATE", state)
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    (tmp_path / "Pulumi.local.yaml").write_text("config: {sagemaker-roles:environment: lokal}\n")
    for stack in ("gone", "local"):
        (state / f"{stack}.mark").write_text(found.mark)
    assert main.main(["down"]) == 2
    printed = capsys.readouterr()
    gone, missing, local, *said = printed.err.splitlines()
    assert gone == "stack `gone` was not destroyed (Pulumi.gone.yaml)"
    assert missing == "  no stack `gone`: there is no `Pulumi.gone.yaml` (stacks: local)"
    assert local == "stack `local` was not destroyed (Pulumi.local.yaml)"
    assert "  environment: `lokal` is not an environment; did you mean" in "\n".join(said)
    assert f"process {found.pid}, stopped" in printed.out
    assert server.running(state) is None
    assert sorted(path.name for path in state.glob("*.mark")) == ["gone.mark", "local.mark"]


@_BACKGROUND
def test_down_destroys_every_stack_and_goes_on_past_one_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = server.start_in_background(tmp_path)
    monkeypatch.setattr(runner, "STATE", tmp_path)
    outcomes = {
        "dev": Outcome(changes={"delete": 12}),
        "local": Outcome(errors=("no way\nat all",)),
        "prod": Outcome(changes={"delete": 1}),
    }
    for stack in outcomes:
        (tmp_path / f"{stack}.mark").write_text("of another local AWS")

    def begin(stack: str, *of: object) -> Any:
        del of
        workspace = _Undeployed(outcomes)
        mark = tmp_path / f"{stack}.mark"
        return SimpleNamespace(
            stack=stack, workspace=workspace, mark=mark, server=found, clients=None
        )

    def no_engine(*of: object, **how: object) -> None:
        del of, how

    def nothing(*of: object) -> int:
        del of
        return 0

    monkeypatch.setattr(runner, "_begin", begin)
    monkeypatch.setattr(runner, "_engine", no_engine)
    monkeypatch.setattr(runner, "cancel_dead_lock", nothing)
    monkeypatch.setattr(runner, "settle_pending", nothing)
    assert main.main(["down"]) == 2
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "destroyed   dev, 12 resources",
        "destroyed   prod, 1 resource",
        f"local AWS   127.0.0.1:{found.port}, process {found.pid}, stopped",
    ]
    assert printed.err.splitlines() == [
        "stack `local` was not destroyed (Pulumi.local.yaml)",
        "  no way",
        "  at all",
    ]
    assert [path.name for path in tmp_path.glob("*.mark")] == ["local.mark"]


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main.main(["sideways"])
    assert stopped.value.code == 2
    assert "invalid choice: 'sideways'" in capsys.readouterr().err


@dataclass(kw_only=True)
class _Workspace:
    """A workspace whose runs come out as told."""

    stack: str
    seen: Outcome
    done: Outcome

    def preview(self, stack: str, **options: Any) -> Outcome:
        assert (stack, options) == (self.stack, OPTIONS)
        return self.seen

    def up(self, stack: str, **options: Any) -> Outcome:
        assert (stack, options) == (self.stack, OPTIONS)
        return self.done


OPTIONS = {"policy_pack_configs": ["g.json"]}
VIOLATION = PolicyReport(guardrail="no-admin-access", mandatory=True, urn="u", message="D.\nadmin")
NOTE = PolicyReport(guardrail="data-buckets", mandatory=False, urn="u", message="D.\nnone")
CREATE = Outcome(changes={"create": 2})
ERROR = Outcome(errors=("the local AWS at http://127.0.0.1:1 does not answer",))
REFUSED = Outcome(errors=("refused",), reports=(VIOLATION,))


@dataclass(kw_only=True)
class _Told:
    """What the engine and the proof are told to come out as, for a run of a command."""

    seen: Outcome = CREATE
    done: Outcome = CREATE
    rows: tuple[Row, ...] = ()
    stack: str = "local"


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Told:
    """Return what a run comes out as, to be set by the test."""
    told = _Told()
    target = Target(partition="aws", account="1" * 12, region="eu-west-1")
    draft = draft_stack_config("local", json.dumps({"R": {}}), None)
    plans = plan_stack(draft, target)
    file = StackFile(config=draft.config, region="eu-west-1", plans=plans)

    @contextmanager
    def begun(screen: Screen, name: str, settings: Path | None) -> Generator[Any]:
        del screen, settings
        assert name == told.stack
        yield SimpleNamespace(
            stack=told.stack,
            file=file,
            options=lambda: OPTIONS,
            mark=tmp_path / "local.mark",
            server=SimpleNamespace(mark="m"),
            clients=None,
            workspace=_Workspace(stack=told.stack, seen=told.seen, done=told.done),
        )

    def recover(run: object, screen: Screen) -> None:
        del run, screen

    def prove(*of: object) -> Any:
        assert of[0] == plans
        return told.rows

    monkeypatch.setattr(runner, "_begun", begun)
    monkeypatch.setattr(runner, "_recover", recover)
    monkeypatch.setattr(runner, "prove", prove)
    return told


@pytest.mark.parametrize("command", [runner.up, runner.preview])
@pytest.mark.parametrize(("seen", "status"), [(REFUSED, 1), (ERROR, 2)], ids=["refused", "error"])
def test_a_preview_that_is_refused_is_1_and_one_that_fails_is_2(
    told: _Told, command: Any, seen: Outcome, status: int
) -> None:
    told.seen = seen
    assert command(Screen(), stack="local") == status


def test_a_refused_preview_says_that_nothing_was_made(
    told: _Told, capsys: pytest.CaptureFixture[str]
) -> None:
    told.seen = Outcome(errors=("refused",), reports=(VIOLATION, NOTE))
    runner.up(Screen(), stack="local")
    printed = capsys.readouterr()
    assert "1 violation, 1 advisory" in printed.out
    assert "no-admin-access   mandatory\n  admin\n" in printed.out
    assert printed.out.index("data-buckets   advisory") < printed.out.index("no-admin-access   ")
    assert printed.err == "stopped: nothing was created or changed\n"


def test_a_failed_preview_says_why_and_no_more(
    told: _Told, capsys: pytest.CaptureFixture[str]
) -> None:
    told.seen = Outcome(errors=("one\ntwo", "three"), reports=(NOTE,))
    assert runner.preview(Screen(), stack="local") == 2
    assert capsys.readouterr() == ("", "preview\n  one\n  two\n  three\n")


CALL = Call(action="s3:GetObject", container="data", key="sample")
CALLED = Row(role="R", call=CALL, intended=True, result="allowed")
JUDGED = Row(role="R", call=CALL, intended=True, result=None)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([CALLED, CALLED], "2 of 2 as intended\n"),
        ([CALLED, JUDGED, CALLED], "3 of 3 as intended, 2 called\n"),
    ],
)
def test_it_is_said_where_not_all_were_called(
    told: _Told,
    capsys: pytest.CaptureFixture[str],
    rows: list[Row],
    said: str,
) -> None:
    told.rows = tuple(rows)
    assert runner.up(Screen(), stack="local") == 0
    assert said in capsys.readouterr().out.replace(" \n", "\n")


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        ("local", "next:       edit Pulumi.dev.yaml, then `make preview STACK=dev`\n"),
        ("dev", 'next:       deploy it: see "Deploy to AWS" in README.md\n'),
    ],
)
def test_what_comes_next_fits_the_stack(
    told: _Told,
    capsys: pytest.CaptureFixture[str],
    stack: str,
    said: str,
) -> None:
    told.stack = stack
    assert runner.up(Screen(), stack=stack) == 0
    assert capsys.readouterr().out.endswith(said)


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
    told: _Told,
    capsys: pytest.CaptureFixture[str],
    done: Outcome,
    rows: list[bool],
    status: int,
) -> None:
    call = Call(action="s3:GetObject", container="data", key="sample")
    told.done = done
    told.rows = tuple(Row(role="R", call=call, intended=right, result="allowed") for right in rows)
    assert runner.up(Screen(), stack="local") == status
    if rows:
        assert f"{sum(rows)} of 2 as intended" in capsys.readouterr().out


def test_a_stack_that_is_as_it_was_is_not_deployed(
    told: _Told, capsys: pytest.CaptureFixture[str]
) -> None:
    told.seen, told.done = Outcome(changes={"same": 5}), ERROR
    assert runner.up(Screen(), stack="local") == 0
    assert "unchanged, 5 resources as they were" in capsys.readouterr().out


def test_a_preview_says_what_it_would_do_and_every_advisory(
    told: _Told, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {"create": 1, "update": 2, "same": 3, "replace": 4}
    told.seen = Outcome(changes=changes, reports=(NOTE, NOTE))
    assert runner.preview(Screen(), stack="local") == 0
    printed = capsys.readouterr().out
    assert "would       create 1 resource, replace 4 resources, update 2 resources\n" in printed
    assert "preview     1 role, 0 policies, " in printed
    assert "0 violations, 2 advisories" in printed
    assert "data-buckets   advisory" in printed


def test_what_was_done_is_counted(told: _Told, capsys: pytest.CaptureFixture[str]) -> None:
    changes = {"create": 1, "update": 2, "same": 3, "replace": 4, "delete": 5}
    told.done = Outcome(changes=changes)
    runner.up(Screen(), stack="local")
    said = "deployed    1 created, 5 deleted, 4 replaced, 2 updated in 0 s\n"
    assert said in capsys.readouterr().out


def test_an_engine_is_what_it_says() -> None:
    engine = Engine(path=ROOT, version="3.250.0", how="cached")
    assert (engine.version, engine.how) == ("3.250.0", "cached")
