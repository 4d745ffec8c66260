"""Roles as a drawing shows them: who may assume them, what they reach, by which statement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from rolewright.guardrails import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.audit import Finding
    from rolewright.explain.graph_targets import Target


class Access(Enum):
    """What a role may do with something it reaches, from the mildest to the gravest.

    AWS's access levels, with deleting apart from writing, and with passing and assuming a role
    apart from all. ESCALATE is a way to what another role can do, UNKNOWN is what can't be judged.
    """

    LIST = "list"
    READ = "read"
    TAG = "tag"
    WRITE = "write"
    DELETE = "delete"
    PASS = "pass"  # noqa: S105  # a word, no password
    ASSUME = "assume"
    PERMISSIONS = "permissions"
    ESCALATE = "escalate"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """A statement that lets a role reach something.

    `actions` and `conditions` are as the statement writes them, the actions those that count here;
    `resource` is what is left of the statement's. `leads` says how it lets the role come to what
    another can do, for ESCALATE alone. `statement` is its Sid, or its place. `risk` is
    the gravest level of what guardrails found in it.
    """

    policy: str
    statement: str
    access: tuple[Access, ...]
    actions: tuple[str, ...]
    resource: str
    spared: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    config_key: str | None = None
    risk: Level | None = None
    leads: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What one role may do with one thing; `parts` are which parts of it, none for all of it."""

    target: Target
    reasons: tuple[Reason, ...]
    parts: tuple[str, ...] = ()

    @property
    def access(self) -> tuple[Access, ...]:
        """All that the statements allow together, in order."""
        found = {access for reason in self.reasons for access in reason.access}
        return tuple(access for access in Access if access in found)

    @property
    def risk(self) -> Level | None:
        """The gravest level of what guardrails found in its statements."""
        return gravest(reason.risk for reason in self.reasons)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who a trust policy is for; `allowed` is False for one whom it keeps out."""

    kind: str
    name: str
    value: str
    statement: str
    allowed: bool = True
    conditions: tuple[str, ...] = ()
    risk: Level | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A role; `unseen` are documents that can't be checked, in words.

    `whole` is False for one of which only a part is known: a role that exists already, or lone
    documents.
    """

    name: str
    arn: str
    config_key: str | None
    whole: bool
    boundary: str | None
    callers: tuple[Caller, ...]
    reaches: tuple[Reach, ...]
    unseen: tuple[str, ...]
    findings: tuple[Finding, ...]

    def count(self, level: Level) -> int:
        """Return how many findings of a level there are."""
        return sum(finding.level is level for finding in self.findings)

    @property
    def risk(self) -> Level | None:
        """The gravest level of its findings."""
        return gravest(finding.level for finding in self.findings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """Roles to draw; `title` is what they are of."""

    title: str
    nodes: tuple[Node, ...]

    @property
    def targets(self) -> frozenset[Target]:
        """Everything that some role reaches."""
        return frozenset(reach.target for node in self.nodes for reach in node.reaches)

    def count(self, level: Level) -> int:
        """Return how many findings of a level there are."""
        return sum(node.count(level) for node in self.nodes)


def gravest(levels: Iterable[Level | None]) -> Level | None:
    """Return MANDATORY where it is among the levels, else ADVISORY where that is, else None."""
    found = None
    for level in levels:
        if level is Level.MANDATORY:
            return level
        if level is Level.ADVISORY:
            found = level
    return found
