"""Reading a document that may have several faults, through the one parser.

The parser stops at its first fault. So a document that has one is read again piece by piece: the
frame, then each statement on its own; and what the parser refuses is noted, mended in a copy and
parsed again until the piece parses. The mended parts are left out of what the rules look at.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rolewright.iam import InvalidDocument, PolicyDocument, Statement, parse_document
from rolewright.iam.records import record
from rolewright.lint.faults import classify, mend
from rolewright.lint.finding import Finding, Severity, quoted
from rolewright.lint.shapes import is_list, is_object, listed
from rolewright.lint.subject import Kind, Subject, guess_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_FAULTS = 200
"""How many faults of one piece are mended before the rest of it is given up."""
_ANY: Mapping[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
"""Stands for the statements while the frame is read."""


class Recorded(dict[str, Any]):
    """A JSON object that remembers which keys stood in it more than once.

    Parse with `object_pairs_hook=Recorded` where a document comes inside other JSON.
    """

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated: tuple[str, ...] = ()
        if len(self) != len(pairs):
            keys = [key for key, _ in pairs]
            self.repeated = tuple(key for key in self if keys.count(key) > 1)


@record()
class Reading:
    """What could be read of a document, and what was wrong with its structure."""

    faults: tuple[Finding, ...]
    subject: Subject | None


def read(
    source: str | Mapping[str, Any], kind: Kind | None, document: PolicyDocument | None = None
) -> Reading:
    """Read a document as far as it can be; `document` is what it parses to, where that is known."""
    try:
        document = document or parse_document(source)
    except InvalidDocument as error:
        return _piecewise(source, error, kind)
    return Reading(
        # The parser takes no text in which a key stands twice; other JSON may remember one.
        faults=() if isinstance(source, str) else tuple(_repeated(source, "")),
        subject=Subject(document=document, source=source, kind=kind or guess_kind(document)),
    )


def _piecewise(
    source: str | Mapping[str, Any], error: InvalidDocument, kind: Kind | None
) -> Reading:
    try:
        raw: Any = (
            json.loads(source, object_pairs_hook=Recorded) if isinstance(source, str) else source
        )
    except (ValueError, RecursionError):
        return _unreadable(error)
    if not is_object(raw) or error.message.startswith("not "):
        return _unreadable(error)
    faults = list(_repeated(raw, ""))
    frame, frame_faults = _frame(raw)
    faults += frame_faults
    statements: list[Statement] = []
    raws: dict[int, Mapping[str, Any]] = {}
    invented: dict[int, frozenset[str]] = {}
    sound: set[int] = set()
    for index, entry in enumerate(listed(raw.get("Statement"))):
        copied: dict[str, Any] = {"Version": "2012-10-17", "Statement": [_plain(entry)]}
        statement, found, added = _statement(copied, index)
        faults += found
        if statement is None:
            continue
        statements.append(statement)
        raws[index] = copied["Statement"][0]
        invented[index] = added
        if not found:
            sound.add(index)
    if frame is None or not statements:
        return Reading(faults=tuple(faults), subject=None)
    document = replace(frame, statements=tuple(statements))
    return Reading(
        faults=tuple(faults),
        subject=Subject(
            document=replace(
                frame, statements=tuple(_without(one, invented[one.index]) for one in statements)
            ),
            source=source,
            kind=kind or guess_kind(document),
            mended=raws,
            sound=frozenset(sound),
        ),
    )


def _unreadable(error: InvalidDocument) -> Reading:
    return Reading(faults=(_fault(error.path, *classify(error, {})),), subject=None)


def _fault(path: str, identifier: str, message: str) -> Finding:
    return Finding(id=identifier, path=path, message=message, severity=Severity.ERROR)


def _repeated(value: object, path: str) -> Iterator[Finding]:
    """Yield a finding for each key that stands twice, at any depth."""
    if isinstance(value, Recorded):
        for key in value.repeated:
            said = f"the key {quoted(key)} stands twice in one object; keep one, AWS refuses both"
            yield _fault(path, "duplicate-key", said)
    if is_object(value):
        for key, member in value.items():
            yield from _repeated(member, f"{path}.{key}" if path else str(key))
    elif is_list(value):
        for place, member in enumerate(value):
            yield from _repeated(member, f"{path}[{place}]")


def _frame(raw: Mapping[str, Any]) -> tuple[PolicyDocument | None, list[Finding]]:
    copied = {key: _plain(value) for key, value in raw.items() if key != "Statement"}
    if "Statement" in raw:
        copied["Statement"] = [dict(_ANY)] if listed(raw["Statement"]) else raw["Statement"]
    document, faults, _ = _mended(copied)
    return document, faults


def _statement(
    copied: dict[str, Any], index: int
) -> tuple[Statement | None, list[Finding], frozenset[str]]:
    """Read one statement alone; the path of each fault is that in the whole document."""
    document, faults, invented = _mended(copied)
    placed = [
        replace(one, path=one.path.replace("Statement[0]", f"Statement[{index}]", 1))
        for one in faults
    ]
    if document is None:
        return None, placed, invented
    return replace(document.statements[0], index=index), placed, invented


def _mended(
    copied: dict[str, Any],
) -> tuple[PolicyDocument | None, list[Finding], frozenset[str]]:
    """Parse a piece, mending it in place until it parses or can't be mended."""
    faults: list[Finding] = []
    invented: set[str] = set()
    for _ in range(_MOST_FAULTS):
        try:
            return parse_document(copied), faults, frozenset(invented)
        except InvalidDocument as error:
            identifier, message = classify(error, copied)
            faults.append(_fault(error.path, identifier, message))
            added = mend(copied, error, identifier)
            if added is None:
                break
            invented |= added
    return None, faults, frozenset(invented)


def _without(statement: Statement, invented: frozenset[str]) -> Statement:
    """Return the statement without what was only put there so that the rest could be read."""
    if "Action" in invented:
        statement = replace(statement, actions=None, not_actions=None)
    if "Resource" in invented:
        statement = replace(statement, resources=None, not_resources=None)
    if "Principal" in invented:
        statement = replace(statement, principals=None, not_principals=None)
    return statement


def _plain(value: object) -> Any:
    """Copy JSON, so that mending it leaves the source alone."""
    if is_object(value):
        return {key: _plain(member) for key, member in value.items()}
    if is_list(value):
        return [_plain(member) for member in value]
    return value
