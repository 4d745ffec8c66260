"""Small makers of IAM statements and documents, with stable Sids."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rolewright.iam import Condition, Effect, PolicyDocument, Principal, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = "2012-10-17"

_CAMEL_IS_UNIQUE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*")
_WORD = re.compile(r"[A-Za-z0-9]+")


def allow(
    sid: str,
    actions: Iterable[str],
    resources: Iterable[str] | None,
    *,
    conditions: Iterable[Condition] = (),
    principals: Iterable[Principal] | None = None,
) -> Statement:
    """Return an Allow statement; its index is set by `document`."""
    return Statement(
        index=0,
        sid=sid,
        effect=Effect.ALLOW,
        principals=None if principals is None else tuple(principals),
        not_principals=None,
        actions=tuple(actions),
        not_actions=None,
        resources=None if resources is None else tuple(resources),
        not_resources=None,
        conditions=tuple(conditions),
    )


def document(statements: Iterable[Statement]) -> PolicyDocument:
    """Return a document of these statements, numbered in order; one that stands twice is kept once.

    Two kinds of grant may need the very same, such as ECR's token.
    """
    return PolicyDocument(
        version=VERSION,
        id=None,
        statements=tuple(
            statement if statement.index == index else replace(statement, index=index)
            for index, statement in enumerate(dict.fromkeys(statements))
        ),
    )


def sid_word(name: str) -> str:
    """Return a name as a word for a Sid, which takes letters and digits only.

    The word depends on the name alone, so that one grant never renames another's statement:
    `example-bucket` gives `ExampleBucket`; a name that another could share the word with
    (`a.b` and `a-b`, `a-1` and `a1`) gets four hex digits of its own hash behind it.
    """
    word = "".join(part[:1].upper() + part[1:] for part in _WORD.findall(name))
    if _CAMEL_IS_UNIQUE.fullmatch(name):
        return word
    return f"{word}{hashlib.sha256(name.encode()).hexdigest()[:4]}"
