"""Build the folder to publish: `python -m policy_pack.building FOLDER [--environment NAME]`.

It stands by itself: the pack, the library that it needs, and what Python has to have for them.
`pulumi policy publish` and `--policy-pack` take it, wherever it lies.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from policy_pack.profile import PIN
from rolewright.grants import Environment

_ROOT = Path(__file__).resolve().parent.parent
_PACK = _ROOT / "policy_pack"
_NEEDED = ("pulumi", "pulumi-policy", "pydantic")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "cli", "make", "environment", "building.py")
_DESCRIPTION = "PulumiPolicy.yaml"


def build(folder: Path, environment: Environment | None = None) -> None:
    """Write the pack to a folder, anew; `environment` is the one that it is pinned to, if any."""
    if folder.exists():
        if not all((folder / name).exists() for name in (_DESCRIPTION, "lib/rolewright")):
            raise ValueError(f"`{folder}` is there and was not built here; name another folder")
        shutil.rmtree(folder)
    library = folder / "lib"
    for room in (_PACK, _ROOT / "rolewright"):
        shutil.copytree(room, library / room.name, ignore=_LEFT_OUT)
    for name in ("__main__.py", _DESCRIPTION):
        (library / _PACK.name / name).replace(folder / name)
    described = (folder / _DESCRIPTION).read_text()
    (folder / _DESCRIPTION).write_text(described.replace("../.venv", ".venv"))
    (folder / "requirements.txt").write_text("".join(f"{line}\n" for line in _requirements()))
    if environment is not None:
        (library / _PACK.name / PIN.name).write_text(environment.value)


def _requirements() -> list[str]:
    """Return the project's own pins of what the pack needs."""
    pins = (_ROOT / "requirements.in").read_text().splitlines()
    return [pin for pin in pins if pin.partition("==")[0] in _NEEDED]


def main(arguments: list[str] | None = None) -> int:
    """Build the pack and say where it is; 2 where it can't be."""
    parser = argparse.ArgumentParser(prog="python -m policy_pack.building", description=__doc__)
    parser.add_argument("folder", type=Path)
    names = [known.value for known in Environment]
    parser.add_argument("--environment", choices=names, help="pin the pack to its levels")
    given = parser.parse_args(arguments)
    try:
        build(given.folder, Environment(given.environment) if given.environment else None)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"pack        {given.folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
