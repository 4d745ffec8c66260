"""The command line: one file a command in `commands`, found by being there, loaded when called.

The top room: it parses, calls one function and prints. Starting it imports click alone.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from importlib.machinery import SourceFileLoader

import click

from rolewright.cli.starting import quickly

COMMANDS = f"{__name__}.commands"
"""The folder of the commands: a module each, with a `COMMAND`; its docstring is the summary."""


class _Commands(click.Group):
    """Lists the commands without importing them, so that help is there at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        folder = importlib.import_module(COMMANDS)
        names = (found.name.replace("_", "-") for found in pkgutil.iter_modules(folder.__path__))
        return sorted(names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        with quickly():
            command: click.Command = importlib.import_module(_module(cmd_name)).COMMAND
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(name)) for name in self.list_commands(ctx)])


def _module(command: str) -> str:
    return f"{COMMANDS}.{command.replace('-', '_')}"


def _summary(command: str) -> str:
    """Return the first line of a command's docstring, read from its file."""
    spec = importlib.util.find_spec(_module(command))
    if spec is None or not isinstance(spec.loader, SourceFileLoader):
        raise AssertionError(command)
    source = spec.loader.get_source(spec.name) or ""
    return source.split('"""')[1].splitlines()[0].removesuffix(".")


@click.command(
    cls=_Commands,
    name="rolewright",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
def main() -> None:
    """IAM execution roles for Amazon SageMaker: what they may do, why not, and what to change.

    Each command exits with 0 for yes, same or clean, 1 for no, different or findings, and 2 for
    input that it can't use.
    """
