"""Serve the engine on a port of its own, which is printed on standard output."""

from __future__ import annotations

import sys
from concurrent import futures

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from local_aws.orphans import end_with_parent
from local_aws.provider.servicer import Provider

_LARGEST_MESSAGE = 400 * 1024 * 1024


def main() -> None:
    """Serve until the engine ends this process."""
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=16),
        options=[
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    end_with_parent()


if __name__ == "__main__":
    main()
