"""What a run prints."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from local_aws.proof import Call, Row
from local_aws.screen import Screen
from local_aws.workspace import PolicyReport

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = (
    Row(
        role="Reader",
        call=Call(action="s3:ListBucket", container="example-bucket"),
        intended=True,
        result="allowed",
    ),
    Row(
        role="WriterRole",
        call=Call(action="s3:GetObject", container="artifacts", key="sample"),
        intended=False,
        result="AccessDenied",
    ),
    Row(
        role="WriterRole",
        call=Call(action="s3:PutObject", container="other-bucket", key="x"),
        intended=False,
        result="allowed",
    ),
    Row(
        role="LegacyRole",
        call=Call(action="s3:ListBucket", container="data", key="a/"),
        intended=True,
        result=None,
    ),
)
REPORTS = (
    PolicyReport(
        guardrail="no-admin-access",
        mandatory=True,
        urn="urn",
        message="Roles are no admins.\nroles.TrainingRole: made may do everything on every "
        "resource, which makes it an admin of the account\n  fix: name the actions and resources "
        "that it needs, one by one, in the stack config",
    ),
    PolicyReport(
        guardrail="data-buckets", mandatory=False, urn="urn", message="D.\nnames no bucket"
    ),
)

GOLDEN = """\
engine      pulumi 3.250.0 (built)

ROLE        CALL                                RESULT
Reader      s3:ListBucket     example-bucket    allowed
WriterRole  s3:GetObject      artifacts/sample  AccessDenied
WriterRole  s3:PutObject      other-bucket/x    allowed, not AccessDenied
LegacyRole  s3:ListBucket     data/a/           allowed (judged)

data-buckets   advisory
  names no bucket

no-admin-access   mandatory
  roles.TrainingRole: made may do everything on every resource, which makes it
    an admin of the account
    fix: name the actions and resources that it needs, one by one, in the stack
            config
"""


def show(screen: Screen) -> None:
    screen.line("engine", "pulumi 3.250.0 (built)")
    screen.blank()
    screen.proof(ROWS)
    screen.reports(REPORTS)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[str, str]]:
    """Put a terminal of 80 columns in the place of standard output and error."""
    monkeypatch.setenv("COLUMNS", "80")
    out, err = _Terminal(), _Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    return lambda: (out.getvalue(), err.getvalue())


def test_a_run_prints_plain_lines_of_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    show(Screen())
    printed = capsys.readouterr().out
    assert [line.rstrip() for line in printed.splitlines()] == GOLDEN.splitlines()
    assert max(len(line.rstrip()) for line in printed.splitlines()) <= 80


def test_a_terminal_gets_colour_for_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    written = terminal(monkeypatch)
    show(Screen())
    printed = written()[0]
    assert "\x1b[32mallowed\x1b[0m" in printed
    assert "\x1b[1;31mallowed, not AccessDenied\x1b[0m" in printed


def test_no_color_takes_the_colour_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    written = terminal(monkeypatch)
    show(Screen())
    assert "allowed" in written()[0]
    assert "\x1b[3" not in written()[0]
    assert ";31m" not in written()[0]


def test_a_narrow_output_cuts_no_result_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    long = Row(
        role="R" * 64,
        call=Call(action="s3:PutObject", container="b" * 63, key="made"),
        intended=False,
        result="allowed",
    )
    Screen().proof([long])
    printed = capsys.readouterr().out
    assert f"{'b' * 63}/made" in printed
    assert "allowed, not AccessDenied" in printed


def test_a_wide_table_gives_each_role_a_line_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call = Call(action="s3:GetObject", container="model-artifacts-dev", key="team-a/sample")
    role = "SageMakerBasicRole-dev"
    rows = [
        Row(role=role, call=call, intended=True, result="allowed"),
        Row(role=role, call=call, intended=True, result=None),
        Row(role="TrainingRole-dev", call=call, intended=False, result="AccessDenied"),
    ]
    Screen().proof(rows)
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "ROLE, CALL                                             RESULT",
        "SageMakerBasicRole-dev",
        "  s3:GetObject      model-artifacts-dev/team-a/sample  allowed",
        "  s3:GetObject      model-artifacts-dev/team-a/sample  allowed (judged)",
        "TrainingRole-dev",
        "  s3:GetObject      model-artifacts-dev/team-a/sample  AccessDenied",
    ]


def test_problems_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().problems("Pulumi.dev.yaml", ["roles.R: [bold]is wrong[/bold]"])
    Screen().problems(None, ["stopped"])
    printed = capsys.readouterr()
    assert printed.err == "Pulumi.dev.yaml\n  roles.R: [bold]is wrong[/bold]\nstopped\n"
    assert printed.out == ""


def test_a_message_of_one_line_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().reports([PolicyReport(guardrail="g", mandatory=True, urn="", message="no admin")])
    assert capsys.readouterr().out == "\ng   mandatory\n  no admin\n"


def test_an_advisory_that_names_its_guardrail_is_printed_under_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    message = "D.\ndata-buckets: names no bucket"
    Screen().reports([PolicyReport(guardrail="all", mandatory=False, urn="", message=message)])
    assert capsys.readouterr().out == "\ndata-buckets   advisory\n  names no bucket\n"


def test_progress_is_shown_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    written = terminal(monkeypatch)
    screen = Screen()
    screen.progress("unseen")
    with screen.working("building"):
        screen.progress("building: 3 packages")
    assert written()[0] == ""
    assert "building" in written()[1]


def test_progress_is_not_printed_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen()
    with screen.working("building"):
        screen.progress("building: 3 packages")
    assert capsys.readouterr() == ("", "")
