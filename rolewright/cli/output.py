"""How commands print: colour only on a terminal and never with NO_COLOR, lines that fit."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import click

from rolewright.iam.positions import printable

if TYPE_CHECKING:
    from rich.console import Console

_LABEL = len("config")
_NARROWEST = 20
"""How wide a paragraph is at least, whatever stands before it."""


class Screen:
    """Standard output for people; colour marks the verdict and nothing else."""

    def __init__(self) -> None:
        self._console = _console()
        self.width = self._console.width if self._console else _columns()

    def line(self, *parts: str | tuple[str, str]) -> None:
        """Print one line of texts, or of texts with a style: `("error", "red")`."""
        if self._console is None:
            click.echo(plain(*parts))
            return
        from rich.text import Text  # noqa: PLC0415  # as below

        shown = [
            (printable(part), "") if isinstance(part, str) else (printable(part[0]), part[1])
            for part in parts
        ]
        self._console.print(Text.assemble(*shown), soft_wrap=True)

    def wrapped(self, text: str, indent: str, first: str | None = None) -> None:
        """Print a paragraph, each line of it after `indent`; nothing is broken within a word.

        `first` stands before the first line in place of `indent`, and is as long.
        """
        for place, line in enumerate(self._lines(text, len(indent))):
            self.line(indent if place or first is None else first, line)

    def hanging(self, start: str, text: str) -> None:
        """Print a paragraph whose first line begins with `start`, the others below it."""
        for line in self._lines(text, len(start)):
            self.line(start, line)
            start = " " * len(start)

    def labelled(self, label: str, text: str) -> None:
        """Print a paragraph beside its label, as part of what was printed before."""
        indent = " " * (_LABEL + 8)
        for place, line in enumerate(self._lines(text, len(indent))):
            self.line(indent if place else f"      {label:<{_LABEL}}  ", line)

    def _lines(self, text: str, indent: int) -> list[str]:
        return textwrap.wrap(
            printable(text),
            width=max(self.width - indent, _NARROWEST),
            break_long_words=False,
            break_on_hyphens=False,
        )


def plain(*parts: str | tuple[str, str]) -> str:
    """Return a line of texts, or of texts with a style, without any."""
    return "".join(printable(part if isinstance(part, str) else part[0]) for part in parts)


def _console() -> Console | None:
    """Return a console where there is a terminal to write to; it takes its time to load."""
    if not (sys.stdout.isatty() or os.environ.get("FORCE_COLOR")):
        return None
    from rich.console import Console  # noqa: PLC0415

    return Console(highlight=False, markup=False, emoji=False)


def _columns() -> int:
    return shutil.get_terminal_size().columns


def print_json(value: Any) -> None:
    """Print a value as JSON for programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True))
