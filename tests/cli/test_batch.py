"""Batch lines: one in, one out, in order, and no line stops the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from rolewright.cli.batch import check_keys, run_batch
from rolewright.cli.inputs import BadLine

if TYPE_CHECKING:
    from pathlib import Path


def _double(line: dict[str, Any]) -> dict[str, Any]:
    check_keys(line, ["number"], ["unit"])
    return {"double": line["number"] * 2}


def _answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: bytes
) -> tuple[int, list[Any]]:
    (tmp_path / "lines").write_bytes(lines)
    status = run_batch(_double, [str(tmp_path / "lines")])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_lines_are_answered_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, answers = _answers(
        tmp_path,
        capsys,
        b'{"id": "a", "number": 1}\n{"number": 2, "unit": "m"}\r\n{"id": {"x": 1}, "number": 3}',
    )
    assert status == 0
    assert answers == [
        {"id": "a", "double": 2},
        {"id": None, "double": 4},
        {"id": {"x": 1}, "double": 6},
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            b"{",
            {
                "id": None,
                "error": "not JSON: expecting property name enclosed in double quotes (column 2)",
            },
        ),
        (b"", {"id": None, "error": "not JSON: expecting value (column 1)"}),
        (b"[1]", {"id": None, "error": "must be a JSON object"}),
        (b'{"id": NaN}', {"id": None, "error": "not JSON: `NaN` is not a JSON value"}),
        (
            b'{"id": 1, "id": 2}',
            {"id": None, "error": "the key `id` stands twice in one object; keep one"},
        ),
        (b'{"id": "\xff"}', {"id": None, "error": "not UTF-8 text (byte 8)"}),
        (b"[" * 100_000, {"id": None, "error": "nested too deep"}),
        (b'{"id": 1}', {"id": 1, "error": "has no `number`"}),
        (
            b'{"id": 1, "numbr": 1}',
            {
                "id": 1,
                "error": "`numbr` is not a key of a line; did you mean `number`? (id, number, unit)",
            },
        ),
        (b'{"id": 1, "?": 1}', {"id": 1, "error": "`?` is not a key of a line (id, number, unit)"}),
        (
            b'{"id": 1, "number": {}}',
            {
                "id": 1,
                "error": "can't be answered: TypeError: unsupported operand type(s) for *: 'dict' and 'int'",
            },
        ),
    ],
)
def test_a_bad_line_gives_its_error_and_the_rest_go_on(
    line: bytes,
    expected: dict[str, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, answers = _answers(tmp_path, capsys, line + b'\n{"id": 9, "number": 9}\n')
    assert status == 2
    assert answers == [expected, {"id": 9, "double": 18}]


def test_an_error_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(line: dict[str, Any]) -> dict[str, Any]:
        raise BadLine(f"Statement[0]: {line['id']}\n    {{\n    ^")

    (tmp_path / "lines").write_text('{"id": 1}\n')
    assert run_batch(refuse, [str(tmp_path / "lines")]) == 2
    assert json.loads(capsys.readouterr().out) == {"id": 1, "error": "Statement[0]: 1"}


def test_a_line_is_answered_before_the_next_one_is_there() -> None:
    command = [sys.executable, "-m", "rolewright", "lint", "--jsonl"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        for number in range(3):
            run.stdin.write(json.dumps({"id": number, "document": "5"}) + "\n")
            assert json.loads(run.stdout.readline())["id"] == number
        run.stdin.close()
        assert run.wait() == 0
