"""The project's own commands, run as a person runs them, on a state of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from local_aws.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.engine import Engine
    from local_aws.server import Server


class Project:
    """The project's own `make up`, on a state of the test's own."""

    def __init__(self, state: Path, engine: Engine) -> None:
        self.state = state
        path = f"{engine.path.parent}{os.pathsep}{os.environ['PATH']}"
        self._environment: Mapping[str, str] = {
            **os.environ,
            "ROLEWRIGHT_STATE": str(state),
            "PATH": path,
            "COLUMNS": "80",
        }

    def use(self, server: Server) -> None:
        """Let the next run find this local AWS, as if it had started it."""
        self.state.mkdir(parents=True, exist_ok=True)
        (self.state / "local-aws.json").write_text(json.dumps(asdict(server)))

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a command with its options; `up` where none is given."""
        return subprocess.Popen(
            [sys.executable, "-m", "local_aws", *(command or ("up",))],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *command: str, status: int = 0) -> str:
        """Run a command to its end, which must be of this status, and return what it printed."""
        run = self.start(*command)
        said, _ = run.communicate(timeout=120)
        assert run.returncode == status, said
        return said

    def engine_pid(self) -> int:
        """Return the process id of the engine that runs."""
        return int((self.state / "engine.pid").read_text())

    def processes(self) -> list[str]:
        """Return the command lines of what runs on this state."""
        found: list[str] = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = entry.read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(self.state) in line:
                found.append(line)
        return found
