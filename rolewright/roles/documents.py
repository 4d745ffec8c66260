"""A document of a role: how it is joined to it, and where it comes from."""

from __future__ import annotations

import json
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from rolewright.iam import InvalidDocument, PolicyDocument, parse_document
from rolewright.iam.records import record

if TYPE_CHECKING:
    from rolewright.iam import Statement


class PolicyKind(Enum):
    """How a document is joined to its role, in the words of a message."""

    TRUST = "trust policy"
    INLINE = "inline policy"
    CUSTOMER_MANAGED = "managed policy"
    AWS_MANAGED = "AWS-managed policy"
    BOUNDARY = "permissions boundary"
    RESOURCE = "resource policy"
    """A resource's own policy, in what it allows the role; its name is the resource's."""


@record()
class Uncheckable:
    """A document that can't be judged: unknown at preview, or not a policy document."""

    reason: str


@record()
class AttachedPolicy:
    """A document of a role, where it stands, and the stack config key it comes from.

    `text` is the document as it was written, None where that isn't known.
    """

    name: str
    kind: PolicyKind
    document: PolicyDocument | Uncheckable
    urn: str
    arn: str | None = None
    config_key: str | None = None
    text: str | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements, none where the document can't be judged."""
        return () if isinstance(self.document, Uncheckable) else self.document.statements

    def __str__(self) -> str:
        return (
            self.kind.value if self.kind is PolicyKind.TRUST else f"{self.kind.value} `{self.name}`"
        )


_ENCODER = json.JSONEncoder(separators=(",", ":"))


def document_text(given: Any) -> str:
    """Return a document as text, from an object, from text, or from text as AWS's API encodes it."""
    if not isinstance(given, str):
        return _ENCODER.encode(given)
    return unquote(given) if given.startswith("%7B") else given


@lru_cache(maxsize=8192)
def read_document(text: str) -> PolicyDocument | Uncheckable:
    """Return a document's text parsed, or why it can't be judged."""
    try:
        return parse_document(text)
    except InvalidDocument as error:
        return Uncheckable(reason=f"it is not a policy document: {str(error).splitlines()[0]}")
