"""The commands print what the README shows."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from local_aws.paths import ROOT
from tests.readme import shown, steady

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.engine import Engine


def test_the_commands_print_what_the_readme_shows(engine: Engine, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "ROLEWRIGHT_STATE": str(tmp_path / "state"),
        "PATH": f"{engine.path.parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "80",
    }

    def run(command: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "local_aws", command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return steady(done.stdout.splitlines())

    try:
        assert run("up") == steady(shown("make up"))
        *head, cut = shown("make preview")
        assert cut == "..."
        assert run("preview")[: len(head)] == steady(head)
    finally:
        assert run("down") == steady(shown("make down"))
