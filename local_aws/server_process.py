"""The local AWS itself: moto's server on 127.0.0.1. Run as a process of its own.

`python -m local_aws.server_process PORT [--with-parent]`. With the switch it ends when its standard
input does, so that it never outlives the tests that started it.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto.dynamodb.responses import DynamoHandler
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

_NAMING_KEYS = ("TableName", "ResourceArn")


def table_resource(handler: Any) -> str:
    """Return the ARN of the table that a DynamoDB call is about.

    moto asks this of a handler that has it, and authorises against `*` otherwise, so that a policy
    that names its table is refused.
    """
    named: dict[str, Any] = getattr(handler, "params", None) or {}
    given = next((str(named[key]) for key in _NAMING_KEYS if named.get(key)), None)
    if given is None:
        return "*"
    if given.startswith("arn:"):
        return given
    return f"arn:aws:dynamodb:{handler.region}:{handler.current_account}:table/{given}"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name
        """Say nothing: the log would grow for as long as the server runs."""


def main() -> None:
    """Serve until stopped."""
    DynamoHandler._determine_resource = table_resource  # type: ignore[attr-defined]  # noqa: SLF001  # moto's hook
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
