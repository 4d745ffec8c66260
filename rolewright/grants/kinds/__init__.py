"""One file a kind of grant, each with a `KIND`; found by being there.

A kind is pure: entries of the stack config in, IAM statements out.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rolewright.grants.kind import GrantKind


@cache
def grant_kinds() -> tuple[GrantKind[Any], ...]:
    """Return every kind of grant, ordered by its config key."""
    modules = (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    )
    return tuple(sorted((module.KIND for module in modules), key=lambda kind: kind.key))
