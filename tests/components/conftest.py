"""No stack config and no mocks outlive a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pulumi.runtime.config import set_all_config

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _no_config_left() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    yield
    set_all_config({}, [])
