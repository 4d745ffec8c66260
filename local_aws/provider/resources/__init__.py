"""One file a resource type, each with a `KIND`; found by being there."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.provider.kinds import Kind


@cache
def kinds() -> dict[str, Kind]:
    """Return the resource types by their token."""
    modules = (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    )
    return {module.KIND.token: module.KIND for module in modules if hasattr(module, "KIND")}
