"""What the linter finds."""

from __future__ import annotations

from enum import Enum

from rolewright.iam.records import record

_MOST_SHOWN = 100


class Severity(Enum):
    """How bad a finding is."""

    ERROR = "error"
    """AWS would refuse the document."""
    WARNING = "warning"
    """AWS takes it, but a part does nothing or not what it says."""


@record()
class Finding:
    """One fault of a document: the rule's id, where, what is wrong and what to do.

    `path` is like `Statement[1].Condition.StringEquals.aws:SourceIp`, empty for the document.
    """

    id: str
    path: str
    message: str
    severity: Severity


def quoted(text: str) -> str:
    """Return a value of the document between backticks, on one line and not too long."""
    shown = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."
    return "`" + "".join(_printable(sign) for sign in shown) + "`"


def _printable(sign: str) -> str:
    if sign.isprintable():
        return sign
    return sign.encode("unicode_escape", "surrogatepass").decode()


def did_you_mean(word: str | None) -> str:
    """Return the end of a message that offers a word, or nothing where there is none."""
    return f"; did you mean {quoted(word)}?" if word else ""
