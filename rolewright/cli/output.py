"""How commands print: colour only on a terminal and never with NO_COLOR, lines that fit."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from rolewright.iam.positions import printable


class Screen:
    """Standard output for people; colour marks the verdict and nothing else."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False)
        self.width = self._console.width

    def line(self, *parts: str | tuple[str, str]) -> None:
        """Print one line of texts, or of texts with a style: `("error", "red")`."""
        shown = [
            (printable(part), "") if isinstance(part, str) else (printable(part[0]), part[1])
            for part in parts
        ]
        self._console.print(Text.assemble(*shown), soft_wrap=True)

    def wrapped(self, text: str, indent: str) -> None:
        """Print a paragraph, each line of it after `indent`; nothing is broken within a word."""
        for line in textwrap.wrap(
            printable(text),
            width=max(self.width - len(indent), len(indent) + 20),
            break_long_words=False,
            break_on_hyphens=False,
        ):
            self.line(indent, line)


def print_json(value: Any) -> None:
    """Print a value as JSON for programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True))
