"""What JSON values are, for documents that may be anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Whether the value is a JSON object."""
    # Asking an abstract class is slow.
    return isinstance(value, dict) or isinstance(value, Mapping)  # noqa: SIM101  # in this order


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether the value is a JSON array."""
    return isinstance(value, list) or (
        isinstance(value, Sequence) and not isinstance(value, str | bytes)
    )


def listed(statements: object) -> list[Any]:
    """Return a document's statements as a list; it may name one without a list."""
    if is_object(statements):
        return [statements]
    return list(statements) if is_list(statements) else []
