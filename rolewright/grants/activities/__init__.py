"""One file an activity, each with an `ACTIVITY`; found by being there.

An activity is pure: its inputs and the role's settings in, IAM statements out.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolewright.grants.kind import Activity


@cache
def activities() -> dict[str, Activity]:
    """Return every activity by its name, in alphabetical order."""
    modules = (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
        if not found.name.startswith("_")
    )
    found = {module.ACTIVITY.name: module.ACTIVITY for module in modules}
    return dict(sorted(found.items()))
