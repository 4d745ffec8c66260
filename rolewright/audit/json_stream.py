"""A JSON object of long lists, read an entry at a time, so that its size does not matter."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*")
_BEHIND = frozenset(" \t\r\n:,]}")
"""What may stand behind a value."""
CHUNK = 1 << 20
MOST = 1 << 26
"""Characters that one value may have before it is given up: what is cut off never ends."""


class Text(Protocol):
    """What a text is read from."""

    def read(self, size: int, /) -> str:
        """Return so many characters at most, none at the end."""
        ...


class InvalidStream(ValueError):  # noqa: N818  # named as InvalidDocument is
    """Not JSON, or no JSON object."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A value below a key, with its text; `place` is None where it is not in a list.

    A list without any is a value itself.
    """

    key: str
    place: int | None
    value: Any
    text: str


def read_entries(stream: Text, *, chunk: int = CHUNK, most: int = MOST) -> Iterator[Entry]:
    """Yield the values of a JSON object in order, those of a list one by one.

    Raises InvalidStream. The standard library's decoder does the work, on as much text as it needs.
    """
    reader = _Reader(stream, chunk, most)
    reader.take("{", "it is no JSON object")
    if reader.peek() == "}":
        reader.take("}", "")
    else:
        more = True
        while more:
            key, _ = reader.value()
            if not isinstance(key, str):
                raise reader.fault("expecting a key")
            reader.take(":", "expecting `:` behind a key")
            if reader.peek() == "[":
                yield from _list(reader, key)
            else:
                value, text = reader.value()
                yield Entry(key=key, place=None, value=value, text=text)
            more = reader.goes_on("}")
    if reader.peek():
        raise reader.fault("something follows the object")


def _list(reader: _Reader, key: str) -> Iterator[Entry]:
    reader.take("[", "")
    if reader.peek() == "]":
        reader.take("]", "")
        yield Entry(key=key, place=None, value=[], text="[]")
        return
    place, more = 0, True
    while more:
        value, text = reader.value()
        yield Entry(key=key, place=place, value=value, text=text)
        place += 1
        more = reader.goes_on("]")


class _Reader:
    def __init__(self, stream: Text, chunk: int, most: int) -> None:
        self._stream, self._chunk, self._most = stream, chunk, most
        self._decode = json.JSONDecoder().raw_decode
        self._buffer, self._at, self._before = "", 0, 0
        self._ended = False

    def peek(self) -> str:
        """Return the next character that is no white space, "" at the end."""
        while True:
            space = _SPACE.match(self._buffer, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._buffer) or self._ended:
                return self._buffer[self._at : self._at + 1]
            self._fill(self._chunk)

    def take(self, sign: str, otherwise: str) -> None:
        """Read one sign. Raises InvalidStream where it is another."""
        if self.peek() != sign:
            raise self.fault(otherwise)
        self._at += 1

    def goes_on(self, end: str) -> bool:
        """Read a comma, or the sign that ends a list or an object, and return which it was."""
        if self.peek() == ",":
            self._at += 1
            return True
        self.take(end, f"expecting `,` or `{end}`")
        return False

    def value(self) -> tuple[Any, str]:
        """Return the next value and its text. Raises InvalidStream."""
        self.peek()
        while True:
            try:
                value, end = self._decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                if self._ended:
                    raise self.fault(error.msg.lower(), error.pos) from None
            except RecursionError:
                raise self.fault("nested too deep") from None
            else:
                # A number may go on in what is not read yet.
                if self._buffer[end : end + 1] in _BEHIND or self._ended:
                    text, self._at = self._buffer[self._at : end], end
                    return value, text
            if len(self._buffer) - self._at > self._most:
                raise self.fault("a value that does not end, or is no JSON")
            self._fill(max(self._chunk, len(self._buffer) - self._at))

    def _fill(self, size: int) -> None:
        read = self._stream.read(size)
        self._ended = not read
        self._before += self._at
        self._buffer, self._at = self._buffer[self._at :] + read, 0

    def fault(self, message: str, at: int | None = None) -> InvalidStream:
        place = self._before + (self._at if at is None else at)
        return InvalidStream(f"not JSON: {message} (character {place})")
