"""`make up`, `preview`, `down` and `engine`: the program on a local AWS, from nothing to proof.

Exit status: 0 where all is as intended, 1 where a guardrail or a call says otherwise, 2 where the
run could not be made.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from local_aws.failures import FAILURES, explained
from local_aws.runner import down, engine, preview, up
from local_aws.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS: dict[str, Callable[..., int]] = {
    "up": up,
    "preview": preview,
    "down": down,
    "engine": engine,
}
_OF_A_STACK = ("up", "preview")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = vars(_parser().parse_args(arguments))
    command = given.pop("command")
    screen = Screen()
    try:
        return COMMANDS[command](screen, **given)
    except FAILURES as failure:
        screen.problems(*explained(failure, given.get("stack", "")))
    except KeyboardInterrupt:
        screen.problems(None, [f"interrupted; `make {command}` completes what is left"])
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local_aws", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, run in COMMANDS.items():
        command = commands.add_parser(name, help=(run.__doc__ or "").partition("\n")[0])
        if name in _OF_A_STACK:
            command.add_argument("--stack", default="local", help="the stack's name")
            command.add_argument(
                "--guardrails",
                type=Path,
                metavar="FILE",
                help="levels and settings of guardrails, as JSON",
            )
    return parser


if __name__ == "__main__":
    sys.exit(main())
