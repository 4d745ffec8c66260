"""`make up`, `preview`, `down` and `engine`: the program on a local AWS, from nothing to proof.

Exit status: 0 where all is as intended, 1 where a guardrail or a call says otherwise, 2 where the
run could not be made.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pulumi.automation.errors import CommandError

from local_aws.faults import Fault
from local_aws.runner import down, engine, preview, up
from local_aws.screen import Screen
from local_aws.workspace import last_words
from rolewright.grants import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS: dict[str, Callable[[str, Screen], int]] = {
    "up": up,
    "preview": preview,
    "down": down,
    "engine": engine,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m local_aws", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--stack", default="local")
    given = parser.parse_args(arguments)
    screen = Screen()
    try:
        return COMMANDS[given.command](given.stack, screen)
    except ConfigError as error:
        screen.problems(f"Pulumi.{given.stack}.yaml", str(error).splitlines())
    except Fault as fault:
        screen.problems(None, str(fault).splitlines())
    except (BotoCoreError, ClientError) as error:
        screen.problems(None, [f"the local AWS failed: {error}"])
    except CommandError as error:
        screen.problems("the engine failed", last_words(str(error)).splitlines())
    except OSError as error:
        screen.problems(None, [f"{error.filename or 'the run'}: {error.strerror or error}"])
    except KeyboardInterrupt:
        screen.problems(None, [f"interrupted; `make {given.command}` completes what is left"])
    return 2


if __name__ == "__main__":
    sys.exit(main())
