"""A role as a guardrail sees it: whole, with what could not be seen said."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.iam import InvalidDocument, PolicyDocument, Statement, parse_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class PolicyKind(Enum):
    """How a document is joined to its role, in the words of a message."""

    TRUST = "trust policy"
    INLINE = "inline policy"
    CUSTOMER_MANAGED = "managed policy"
    AWS_MANAGED = "AWS-managed policy"
    BOUNDARY = "permissions boundary"


class Part(Enum):
    """A part of a role that a guardrail reads."""

    TRUST = "trust"
    IDENTITY = "identity"


@dataclass(frozen=True, kw_only=True, slots=True)
class Uncheckable:
    """A document that can't be judged: unknown at preview, or not a policy document."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachedPolicy:
    """A document of a role, where it stands, and the stack config key it comes from."""

    name: str
    kind: PolicyKind
    document: PolicyDocument | Uncheckable
    urn: str
    arn: str | None = None
    config_key: str | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements, none where the document can't be judged."""
        return () if isinstance(self.document, Uncheckable) else self.document.statements

    def __str__(self) -> str:
        return (
            self.kind.value if self.kind is PolicyKind.TRUST else f"{self.kind.value} `{self.name}`"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """One role with all its documents.

    `created` is False for a role that the stack only adds to: it is partly seen, `trust` is None,
    and rules on absence don't apply. `boundary` is None where the role has none. `siblings` are
    the roles of the stack, this one among them.
    """

    name: str
    urn: str
    path: str = "/"
    created: bool = True
    trust: AttachedPolicy | None = None
    policies: tuple[AttachedPolicy, ...] = ()
    boundary: AttachedPolicy | None = None
    config_key: str | None = None
    siblings: Iterable[Role] = field(default=(), compare=False, repr=False)

    def parts(self, *parts: Part) -> Iterator[AttachedPolicy]:
        """Yield the documents of these parts."""
        if Part.TRUST in parts and self.trust is not None:
            yield self.trust
        if Part.IDENTITY in parts:
            yield from self.policies

    def has_arn(self, arn: str) -> bool:
        """Whether an ARN is this role's, in whatever account the stack is."""
        return arn.startswith("arn:") and arn.endswith(f":role{self.path}{self.name}")


@lru_cache(maxsize=8192)
def read_document(text: str) -> PolicyDocument | Uncheckable:
    """Return a document's text parsed, or why it can't be judged."""
    try:
        return parse_document(text)
    except InvalidDocument as error:
        return Uncheckable(reason=f"it is not a policy document: {str(error).splitlines()[0]}")
