"""The real engine and a local AWS for each test."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import pytest

from local_aws import server as local_server
from local_aws.engine import Engine, engine_missing_reason, find_engine, get_engine
from local_aws.testing import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_aws.server import Server


# The SDK has requests under way when the engine stops first, as it does at a violation.
_UNANSWERED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if "engine" in item.path.parts:
            item.add_marker(pytest.mark.engine)
            item.add_marker(_UNANSWERED)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Return the engine; in CI it is built if need be, elsewhere its absence skips the test."""
    found = find_engine()
    if found:
        return found
    if os.environ.get("CI"):
        return get_engine(lambda said: None)  # noqa: ARG005  # nobody watches
    pytest.skip(engine_missing_reason() or "no Pulumi engine yet: `make up` builds it")


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Server]:
    """Return one local AWS for the whole session."""
    with local_server.temporary() as found:
        yield found


@pytest.fixture
def server(shared_server: Server) -> Server:
    """Return the local AWS, emptied."""
    shared_server.reset()
    return shared_server


@pytest.fixture
def sandbox(tmp_path: Path, engine: Engine, server: Server) -> Iterator[Sandbox]:
    """Return a stack of the test's own."""
    yield Sandbox(tmp_path, engine, server)
    gc.collect()
