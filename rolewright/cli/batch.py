"""Batch lines: one JSON object a line in, one out, in order, whatever is wrong with a line.

A command's part is one pure function from the line's object to the answer's.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

import click

from rolewright.cli.inputs import STDIN, BadLine, read_lines, unique_keys
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Hook = Callable[[list[tuple[str, Any]]], dict[str, Any]]

ANSWERED = 0
BAD_LINES = 2


def run_batch(
    answer: Callable[[dict[str, Any]], dict[str, Any]],
    paths: Sequence[str],
    hook: Hook = unique_keys,
) -> int:
    """Answer every line of the files, or of standard input where there are none.

    `answer` takes the line's object, `id` included, and returns the answer's other keys; what it
    raises is the line's error. `hook` makes an object of its pairs. Returns the exit status: 0
    where each line was answered, 2 where some line was bad.
    """
    status = ANSWERED
    for line in read_lines(paths or (STDIN,)):
        said = _answer(answer, line, hook)
        if "error" in said:
            status = BAD_LINES
        # ASCII, so that half of a character in the input can't break the output.
        click.echo(json.dumps(said))
    return status


def check_keys(
    line: Mapping[str, Any], required: Iterable[str], optional: Iterable[str] = ()
) -> None:
    """Refuse a line that lacks a key, or has one that would otherwise be dropped in silence.

    `id` may always be there. Raises BadLine.
    """
    required = tuple(required)
    known = ("id", *required, *optional)
    for key in line:
        if key not in known:
            meant = nearest(key, known)
            hint = f"; did you mean `{meant}`?" if meant else ""
            raise BadLine(f"`{key}` is not a key of a line{hint} ({', '.join(known)})")
    for key in required:
        if key not in line:
            raise BadLine(f"has no `{key}`")


def _answer(
    answer: Callable[[dict[str, Any]], dict[str, Any]], text: bytes, hook: Hook
) -> dict[str, Any]:
    identifier: Any = None
    try:
        line = _parse(text, hook)
        identifier = line.get("id")
        return {"id": identifier, **answer(line)}
    except ValueError as error:
        return {"id": identifier, "error": _first_line(str(error))}
    except Exception as error:  # noqa: BLE001  # one line's failure must not stop the rest
        said = f"can't be answered: {type(error).__name__}: {error}"
        return {"id": identifier, "error": _first_line(said)}


def _parse(text: bytes, hook: Hook) -> dict[str, Any]:
    try:
        line = json.loads(
            text.rstrip(b"\r\n").decode("utf-8-sig"),
            object_pairs_hook=hook,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise BadLine(f"not JSON: {error.msg.lower()} (column {error.colno})") from None
    except UnicodeDecodeError as error:
        raise BadLine(f"not UTF-8 text (byte {error.start})") from None
    except RecursionError:
        raise BadLine("nested too deep") from None
    if not isinstance(line, dict):
        raise BadLine("must be a JSON object")
    return line  # type: ignore[no-any-return]  # JSON


def _refuse_constant(constant: str) -> NoReturn:
    raise BadLine(f"not JSON: `{constant}` is not a JSON value")


def _first_line(text: str) -> str:
    """Leave out the excerpt with its caret, which is for people."""
    return text.partition("\n")[0]
