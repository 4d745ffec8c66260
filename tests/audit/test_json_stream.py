"""A JSON object read an entry at a time, whatever the pieces that its text comes in."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.audit.json_stream import InvalidStream, read_entries

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def entries(text: str, **limits: int) -> list[tuple[str, int | None, Any]]:
    found = list(read_entries(io.StringIO(text), **limits))
    assert all(json.loads(entry.text) == entry.value for entry in found)
    return [(entry.key, entry.place, entry.value) for entry in found]


@given(
    st.dictionaries(st.text(), VALUES),
    st.integers(min_value=1, max_value=40),
    st.sampled_from([None, 1, 4]),
)
def test_all_entries_come_whatever_the_pieces(
    content: dict[str, Any], chunk: int, indent: int | None
) -> None:
    expected: list[tuple[str, int | None, Any]] = []
    for key, value in content.items():
        if isinstance(value, list) and value:
            expected += [(key, place, one) for place, one in enumerate(value)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        else:
            expected.append((key, None, value))  # pyright: ignore[reportUnknownArgumentType]
    assert entries(json.dumps(content, indent=indent), chunk=chunk) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is no JSON object (character 0)"),
        ("[1]", "it is no JSON object (character 0)"),
        ('{"a": 1} x', "something follows the object (character 9)"),
        ('{"a" 1}', "expecting `:` behind a key (character 5)"),
        ("{1: 1}", "expecting a key (character 2)"),
        ('{"a": [1 2]}', "expecting `,` or `]` (character 9)"),
        ('{"a": 1 "b": 2}', "expecting `,` or `}` (character 8)"),
        ('{"a": [1, 2', "expecting `,` or `]` (character 11)"),
        ('{"a": tru', "expecting value (character 6)"),
        ('{"a": {"b": 1', "expecting ',' delimiter (character 13)"),
        ('{"a": ' + "[" * 100_000, "nested too deep (character 7)"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InvalidStream) as error:
        entries(text, chunk=3 if len(text) < 100 else 1 << 20)
    assert str(error.value) == f"not JSON: {said}"


def test_a_value_that_does_not_end_is_given_up_before_all_is_read() -> None:
    stream = io.StringIO('{"a": ["' + "x" * 10_000)
    with pytest.raises(InvalidStream, match="does not end"):
        list(read_entries(stream, chunk=64, most=256))
    assert stream.tell() < 2_000
