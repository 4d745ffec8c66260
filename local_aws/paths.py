"""Where things are: the project, its ignored state folder, the user's cache."""

from __future__ import annotations

from pathlib import Path

from rolewright.cli.sources.made_up import state_folder

ROOT = Path(__file__).resolve().parent.parent
STATE = state_folder(ROOT)
"""Where runs keep what they need; git ignores it. Tests have one of their own each."""
ENGINE_MODULE = Path(__file__).with_name("engine_module")
