"""The blocks of the README and the docs, and output without what differs from run to run."""

from __future__ import annotations

import re

from local_aws.paths import ROOT

README = (ROOT / "README.md").read_text()
CONFIGURE = (ROOT / "docs" / "configure.md").read_text()
VARIES = [
    (re.compile(r"127\.0\.0\.1:\d+, process \d+"), "127.0.0.1:PORT, process PID"),
    (re.compile(r"\(cached\)|\(on PATH\)|\(built\)|\(downloaded\)"), "(HOW)"),
    (re.compile(r"pulumi \d+\.\d+\.\d+"), "pulumi VERSION"),
    (re.compile(r"in \d+ s"), "in N s"),
]


def block(language: str, first: str, page: str = README) -> list[str]:
    """Return the lines of a page's block in that language whose text begins with `first`."""
    for text in re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL):
        if text.startswith(first):
            return str(text).splitlines()
    raise AssertionError(first)


def shown(command: str) -> list[str]:
    """Return the output that the README shows for a command."""
    return block("console", f"$ {command}\n")[1:]


def steady(lines: list[str]) -> list[str]:
    """Return the lines without what differs from run to run."""
    found: list[str] = []
    for line in lines:
        text = line
        for pattern, instead in VARIES:
            text = pattern.sub(instead, text)
        found.append(text.rstrip())
    return found


def table(head: str, page: str = README) -> list[list[str]]:
    """Return the cells of each row of a page's table whose first row begins with `head`."""
    rows = page.partition(f"\n{head}")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
