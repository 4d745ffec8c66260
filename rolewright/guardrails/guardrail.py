"""What a guardrail is, how one is run, and what its violations say."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pydantic import TypeAdapter

from rolewright.grants import Environment
from rolewright.iam.records import record
from rolewright.roles import AttachedPolicy, Part, Role, Uncheckable, Workload, part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from rolewright.iam import Statement

S = TypeVar("S")


class Severity(Enum):
    """How bad it is when a guardrail is violated."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Level(Enum):
    """When a violation stops a run."""

    MANDATORY = "mandatory"
    """In every environment."""
    BY_ENVIRONMENT = "by environment"
    """In staging and prod; in local and dev it is advice."""
    ADVISORY = "advisory"
    """Never: it is advice."""


class Subject(Protocol):
    """What a guardrail judges, such as a role."""

    @property
    def name(self) -> str:
        """Its name in AWS, or in the program where that isn't known."""
        ...

    @property
    def urn(self) -> str:
        """The URN of its resource."""
        ...

    @property
    def config_key(self) -> str | None:
        """The stack config key that asked for it."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiver:
    """A violation that is accepted until a day, that day included.

    `role` is a name or a pattern of names or URNs; `sid` is None for every finding about the role.
    """

    role: str
    reason: str
    owner: str
    expires: date
    sid: str | None = None


@record()
class Violation:
    """What a guardrail found, and where.

    `message` says what the role may do or lacks, as the rest of a sentence about the role.
    `details` are further lines of evidence. `level` and `severity` are set where they are milder
    than the guardrail's own. `waiver` is the one that is for it, if there is one, and `waived` says
    whether that counts: past its date it does not.
    """

    message: str
    policy: AttachedPolicy | None = None
    statement: Statement | None = None
    details: tuple[str, ...] = ()
    level: Level | None = None
    severity: Severity | None = None
    waiver: Waiver | None = None
    waived: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Guardrail(Generic[S]):
    """A guardrail: a pure generator over one role, and what people need to know of it.

    `settings` is the TypedDict of its own config; `reads` are the parts of a role it judges: one
    of them that can't be checked is a violation of its own. `workloads` are the types of resources
    that it judges instead of roles, and `controls` their numbers in Security Hub. `prepare` reads
    what settings name, such as a file, and `remark` is what is to be said once of them.
    """

    id: str
    description: str
    level: Level
    severity: Severity
    reads: frozenset[Part]
    why: str
    fix: str
    settings: type[S]
    check: Callable[[Any, S], Iterator[Violation]]
    workloads: frozenset[str] = frozenset()
    controls: tuple[str, ...] = ()
    prepare: Callable[[S], S] | None = None
    remark: Callable[[S], str | None] | None = None

    @property
    def family(self) -> str:
        """The guardrail's folder."""
        return self.check.__module__.split(".")[-2]

    def settings_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the guardrail's settings."""
        return TypeAdapter(self.settings).json_schema()


@record()
class Judgement:
    """What came of running one guardrail over one role; `fault` is set where it failed."""

    violations: tuple[Violation, ...] = ()
    fault: str | None = None


_CLEAN = Judgement()


def judge(guardrail: Guardrail[S], subject: Role | Workload, settings: S) -> Judgement:
    """Run a guardrail over a role or a workload; one that isn't its business is without violation.

    It fails closed: an exception in it is a fault, never silence.
    """
    unseen: tuple[Violation, ...] = ()
    if isinstance(subject, Workload):
        if subject.type not in guardrail.workloads:
            return _CLEAN
    elif guardrail.workloads:
        return _CLEAN
    elif subject.unchecked:
        unseen = tuple(
            Violation(message=f"can't be checked: {policy.document.reason}", policy=policy)
            for policy in subject.unchecked
            if part_of(policy) in guardrail.reads and isinstance(policy.document, Uncheckable)
        )
    try:
        found = tuple(guardrail.check(subject, settings))
    except Exception as error:  # noqa: BLE001  # whatever it is, it must not pass for a clean role
        kind = "" if isinstance(subject, Workload) else "role "
        fault = (
            f"`{guardrail.id}` failed on {kind}`{subject.name}` and so can't vouch for it: "
            f"{type(error).__name__}: {error}"
        )
        return Judgement(violations=unseen, fault=fault)
    return Judgement(violations=unseen + found) if unseen or found else _CLEAN


def enforcement(level: Level, environment: Environment | None) -> Level:
    """Return what a level is in an environment, MANDATORY or ADVISORY; None counts as prod."""
    if level is not Level.BY_ENVIRONMENT:
        return level
    mild = environment in (Environment.LOCAL, Environment.DEV)
    return Level.ADVISORY if mild else Level.MANDATORY


def describe(
    guardrail: Guardrail[S], subject: Subject, violation: Violation, width: int = 76
) -> str:
    """Return a violation in words, folded: what, where, the config key at fault, the fix.

    The default width leaves room for the four columns that Pulumi sets before it.
    """
    lines = _fold(f"{subject.name} {violation.message}", "", width)
    for detail in violation.details:
        lines += _fold(detail, "    ", width)
    for label, said in _labelled(guardrail, subject, violation):
        lines += _fold(said, f"  {label:<8}", width)
    return "\n".join(lines)


def _labelled(
    guardrail: Guardrail[S], subject: Subject, violation: Violation
) -> Iterator[tuple[str, str]]:
    policy, statement, waiver = violation.policy, violation.statement, violation.waiver
    if policy is not None:
        name = "" if statement is None else f", statement `{statement.sid or statement.index}`"
        yield "in", f"{policy}{name}"
    key = subject.config_key if policy is None else policy.config_key
    if key is not None:
        yield "config", key
    yield "fix", guardrail.fix
    if waiver is not None:
        past = "" if violation.waived else "not any more: "
        yield "waived", f"{past}until {waiver.expires} by {waiver.owner}: {waiver.reason}"


def _fold(text: str, indent: str, width: int) -> list[str]:
    """Return a text in lines; further ones begin under the text, and no word is broken."""
    bare = text.lstrip()
    indent += " " * (len(text) - len(bare))
    return textwrap.wrap(
        bare,
        width,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
