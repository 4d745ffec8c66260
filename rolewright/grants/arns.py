"""ARNs that the stack config names: their parts, their words in Sids, and where they lead."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from rolewright.grants.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import Target

_MOST_SHOWN = 16
_WORD = re.compile(r"[A-Za-z0-9]+")
_LAST_PART = re.compile(r"[:/]")


def arn_word(arn: str) -> str:
    """Return an ARN as a word for a Sid: the begin of its last part, and a hash of the whole."""
    word = "".join(part[:1].upper() + part[1:] for part in _WORD.findall(last_part(arn)))
    return f"{word[:_MOST_SHOWN]}{hashlib.sha256(arn.encode()).hexdigest()[:8]}"


def last_part(arn: str) -> str:
    """Return what follows the last colon or slash of an ARN."""
    return _LAST_PART.split(arn)[-1]


def region_of(arn: str) -> str:
    """Return the region in an ARN, empty where it has none."""
    return arn.split(":")[3]


def partition_problems(arn: str, path: str, target: Target) -> Iterator[Problem]:
    """Yield why an ARN is of no use to a role of the target: it is of another partition."""
    partition = arn.split(":")[1] if arn.count(":") else ""
    if arn.startswith("arn:") and partition != target.partition:
        yield Problem(
            path=path,
            message=f"`{arn}` is of partition `{partition}`, but the stack is in "
            f"`{target.partition}`",
        )


def name_problems(
    given: str, path: str, form: re.Pattern[str], takes: str, prefix: str = ""
) -> Iterator[Problem]:
    """Yield why something is not a plain name; `prefix` stands before the name in its ARN.

    `takes` says what it must be, such as `a table name; it takes ...`.
    """
    if given.startswith("arn:"):
        name = given.split(":", 5)[-1].removeprefix(prefix).strip(":*")
        shown = f": `{name}`" if name else ""
        yield Problem(path=path, message=f"`{given}` is an ARN; give the name alone{shown}")
    elif not form.fullmatch(given):
        yield Problem(path=path, message=f"`{given}` is not {takes}")
