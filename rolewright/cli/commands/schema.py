"""Print the JSON Schema of a stack's file, for editors that complete and check it."""

from __future__ import annotations

import click

from rolewright.cli.output import print_json
from rolewright.grants import stack_schema


@click.command("schema", help=__doc__)
def COMMAND() -> None:  # noqa: N802  # found by this name
    """Print it."""
    print_json(stack_schema())
