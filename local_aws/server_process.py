"""The local AWS itself: moto's server on 127.0.0.1. Run as a process of its own.

`python -m local_aws.server_process PORT [--with-parent]`. With the switch it ends when its standard
input does, so that it never outlives the tests that started it.
"""

from __future__ import annotations

import os
import sys
import threading

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from local_aws import conditions


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name
        """Say nothing: the log would grow for as long as the server runs."""


def main() -> None:
    """Serve until stopped."""
    conditions.install()
    if "--with-parent" in sys.argv:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    server = make_server(
        "127.0.0.1",
        int(sys.argv[1]),
        DomainDispatcherApplication(create_backend_app),
        threaded=True,
        request_handler=_Quiet,
    )
    server.serve_forever()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
