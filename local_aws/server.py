"""Starting, finding and stopping the local AWS, and switching its IAM enforcement."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

import psutil

from local_aws.faults import Fault
from local_aws.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

_MARK_VARIABLE = "ROLEWRIGHT_LOCAL_AWS"
_START_SECONDS = 60
_END_SECONDS = 5
_FREE_CALLS = "1000000000"
_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Calls for this machine go to it, whatever proxy the environment names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A local AWS that runs: its port, its process, and a mark that no other run of it has."""

    port: int
    pid: int
    mark: str

    @property
    def endpoint(self) -> str:
        """The URL that AWS calls go to."""
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Whether it answers."""
        try:
            with _DIRECTLY.open(f"{self.endpoint}/moto-api/", timeout=5):
                return True
        except (OSError, http.client.HTTPException):
            return False

    @contextlib.contextmanager
    def enforcing_iam(self) -> Generator[None]:
        """Judge calls by IAM while inside; outside every call is let through."""
        self._reset_auth("0")
        try:
            yield
        finally:
            self._reset_auth(_FREE_CALLS)

    def reset(self) -> None:
        """Forget all that was made."""
        self._post("reset", "")

    def _reset_auth(self, free_calls: str) -> None:
        self._post("reset-auth", free_calls)

    def _post(self, call: str, body: str) -> None:
        request = urllib.request.Request(  # noqa: S310  # http, ours
            f"{self.endpoint}/moto-api/{call}",
            data=body.encode(),
            headers={"Content-Type": "text/plain"},
            method="POST",
        )
        try:
            with _DIRECTLY.open(request, timeout=30):
                pass
        except (OSError, http.client.HTTPException) as error:
            raise Fault(f"the local AWS at {self.endpoint} does not answer: {error}") from None


def running(state: Path) -> Server | None:
    """Return the local AWS that was started for a state folder and still runs, or None."""
    server = _recorded(state)
    return server if server and _is_ours(server) and server.answers() else None


def start_in_background(state: Path) -> Server:
    """Start a local AWS that runs on after this process, on the port it had the last time.

    Raises Fault where it does not come up.
    """
    state.mkdir(parents=True, exist_ok=True)
    before = _recorded(state)
    if before and _is_ours(before):
        _end(before)  # it runs, but does not answer
    port = before.port if before and _is_free(before.port) else _free_port()
    server, _ = _start(port, with_parent=False)
    (state / "local-aws.json").write_text(json.dumps(asdict(server)))
    return server


def stop(state: Path) -> Server | None:
    """Stop the local AWS of a state folder; return what was stopped, None where none ran."""
    server = running(state)
    if server is not None:
        _end(server)
    return server


@contextlib.contextmanager
def temporary() -> Generator[Server]:
    """Run a local AWS while inside; it ends with this process too, however that ends."""
    server, process = _start(_free_port(), with_parent=True)
    try:
        yield server
    finally:
        _give_up(process)


def _end(server: Server) -> None:
    """End a local AWS, by force where it does not end when asked."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGTERM)
        if not _within(_END_SECONDS, lambda: _is_gone(server.pid)):
            os.kill(server.pid, signal.SIGKILL)
            _within(_END_SECONDS, lambda: _is_gone(server.pid))
    # A process counts as gone while threads of it still hold the port.
    _within(1, lambda: _is_free(server.port))


def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Wait until something holds; return whether it does in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.Error:
        return True


def _start(port: int, *, with_parent: bool) -> tuple[Server, subprocess.Popen[bytes]]:
    mark = secrets.token_hex(8)
    # A pipe that nobody reads would hold the server up once it is full.
    with tempfile.TemporaryFile() as said:
        process = _process(port, mark, said, with_parent=with_parent)
        server = Server(port=port, pid=process.pid, mark=mark)
        deadline = time.monotonic() + _START_SECONDS
        while not server.answers():
            if process.poll() is not None:
                _give_up(process)
                raise Fault(f"the local AWS did not start on port {port}: {_last(said, process)}")
            if time.monotonic() > deadline:
                _give_up(process)
                raise Fault(f"the local AWS did not answer on port {port} in {_START_SECONDS} s")
            time.sleep(0.05)
    return server, process


def _give_up(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stdin:
        process.stdin.close()


def _process(
    port: int, mark: str, said: IO[bytes], *, with_parent: bool
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "local_aws.server_process",
            str(port),
            *(["--with-parent"] if with_parent else []),
        ],
        cwd=ROOT,
        env={**os.environ, _MARK_VARIABLE: mark},
        stdin=subprocess.PIPE if with_parent else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=said,
        # Ctrl-C in a terminal must not reach it: a run that is cut off still needs it.
        start_new_session=True,
    )


def _last(said: IO[bytes], process: subprocess.Popen[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").splitlines()
    return lines[-1] if lines else f"it ended with status {process.returncode}"


def _is_ours(server: Server) -> bool:
    """Whether the process is the one that was started, and not another that got its number."""
    try:
        process = psutil.Process(server.pid)
        return process.environ().get(_MARK_VARIABLE) == server.mark
    except psutil.Error:
        return False


def _recorded(state: Path) -> Server | None:
    """Return the local AWS that was started last for a state folder, running or not."""
    try:
        content = json.loads((state / "local-aws.json").read_text())
        return Server(port=int(content["port"]), pid=int(content["pid"]), mark=str(content["mark"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as tried:
        try:
            tried.bind(("127.0.0.1", 0))
        except OSError as error:
            raise Fault(f"no free port on 127.0.0.1 for the local AWS: {error}") from None
        return int(tried.getsockname()[1])
