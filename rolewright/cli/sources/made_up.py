"""What `make up` leaves on a machine: an engine, and the stacks that it deployed to the local AWS.

`local_aws`, which nobody here imports, keeps to these places and names too.
"""

from __future__ import annotations

import os
from pathlib import Path

_PASSPHRASE = "local"  # noqa: S105  # it guards throw-away state on this machine, and no secret
MARK = ".mark"
"""How the file ends that says, by its name, that a stack is deployed."""
_STATE = ".rolewright"
_ROOM = "local_aws"


def engines_folder() -> Path:
    """Return the folder in the user's cache where engines are kept, a folder a version."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "rolewright" / "engine"


def kept_engine() -> Path | None:
    """Return the newest engine that is kept, None where none is."""
    found = [path for path in engines_folder().glob("*/bin/pulumi") if os.access(path, os.X_OK)]
    return max(found, key=_version, default=None)


def _version(engine: Path) -> list[int]:
    return [int(part) for part in engine.parent.parent.name.split(".") if part.isdecimal()]


def state_folder(project: Path) -> Path:
    """Return where runs on a project keep what they need; git ignores it."""
    return Path(os.environ.get("ROLEWRIGHT_STATE") or project / _STATE).absolute()


def project_folder() -> Path | None:
    """Return the project around the working folder that `make up` is of, None where there is none."""
    here = Path.cwd()
    return next((one for one in (here, *here.parents) if (one / _ROOM).is_dir()), None)


def deployed_state(stack: str) -> Path | None:
    """Return the state folder in which `make up` has deployed a stack, None where it hasn't."""
    project = project_folder()
    if project is None or "/" in stack:
        return None
    state = state_folder(project)
    return state if (state / f"{stack}{MARK}").is_file() else None


def engine_settings(state: Path) -> dict[str, str]:
    """Return what of an engine's environment leads to the stacks of a state folder."""
    return {
        "PULUMI_HOME": str(state / "home"),
        "PULUMI_BACKEND_URL": f"file://{state / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
