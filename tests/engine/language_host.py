"""A language host that knows no program: all that `pulumi import` asks of one.

The official release brings its own; an engine that was built has none.
"""

from __future__ import annotations

from concurrent import futures
from typing import Any

import grpc
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from local_aws.orphans import end_with_parent


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """Needs no packages and runs nothing."""

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802  # the protocol's name
        """Say which version it is of."""
        del request, context
        return plugin_pb2.PluginInfo(version="1.0.0")

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802  # as above
        """Say that no packages are needed."""
        del request, context
        return language_pb2.GetRequiredPackagesResponse()


if __name__ == "__main__":
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(Host(), server)
    # The engine reads the port from the first line.
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)  # noqa: T201
    server.start()
    end_with_parent()
