"""A role as a guardrail sees it: whole, with what could not be seen said."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from rolewright.iam import Access, PolicyDocument
from rolewright.roles.documents import PolicyKind, Uncheckable
from rolewright.roles.effective import Effective

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolewright.roles.documents import AttachedPolicy


class Part(Enum):
    """A part of a role that a guardrail reads."""

    TRUST = "trust"
    IDENTITY = "identity"
    RESOURCE = "resource"


def part_of(policy: AttachedPolicy) -> Part:
    """Return the part of a role that one of its documents is; the boundary is none."""
    if policy.kind is PolicyKind.TRUST:
        return Part.TRUST
    return Part.RESOURCE if policy.kind is PolicyKind.RESOURCE else Part.IDENTITY


@dataclass(frozen=True, kw_only=True)
class Role:
    """One role with all its documents.

    `created` is False for a role that the stack only adds to: it is partly seen, `trust` is None,
    and rules on absence don't apply. `boundary` is None where the role has none. `account` is None
    where it isn't known; `scope` then tells roles of one name apart. `whole` is False while resources that add to the role or to its siblings may
    still come, so that they can't be compared yet. `policies` are the role's own, and what policies of
    resources allow it. `max_session_duration` is in seconds. `exclusive` says whether its inline and
    its attached policies are kept to those of the stack, None where that doesn't apply. `siblings` are
    the roles of the stack, this one among them.
    """

    name: str
    urn: str
    path: str = "/"
    account: str | None = None
    scope: str = ""
    created: bool = True
    whole: bool = True
    trust: AttachedPolicy | None = None
    policies: tuple[AttachedPolicy, ...] = ()
    boundary: AttachedPolicy | None = None
    config_key: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    max_session_duration: int | None = None
    exclusive: tuple[bool, bool] | None = None
    siblings: Iterable[Role] = field(default=(), compare=False, repr=False)

    @cached_property
    def key(self) -> str:
        """What tells it from other roles: its URN, and its name where it comes from no stack."""
        return f"{self.urn} {self.arn_pattern}"

    @cached_property
    def unchecked(self) -> tuple[AttachedPolicy, ...]:
        """The documents that can't be judged, of all parts."""
        documents = self.policies if self.trust is None else (self.trust, *self.policies)
        return tuple([one for one in documents if isinstance(one.document, Uncheckable)])

    def has_arn(self, arn: str) -> bool:
        """Whether an ARN is this role's; in whatever account, where the role's isn't known."""
        account = f":{self.account}" if self.account else ""
        return arn.startswith("arn:") and arn.endswith(f"{account}:role{self.path}{self.name}")

    @property
    def arn_pattern(self) -> str:
        """The role's ARN, `*` for what of it isn't known."""
        return f"arn:*:iam::{self.account or '*'}:role{self.path}{self.name}"

    def arn_within(self, resource: str) -> str:
        """Return the role's ARN, with what isn't known of it as a resource pattern has it."""
        parts = resource.split(":", 5)
        partition, account = (parts[1], parts[4]) if len(parts) == 6 else ("aws", "")  # noqa: PLR2004  # an ARN's parts
        partition = partition if partition.replace("-", "").isalpha() else "aws"
        account = self.account or (account if account.isdigit() else "000000000000")
        return f"arn:{partition}:iam::{account}:role{self.path}{self.name}"

    @cached_property
    def effective(self) -> Effective:
        """What the role may really do."""
        return Effective(self.policies, self.boundary)

    @cached_property
    def access(self) -> Access:
        """The exact set of requests that the role's policies allow, of those that can be judged.

        A boundary that can't be judged holds nothing back.
        """
        bound = None if self.boundary is None else self.boundary.document
        return Access(
            identity=tuple(
                policy.document
                for policy in self.policies
                if isinstance(policy.document, PolicyDocument)
            ),
            boundary=None if bound is None or isinstance(bound, Uncheckable) else (bound,),
        )
