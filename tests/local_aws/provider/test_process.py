"""The provider as the process that the engine starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from local_aws import server as local_server
from local_aws.paths import ROOT
from tests.local_aws.plugin import REGION, ROLE, TRUST, Plugin, RefusedError

if TYPE_CHECKING:
    from local_aws.server import Server

ENGINE = """
import subprocess, sys, time
plugin = subprocess.Popen([sys.executable, "-m", "local_aws.provider", "127.0.0.1:1"])
print(plugin.pid, flush=True)
time.sleep(60)
"""


def test_it_serves_on_the_port_it_prints_and_ends_with_a_killed_engine(server: Server) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENGINE], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as engine:
        assert engine.stdout
        pid, port = int(engine.stdout.readline()), int(engine.stdout.readline())
        process = psutil.Process(pid)
        try:
            (listening,) = [c for c in process.net_connections() if c.status == "LISTEN"]
            assert listening.laddr.ip.removeprefix("::ffff:") == "127.0.0.1"
            assert listening.laddr.port == port
            plugin = Plugin(port)
            plugin.configure(region=REGION, endpoints=[{"iam": server.endpoint}])
            assert plugin.create(ROLE, {"name": "made", "assumeRolePolicy": TRUST}).id == "made"
            plugin.close()
            os.kill(engine.pid, signal.SIGKILL)
            deadline = time.monotonic() + 5
            while process.is_running() and time.monotonic() < deadline:
                time.sleep(0.05)
            assert not process.is_running()
        finally:
            engine.kill()
            if process.is_running():
                process.kill()


def test_a_local_aws_that_dies_under_way_is_said_without_a_traceback(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with Plugin.served() as plugin:
        with local_server.temporary() as dying:
            plugin.configure(region=REGION, endpoints=[{"iam": dying.endpoint}])
            made = plugin.create(ROLE, {"name": "made", "assumeRolePolicy": TRUST})
        with pytest.raises(
            RefusedError, match=r"^updating .* \(made\): the local AWS at .* answer"
        ):
            plugin.update(made, description="late")
        with pytest.raises(
            RefusedError, match=r"^deleting .* \(made\): the local AWS at .* answer"
        ):
            plugin.delete(made)
    assert "Traceback" not in "".join(capfd.readouterr())
