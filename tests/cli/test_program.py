"""The frame of the command line: help, statuses, what can't be read, what is drawn where."""

from __future__ import annotations

import subprocess
import sys
from importlib.abc import SourceLoader
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from rich.progress import Progress

from rolewright.cli import main
from rolewright.cli import progress as progress_module
from rolewright.cli.output import Screen
from rolewright.cli.progress import progress

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"pydantic", "rich", "rolewright.iam", "rolewright.reference", "rolewright.guardrails"}


def _run(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rolewright", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def test_help_lists_the_commands_and_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom rolewright.cli import main\n"
        "main(['--help'], standalone_mode=False)\nprint(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "lint" in run.stdout
    assert not HEAVY & set(run.stdout.split())


def test_each_command_has_its_docstrings_first_line_as_its_summary() -> None:
    shown = " ".join(CliRunner().invoke(main, ["--help"]).output.split())
    spec = find_spec("rolewright.cli.commands.lint")
    assert spec is not None
    assert isinstance(spec.loader, SourceLoader)
    first = (spec.loader.get_source(spec.name) or "").splitlines()[0]
    assert first.strip('".') in shown


def test_help_fits_eighty_columns() -> None:
    for arguments in (["--help"], ["lint", "--help"]):
        lines = CliRunner().invoke(main, arguments).output.splitlines()
        assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("arguments", [["nothing"], ["lint", "--nothing"], ["lint"]])
def test_what_is_called_wrongly_ends_with_2(arguments: list[str]) -> None:
    run = CliRunner().invoke(main, arguments)
    assert run.exit_code == 2
    assert "Traceback" not in run.output


def test_what_cant_be_read_is_one_line_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b'{"Sid": "\xe9"}')
    for name, said in [
        ("missing", "can't be read: no such file or directory"),
        (".", "can't be read: is a directory"),
        ("latin", "is not UTF-8 text (byte 9); save it as UTF-8"),
    ]:
        run = CliRunner().invoke(main, ["lint", str(tmp_path / name)])
        assert run.exit_code == 2
        assert run.stderr == f"error: {tmp_path / name}: {said}\n"
    run = CliRunner().invoke(main, ["lint", "--jsonl", str(tmp_path / "missing")])
    assert run.exit_code == 2
    assert run.stderr.endswith("missing: can't be read: no such file or directory\n")


def test_a_name_that_no_file_can_have_is_one_line() -> None:
    run = CliRunner().invoke(main, ["lint", "a\0b"])
    assert run.exit_code == 2
    assert run.stderr.endswith("can't be read: embedded null byte\n")


def test_the_program_runs_as_a_module() -> None:
    run = _run("lint", "-", text="5")
    assert run.returncode == 1
    assert "not a policy document" in run.stdout
    assert run.stderr == ""


def test_a_reader_that_leaves_is_no_error() -> None:
    line = '{"id": 1, "document": {}}\n'
    command = f"{sys.executable} -m rolewright lint --jsonl | head -1"
    run = subprocess.run(
        ["sh", "-c", command], input=line * 20_000, capture_output=True, text=True, check=False
    )
    assert run.stdout.startswith('{"id": 1, ')
    assert run.stderr == ""


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: dict[str, str] = {}
    for name, variables in {
        "terminal": {"FORCE_COLOR": "1"},
        "declined": {"FORCE_COLOR": "1", "NO_COLOR": "1"},
        "file": {},
    }.items():
        for variable in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):
            monkeypatch.delenv(variable, raising=False)
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        shown[name] = CliRunner().invoke(main, ["lint", "-"], input="5", color=True).output
    assert "\x1b[31merror\x1b[0m" in shown["terminal"]
    assert "\x1b[31m" not in shown["declined"]
    assert "\x1b" not in shown["file"]


def test_input_cant_draw_on_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().line("\x1b[31mred", ("\x07bell", "red"))
    assert capsys.readouterr().out == "\\x1b[31mred\\x07bell\n"


def test_progress_is_shown_on_a_terminal_once_it_takes_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[bool] = []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    def start(bar: Progress) -> None:
        started.append(not bar.finished)

    monkeypatch.setattr(Progress, "start", start)
    assert list(progress([1, 2, 3], "count")) == [1, 2, 3]
    assert not started
    monkeypatch.setattr(progress_module, "PATIENCE", -1.0)
    assert list(progress([1, 2, 3], "count")) == [1, 2, 3]
    assert started


def test_no_progress_is_shown_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress([1, 2], "count")) == [1, 2]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b", "", "missing", "."])
@pytest.mark.parametrize(
    "before",
    [
        ["audit"],
        ["audit", "--config"],
        ["audit", "x.json", "--guardrails"],
        ["audit", "x.json", "--baseline"],
        ["graph"],
        ["lint"],
        ["escalations"],
        ["simulate"],
        ["suggest"],
        ["diff", "x.json"],
        ["adopt", "R", "--documents"],
        ["diagnose", "x", "--documents"],
        ["diagnose", "x", "--trust"],
        ["explain", "R", "s3:GetObject", "*", "--documents"],
        ["explain", "R", "s3:GetObject", "*", "--stack"],
        ["explain", "R", "s3:GetObject", "*", "--config"],
    ],
)
def test_a_path_that_is_none_is_one_line(
    before: list[str], path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    run = CliRunner().invoke(main, [*before, path])
    assert run.exit_code == 2
    assert isinstance(run.exception, SystemExit)
    assert "Usage" in run.stderr or len(run.stderr.splitlines()) == 1
