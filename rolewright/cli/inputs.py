"""What commands read: files, `-` for standard input, and words for what can't be read."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from typing import BinaryIO

STDIN = "-"
YAML = (".yaml", ".yml")
"""How the name of a stack's file ends."""
GZIP = b"\x1f\x8b"
"""How a file begins that is packed by gzip."""


class BadInput(click.ClickException):
    """Input that a command can't use; it ends with 2 and one line, never a traceback."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the message as we write errors: lowercase, no final period."""
        click.echo(f"error: {self.message}", file=file, err=file is None)


class BadLine(ValueError):  # noqa: N818  # named as BadInput is
    """A line that a command can't use; the message is the answer's `error`."""


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs. Raises BadLine where a key stands twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadLine(f"the key `{key}` stands twice in one object; keep one")
        found[key] = value
    return found


def read_text(path: str) -> str:
    """Return a file's text, or standard input's for `-`. Raises BadInput where it is no text."""
    return decoded(read_bytes(path), path)


def read_lines(paths: Iterable[str]) -> Iterator[bytes]:
    """Yield the lines of files one after the other, as they come; of `-` from standard input."""
    for path in paths:
        with open_bytes(path) as file:
            yield from file


@contextmanager
def open_bytes(path: str, said: str | None = None) -> Generator[BinaryIO]:
    """Give a file to read from, or standard input for `-`, as read_bytes does. Raises BadInput."""
    if path == STDIN:
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115  # opening and reading fail differently
    except (OSError, ValueError) as error:
        raise _unreadable(said or path, error) from None
    with file:
        yield file


def read_bytes(path: str, said: str | None = None) -> bytes:
    """Return a file's content, or standard input's for `-`. Raises BadInput.

    `said` is what people know the file by, where it isn't its path.
    """
    try:
        if path == STDIN:
            return sys.stdin.buffer.read()
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(said or path, error) from None


def read_unpacked(path: str) -> bytes:
    """Return what read_bytes does, unpacked where it is packed by gzip. Raises BadInput."""
    content = read_bytes(path)
    if not content.startswith(GZIP):
        return content
    # It takes its time, and few files are packed.
    import gzip  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(f"{path}: can't be unpacked: {str(error).lower()}") from None


def decoded(content: bytes, path: str) -> str:
    """Return the text of a file. Raises BadInput where it is none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from None


def parse_json(content: str, path: str) -> Any:
    """Return the JSON that a file has. Raises BadInput, also for a key that stands twice."""
    try:
        return json.loads(content, object_pairs_hook=unique_keys)
    except BadLine as error:
        raise BadInput(f"{path}: {error}") from None
    except RecursionError:
        raise BadInput(f"{path}: not JSON: nested too deep") from None
    except ValueError as error:
        said = str(error).partition("\n")[0]
        raise not_json(path, f"not JSON: {said[:1].lower()}{said[1:]}") from None


def not_json(path: str, why: str) -> BadInput:
    """Return that a file is no JSON, as `why` says; of a stack's file, where to give it."""
    if path.endswith(YAML):
        why = f"is not JSON; give a stack's file by `--config`, as in `audit --config {path}`"
    return BadInput(f"{path}: {why}")


def write_text(path: str, text: str) -> None:
    """Write a file. Raises BadInput."""
    try:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: can't be written: {_reason(error)}") from None


def is_there(path: str, check: Callable[[Path], bool] = Path.exists) -> bool:
    """Whether there is a file or folder, or what `check` takes, at what may be no path at all."""
    try:
        return check(Path(path))
    except (OSError, ValueError):
        # It may be too long for a name, or have signs that none has.
        return False


def _unreadable(path: str, error: OSError | ValueError) -> BadInput:
    return BadInput(f"{path}: can't be read: {_reason(error)}")


def _reason(error: OSError | ValueError) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return said.lower()
