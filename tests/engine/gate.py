"""A gate before the local AWS: it holds one call, so that a test can cut a run off just there."""

from __future__ import annotations

import http.client
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Generator

    from local_aws.server import Server

When = Literal["before", "after"]
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "host"})


@dataclass(kw_only=True)
class Gate:
    """Forwards calls; one is held `before` or `after` AWS has carried it out.

    It is the first call of `action` that names `role`.
    """

    target: int
    action: str
    role: str
    when: When
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def hold(self, call: dict[str, list[str]], when: When) -> None:
        """Hold a call, if it is the one."""
        is_it = call.get("Action") == [self.action] and call.get("RoleName") == [self.role]
        if is_it and when == self.when and not self.reached.is_set():
            self.reached.set()
            self.released.wait(60)


@contextmanager
def gate_before(server: Server, role: str, action: str, when: When) -> Generator[Gate]:
    """Serve a gate on a port of its own while inside."""
    gate = Gate(target=server.port, action=action, role=role, when=when)
    listener = _Listener(("127.0.0.1", 0), _Forward)
    listener.gate = gate
    gate.port = listener.server_port
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    try:
        yield gate
    finally:
        gate.released.set()
        listener.shutdown()
        listener.server_close()
        thread.join()


class _Listener(ThreadingHTTPServer):
    gate: Gate
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that was killed is what the tests are about."""


class _Forward(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base's name
        """Say nothing."""

    def _forward(self) -> None:
        gate = cast("_Listener", self.server).gate
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = parse_qs(body.decode("latin-1"))
        gate.hold(call, "before")
        connection = http.client.HTTPConnection("127.0.0.1", gate.target, timeout=60)
        headers = {key: value for key, value in self.headers.items() if key.lower() not in _HOP}
        headers["Host"] = self.headers["Host"]
        connection.request(self.command, self.path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        gate.hold(call, "after")
        self.send_response(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in _HOP:
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _forward
