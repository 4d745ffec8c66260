"""Options that several commands have, in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    Decorator = Callable[[Any], Any]


def format_choice(*forms: str, help_: str = "For people, or for programs.") -> Decorator:
    """Return the option of what to print; the first form is the usual one."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        help=help_,
    )


format_option = format_choice("text", "json")
jsonl_option = click.option(
    "--jsonl",
    is_flag=True,
    help="One JSON object a line in, one out; a bad line gives its error and the rest go on.",
)
config_option = click.option(
    "--config", metavar="FILE", help="A stack's file, such as Pulumi.dev.yaml."
)
account_option = click.option(
    "--account", metavar="ID", help="The account that the stack's file is for, if it doesn't say."
)
stack_option = click.option(
    "--stack", metavar="NAME|FILE", help="A stack, or the output of `pulumi stack export`."
)
live_option = click.option(
    "--live", is_flag=True, help="What AWS has now, by your credentials; needs boto3."
)
documents_option = click.option(
    "--documents", metavar="FILE", multiple=True, help="An identity policy of the role; repeat it."
)
trust_option = click.option("--trust", metavar="FILE", help="The role's trust policy.")
boundary_option = click.option(
    "--boundary", metavar="FILE", help="The role's permissions boundary."
)


def environment_option(known: list[str]) -> Decorator:
    """Return the option of how strict to be, of the environments that are known."""
    return click.option(
        "--environment",
        type=click.Choice(known),
        help="How strict to be; the stack's own with --config, otherwise prod.",
    )
