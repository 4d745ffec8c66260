"""Print the JSON Schema of a stack's file, for editors that complete and check it.

With `--format text`, its keys for people: what each takes, and what it is for.
"""

from __future__ import annotations

import click

from rolewright.cli.options import format_choice
from rolewright.cli.output import Screen, print_json
from rolewright.cli.schema_text import print_schema
from rolewright.grants import stack_schema


@click.command("schema", help=__doc__)
@format_choice("json", "text", help_="The schema, or its keys for people.")
def COMMAND(form: str) -> None:  # noqa: N802  # found by this name
    """Print it."""
    if form == "text":
        print_schema(Screen(), stack_schema())
    else:
        print_json(stack_schema())
