"""The Makefile: what it hands to the commands, and a Python that is too old."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from local_aws.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FILES = (
    "Makefile",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-peers.txt",
)

# As a python3 that takes code, says its version, and makes no environment.
PYTHON = """#!/bin/sh
case "$1" in
-c) exit %d ;;
-V) echo Python 3.10.4 ;;
-m) echo "environment asked for"; exit 1 ;;
esac
"""


def make(
    *arguments: str, folder: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["up"], "up --stack 'local'"),
        (["preview", "STACK=dev"], "preview --stack 'dev'"),
        (["preview", "STACK="], "preview --stack ''"),
        (["up", "GUARDRAILS=g s.json"], "up --stack 'local' --guardrails 'g s.json'"),
        (["down", "STACK=dev"], "down"),
    ],
)
def test_a_target_hands_on_what_it_is_given(
    tmp_path: Path, arguments: list[str], command: str
) -> None:
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".installed").touch()
    said = make("--dry-run", *arguments, folder=tmp_path).stdout
    assert said.rstrip() == f".venv/bin/python -m local_aws {command}"


def test_the_command_is_installed_by_uv_and_by_pip(tmp_path: Path) -> None:
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    said = make("--dry-run", "env", folder=tmp_path).stdout
    # A plain path: what an editable install runs by default at each start takes its time.
    assert said.count("--config-settings editable_mode=compat --editable .") == len(("uv", "pip"))


@pytest.mark.parametrize(("status", "old"), [(0, False), (1, True)])
def test_a_python_that_is_too_old_is_refused_in_a_line(
    tmp_path: Path, *, status: int, old: bool
) -> None:
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    path = tmp_path / "path"
    path.mkdir()
    for name in ("sh", "touch", "echo"):
        found = shutil.which(name)
        assert found
        (path / name).symlink_to(found)
    (path / "python3").write_text(PYTHON % status)
    (path / "python3").chmod(0o755)
    maker = shutil.which("make")
    assert maker
    (path / "make").symlink_to(maker)
    done = make("env", folder=tmp_path, PATH=str(path))
    assert done.returncode == 2
    refused = (
        "python3 is Python 3.10.4; rolewright takes Python 3.11 or newer, or uv, which fetches it"
    )
    assert (refused in done.stdout) is old
    assert ("environment asked for" in done.stdout) is not old
    assert not (tmp_path / ".venv" / ".installed").exists()
