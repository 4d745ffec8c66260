"""What other programs say: `pulumi` of a stack, `git` of a file's history."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rolewright.cli.inputs import BadInput
from rolewright.cli.sources.made_up import (
    deployed_state,
    engine_settings,
    engines_folder,
    kept_engine,
    project_folder,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PATIENCE = 120
"""Seconds that a program has to answer."""


def stack_export(stack: str, instead: str = "give a file of its output") -> bytes:
    """Return what `pulumi stack export` says of a stack. Raises BadInput.

    It is looked for where pulumi is logged in, then among those that `make up` has deployed to the
    local AWS, which is told. `instead` is what to do where there is no pulumi.
    """
    option, state = f"--stack {stack}", deployed_state(stack)
    on_path, kept = shutil.which("pulumi"), kept_engine()
    export = ("stack", "export", "--non-interactive", "--stack", stack)
    try:
        engine = on_path or kept or "pulumi"
        return output_of((str(engine), *export), option, f"{_engine_words()}; or {instead}")
    except BadInput as error:
        if state is None:
            raise BadInput(f"{error.message}{_hint(stack)}") from None
        said = f" ({error.message})" if on_path else ""
    click.echo(f"stack {stack}: as `make up` has deployed it to the local AWS{said}", err=True)
    # The engine in the cache is there where that on PATH is too old for it.
    return output_of(
        (str(kept or on_path or "pulumi"), *export),
        option,
        _engine_words(),
        folder=state / "workspace",
        settings=engine_settings(state),
    )


def _engine_words() -> str:
    return f"install it, or have `make engine` put one into {engines_folder()}"


def _hint(stack: str) -> str:
    """Return that a stack can be deployed to the local AWS, where it is one of our project."""
    project = project_folder()
    if project is None or not (project / f"Pulumi.{stack}.yaml").is_file():
        return ""
    return f"; `make up STACK={stack}` deploys it to a local AWS, where it is found as well"


def output_of(
    command: Sequence[str],
    option: str,
    instead: str = "",
    folder: Path | None = None,
    settings: Mapping[str, str] | None = None,
) -> bytes:
    """Return what a program prints, asked for by an option. Raises BadInput.

    `folder` is where it runs, `settings` what its environment has besides ours.
    """
    program = Path(command[0]).name
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
            cwd=folder,
            env={**os.environ, **(settings or {})},
        )
    except (OSError, ValueError):
        hint = f": {instead}" if instead else ""
        raise BadInput(f"{option}: needs {program} on PATH{hint}") from None
    except subprocess.TimeoutExpired:
        raise BadInput(f"{option}: {program} has not answered in {_PATIENCE} s") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BadInput(f"{option}: {program} said: {said[0] if said else 'nothing'}")
    return done.stdout
