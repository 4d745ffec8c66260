"""The commands that the README and the docs show print what is shown."""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from local_aws.paths import ROOT
from rolewright.cli import main
from tests.readme import Example, examples

if TYPE_CHECKING:
    from pathlib import Path

OURS = [
    (example, following.output if following.command == "echo $?" else None)
    for example, following in zip(examples(), (*examples()[1:], *examples()[:1]), strict=True)
    if example.command.startswith("rolewright ")
]
"""Each command, and the status that is shown after it, if one is."""


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands run: what they read, to be written to."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for path in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(path, tmp_path)
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize(
    ("example", "status"),
    OURS,
    ids=[f"{example.page}: {example.command.split()[1]}" for example, _ in OURS],
)
def test_a_command_prints_what_is_shown(example: Example, status: list[str] | None) -> None:
    _, *arguments = shlex.split(example.command)
    result = CliRunner().invoke(main, arguments, input=example.stdin)
    printed, wanted = result.output.splitlines(), example.output
    # What is cut is shown by its beginning.
    if wanted[-1:] == ["..."]:
        wanted = wanted[:-1]
        assert len(printed) > len(wanted)
        printed = printed[: len(wanted)]
    assert printed == wanted
    if status is not None:
        assert [str(result.exit_code)] == status


def test_the_picture_of_the_readme_is_what_its_command_draws(clone: Path) -> None:
    command = "graph --config Pulumi.local.yaml --format svg --output docs/graph.svg"
    assert f"\n$ rolewright {command}\n" in "\n".join(
        f"\n$ {example.command}\n" for example in examples()
    )
    assert CliRunner().invoke(main, command.split()).exit_code == 0
    assert (clone / "docs" / "graph.svg").read_text() == (ROOT / "docs" / "graph.svg").read_text()
