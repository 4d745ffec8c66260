"""What a guardrail is, how one is run, and what its violations say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import TypeAdapter

from rolewright.grants import Environment
from rolewright.roles import AttachedPolicy, Part, Role, Uncheckable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """What a guardrail found, and where.

    `message` says what the role may do or lacks, as the rest of a sentence about the role.
    `details` are further lines of evidence. `level` and `severity` are set where they are milder
    than the guardrail's own.
    """

    message: str
    policy: AttachedPolicy | None = None
    statement: Statement | None = None
    details: tuple[str, ...] = ()
    level: Level | None = None
    severity: Severity | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Guardrail(Generic[S]):
    """A guardrail: a pure generator over one role, and what people need to know of it.

    `settings` is the TypedDict of its own config; `reads` are the parts of a role it judges: one
    of them that can't be checked is a violation of its own.
    """

    id: str
    description: str
    level: Level
    severity: Severity
    reads: frozenset[Part]
    why: str
    fix: str
    settings: type[S]
    check: Callable[[Role, S], Iterator[Violation]]

    @property
    def family(self) -> str:
        """The guardrail's folder."""
        return self.check.__module__.split(".")[-2]

    def settings_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the guardrail's settings."""
        return TypeAdapter(self.settings).json_schema()


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What came of running one guardrail over one role; `fault` is set where it failed."""

    violations: tuple[Violation, ...] = ()
    fault: str | None = None


def judge(guardrail: Guardrail[S], role: Role, settings: S) -> Judgement:
    """Run a guardrail over a role. It fails closed: an exception in it is a fault, never silence."""
    unseen = tuple(
        Violation(message=f"can't be checked: {policy.document.reason}", policy=policy)
        for policy in role.parts(*guardrail.reads)
        if isinstance(policy.document, Uncheckable)
    )
    try:
        found = tuple(guardrail.check(role, settings))
    except Exception as error:  # noqa: BLE001  # whatever it is, it must not pass for a clean role
        fault = (
            f"`{guardrail.id}` failed on role `{role.name}` and so can't vouch for it: "
            f"{type(error).__name__}: {error}"
        )
        return Judgement(violations=unseen, fault=fault)
    return Judgement(violations=unseen + found)


def enforcement(level: Level, environment: Environment | None) -> Level:
    """Return what a level is in an environment, MANDATORY or ADVISORY; None counts as prod."""
    if level is not Level.BY_ENVIRONMENT:
        return level
    mild = environment in (Environment.LOCAL, Environment.DEV)
    return Level.ADVISORY if mild else Level.MANDATORY


def describe(guardrail: Guardrail[S], role: Role, violation: Violation) -> str:
    """Return a violation in words: what, where, the config key at fault, the fix."""
    policy = violation.policy
    lines = [f"{role.name} {violation.message}", *(f"    {line}" for line in violation.details)]
    if policy is not None:
        where = str(policy)
        if violation.statement is not None:
            name = violation.statement.sid or violation.statement.index
            where += f", statement `{name}`"
        lines.append(f"  in      {where}")
    key = role.config_key if policy is None else policy.config_key
    if key is not None:
        lines.append(f"  config  {key}")
    lines.append(f"  fix     {guardrail.fix}")
    return "\n".join(lines)
