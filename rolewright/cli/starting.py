"""A quick start for commands, most of which answer one question and end."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def quickly() -> Generator[None]:
    """Load without looking for plugins of pydantic's, nor for garbage: there is hardly any.

    What is there then is not looked through at the end of the process either.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.freeze()
            gc.enable()
