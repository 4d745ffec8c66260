"""Statement IDs.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.lint.finding import quoted
from rolewright.lint.rule import error
from rolewright.lint.subject import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.lint.subject import Subject

_SID = re.compile(r"[A-Za-z0-9]*")


def _characters(subject: Subject) -> Iterator[tuple[str, str]]:
    # S3, KMS and others take spaces and more in their resource policies.
    if subject.kind is Kind.RESOURCE:
        return
    for statement in subject.statements:
        if statement.sid is not None and not _SID.fullmatch(statement.sid):
            offered = re.sub(r"[^A-Za-z0-9]", "", statement.sid.title())
            said = f"{quoted(statement.sid)} has other characters than A-Z, a-z and 0-9"
            hint = f"; call it {quoted(offered)}" if offered else "; rename it"
            yield f"Statement[{statement.index}].Sid", said + hint


def _unique(subject: Subject) -> Iterator[tuple[str, str]]:
    if subject.kind is Kind.RESOURCE:
        return
    first: dict[str, int] = {}
    for statement in subject.statements:
        if not statement.sid:
            continue
        index = first.setdefault(statement.sid, statement.index)
        if index != statement.index:
            said = f"{quoted(statement.sid)} is the Sid of statement {index} as well; rename one"
            yield f"Statement[{statement.index}].Sid", said


def is_quiet(subject: Subject) -> bool:
    """Whether all are of plain characters, and differ."""
    sids = [one.sid for one in subject.statements if one.sid]
    return len(set(sids)) == len(sids) and _SID.fullmatch("".join(sids)) is not None


RULES = (error("bad-sid", _characters), error("duplicate-sid", _unique))
