"""Settings that guardrails share."""

from __future__ import annotations

from pydantic import ConfigDict
from typing_extensions import TypedDict

STRICT = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True)


class NoSettings(TypedDict):
    """A guardrail without settings of its own."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member
