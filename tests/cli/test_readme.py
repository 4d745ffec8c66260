"""The README's examples of the command line print what it shows."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from local_aws.paths import ROOT
from rolewright.cli import main
from tests.readme import README, shown

COMMANDS = re.findall(r"^\$ (python -m rolewright .+)$", README, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_what_the_readme_shows(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    arguments = command.removeprefix("python -m rolewright ").split()
    assert CliRunner().invoke(main, arguments).stdout.splitlines() == shown(command)


def test_the_readme_shows_each_example_once() -> None:
    assert sorted(COMMANDS) == sorted(set(COMMANDS))
    names = {command.split()[3] for command in COMMANDS}
    assert {"diagnose", "diff", "escalations", "explain", "lint", "simulate"} <= names
