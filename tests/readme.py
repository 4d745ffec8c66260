"""The blocks of the README and the docs, and output without what differs from run to run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_aws.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

README = (ROOT / "README.md").read_text()
CONFIGURE = (ROOT / "docs" / "configure.md").read_text()
PAGES = {
    "README.md": README,
    **{f"docs/{path.name}": path.read_text() for path in sorted((ROOT / "docs").glob("*.md"))},
}
"""The text of every page that is written for users, by its path."""
VARIES = [
    (re.compile(r"127\.0\.0\.1:\d+, process \d+"), "127.0.0.1:PORT, process PID"),
    (re.compile(r"\(cached\)|\(on PATH\)|\(built\)|\(downloaded\)"), "(HOW)"),
    (re.compile(r"pulumi \d+\.\d+\.\d+"), "pulumi VERSION"),
    (re.compile(r"in \d+ s"), "in N s"),
]
_HERE_DOCUMENT = re.compile(r" <<'(\w+)'$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A command of a page as it is typed, what it reads as standard input, and what it prints."""

    page: str
    command: str
    stdin: str | None
    output: list[str]


def blocks(language: str, page: str) -> list[str]:
    """Return the text of each of a page's blocks in that language."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", page, re.DOTALL | re.MULTILINE)


def block(language: str, first: str, page: str = README) -> list[str]:
    """Return the lines of a page's block in that language whose text begins with `first`."""
    for text in blocks(language, page):
        if text.startswith(first):
            return text.splitlines()
    raise AssertionError(first)


def examples() -> list[Example]:
    """Return every command that a page shows in a block of `console`."""
    return [
        example
        for page, text in PAGES.items()
        for shown_there in blocks("console", text)
        for example in _examples(page, shown_there)
    ]


def _examples(page: str, text: str) -> Iterator[Example]:
    """Yield the commands of a block: `$ COMMAND`, over several lines, or with `<<'END'`."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        first, *lines = re.sub(r" \\\n +", " ", part).splitlines()
        document = _HERE_DOCUMENT.search(first)
        stdin = None
        if document:
            first, end = first[: document.start()], lines.index(document[1])
            stdin, lines = "\n".join((*lines[:end], "")), lines[end + 1 :]
        yield Example(page=page, command=first, stdin=stdin, output=lines)


def shown(command: str) -> list[str]:
    """Return the output that the pages show for a command."""
    for example in examples():
        if example.command == command:
            return example.output
    raise AssertionError(command)


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
