"""Any bytes are a policy document, which renders and parses to itself, or an InvalidDocument."""

from __future__ import annotations

import json
from pathlib import Path

from rolewright.iam import InvalidDocument, document_size, parse_document, render_document

ENCODINGS = ("utf-8", "utf-16", "latin-1", "utf-7")
CASES = Path(__file__).parent.parent / "cases" / "iam" / "documents"
SEEDS = tuple(
    b"\0" + "\n".join(case["text"]).encode("utf-8", "surrogatepass")
    for name in ("valid", "invalid")
    for case in json.loads((CASES / f"{name}.json").read_text())
)


def one_input(data: bytes) -> None:
    """Parse the bytes as text, the first one choosing how it is read."""
    encoding = ENCODINGS[data[0] % len(ENCODINGS)] if data else ENCODINGS[0]
    errors = "surrogatepass" if encoding == "utf-8" else "replace"
    try:
        text = data[1:].decode(encoding, errors)
    except UnicodeDecodeError:
        text = data[1:].decode("latin-1")
    if document_size(text) > len(text):
        raise AssertionError(text)
    try:
        document = parse_document(text)
    except InvalidDocument as error:
        # What is said of it can be printed, and its path is the beginning.
        str(error).encode()
        return
    rendered = render_document(document)
    again = parse_document(rendered)
    if again != document or render_document(again) != rendered:
        raise AssertionError(rendered)
