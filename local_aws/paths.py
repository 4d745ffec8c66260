"""Where things are: the project, its ignored state folder, the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("ROLEWRIGHT_STATE") or ROOT / ".rolewright")
"""Where runs keep what they need; git ignores it. Tests have one of their own each."""
ENGINE_MODULE = Path(__file__).with_name("engine_module")


def cache_folder() -> Path:
    """Return the folder in the user's cache where engines are kept."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "rolewright" / "engine"
