"""How the entries of the stack config are read: nothing coerced, nothing unknown."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import ConfigDict

if TYPE_CHECKING:
    from collections.abc import Generator

STRICT = ConfigDict(strict=True, extra="forbid")
"""Of every model of the stack config."""


@contextmanager
def documented() -> Generator[None]:
    """Let the docstrings of fields be descriptions in a schema.

    Only there: they are read from the source, which takes longer than all of an entry's checks.
    """
    STRICT["use_attribute_docstrings"] = True
    try:
        yield
    finally:
        del STRICT["use_attribute_docstrings"]
