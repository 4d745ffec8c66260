"""Options that every command has."""

from __future__ import annotations

import click

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
jsonl_option = click.option(
    "--jsonl",
    is_flag=True,
    help="One JSON object a line in, one out; a bad line gives its error and the rest go on.",
)
