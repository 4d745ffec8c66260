"""How commands print: colour only on a terminal and never with NO_COLOR, lines that fit."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from rolewright.iam.positions import printable

_LABEL = len("config")


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
        for line in self._lines(text, len(indent)):
            self.line(indent, line)

    def labelled(self, label: str, text: str) -> None:
        """Print a paragraph beside its label, as part of what was printed before."""
        indent = " " * (_LABEL + 8)
        for place, line in enumerate(self._lines(text, len(indent))):
            self.line(indent if place else f"      {label:<{_LABEL}}  ", line)

    def _lines(self, text: str, indent: int) -> list[str]:
        return textwrap.wrap(
            printable(text),
            width=max(self.width - indent, indent + 20),
            break_long_words=False,
            break_on_hyphens=False,
        )


def print_json(value: Any) -> None:
    """Print a value as JSON for programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True))
