"""A local AWS, clients for it, and the stand-in provider over gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_aws import server as local_server
from local_aws.provider.session import Clients
from tests.local_aws.emptying import empty
from tests.local_aws.plugin import REGION, Plugin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_aws.server import Server


@pytest.fixture(autouse=True)
def no_credentials_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test depend on what AWS or Pulumi settings its caller has."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Server]:
    """Return one local AWS for the whole session."""
    with local_server.temporary() as found:
        yield found


@pytest.fixture(scope="session")
def shared_clients(shared_server: Server) -> Clients:
    """Return clients for the local AWS."""
    return Clients(endpoint=shared_server.endpoint, region=REGION)


@pytest.fixture
def server(shared_server: Server, shared_clients: Clients) -> Server:
    """Return the local AWS, emptied: a reset would load AWS's managed policies anew, for 1 s."""
    empty(shared_clients)
    return shared_server


@pytest.fixture
def clients(server: Server, shared_clients: Clients) -> Clients:
    """Return clients for the local AWS, emptied."""
    assert shared_clients.endpoint == server.endpoint
    return shared_clients


@pytest.fixture(scope="session")
def shared_plugin(shared_server: Server) -> Iterator[Plugin]:
    """Return one provider, configured for the local AWS."""
    with Plugin.served() as plugin:
        plugin.configure(region=REGION, endpoints=[{"iam": shared_server.endpoint}])
        yield plugin


@pytest.fixture
def plugin(shared_plugin: Plugin, server: Server) -> Plugin:
    """Return the provider over an empty local AWS."""
    assert server.answers()
    return shared_plugin
