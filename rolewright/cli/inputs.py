"""What commands read: files, `-` for standard input, and words for what can't be read."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from typing import BinaryIO

STDIN = "-"


class BadInput(click.ClickException):
    """Input that a command can't use; it ends with 2 and one line, never a traceback."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the message as we write errors: lowercase, no final period."""
        click.echo(f"error: {self.message}", file=file, err=file is None)


def read_text(path: str) -> str:
    """Return a file's text, or standard input's for `-`. Raises BadInput where it is no text."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from None


def read_lines(paths: Iterable[str]) -> Iterator[bytes]:
    """Yield the lines of files one after the other, as they come; of `-` from standard input."""
    for path in paths:
        with open_bytes(path) as file:
            yield from file


@contextmanager
def open_bytes(path: str) -> Generator[BinaryIO]:
    """Give a file to read from, or standard input for `-`. Raises BadInput."""
    if path == STDIN:
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115  # opening and reading fail differently
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    with file:
        yield file


def read_bytes(path: str) -> bytes:
    """Return a file's content, or standard input's for `-`. Raises BadInput."""
    try:
        if path == STDIN:
            return sys.stdin.buffer.read()
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: OSError | ValueError) -> BadInput:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return BadInput(f"{path}: can't be read: {said.lower()}")
