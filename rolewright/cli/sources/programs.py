"""What other programs say: `pulumi` of a stack, `git` of a file's history."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from rolewright.cli.inputs import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

_PATIENCE = 120
"""Seconds that a program has to answer."""


def stack_export(stack: str, instead: str = "give a file of its output") -> bytes:
    """Return what `pulumi stack export` says of a stack. Raises BadInput.

    `instead` is what to do where there is no pulumi.
    """
    command = ("pulumi", "stack", "export", "--non-interactive", "--stack", stack)
    return output_of(command, f"--stack {stack}", instead)


def output_of(command: Sequence[str], option: str, instead: str = "") -> bytes:
    """Return what a program prints, asked for by an option. Raises BadInput."""
    program = command[0]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_PATIENCE
        )
    except (OSError, ValueError):
        hint = f"; {instead}" if instead else ""
        raise BadInput(f"{option}: needs {program} on PATH{hint}") from None
    except subprocess.TimeoutExpired:
        raise BadInput(f"{option}: {program} has not answered in {_PATIENCE} s") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BadInput(f"{option}: {program} said: {said[0] if said else 'nothing'}")
    return done.stdout
