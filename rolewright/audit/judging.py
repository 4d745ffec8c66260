"""Every guardrail over one role, and what that finds, in plain values that a process can hand on."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rolewright.guardrails import (
    Configured,
    Judgement,
    Level,
    Severity,
    Violation,
    Waiver,
    configure,
    enforcement,
    guardrails,
    judge,
    read_waivers,
    unused,
    waive,
)
from rolewright.iam.records import by_identity, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from rolewright.grants import Environment
    from rolewright.iam import Statement
    from rolewright.roles import Role, Workload

_CHECKABLE = "checkable-at-preview"
_COUNT = re.compile(r"\b\d+ more\b")
_FINGERPRINT = 32


class Finding(NamedTuple):
    """A violation of one role, told on its own: `level` is MANDATORY or ADVISORY.

    `message` is the rest of a sentence about the role; `policy` names the document and `statement`
    the statement, by its Sid or its place. `fingerprint` is the same for the same finding, wherever
    in its document the statement stands. It is a tuple since processes hand on many of them.
    """

    guardrail: str
    level: Level
    severity: Severity
    message: str
    fix: str
    fingerprint: str
    details: tuple[str, ...] = ()
    policy: str | None = None
    statement: str | int | None = None
    place: int | None = None
    config_key: str | None = None
    waiver: Waiver | None = None
    waived: bool = False


@record()
class Audited:
    """What was found of one role; `source` is the file that it is from, if there is one.

    `waivers` are those that some finding was for, by guardrail. `lines` are the lines in the source
    where statements begin, where the source is the document.
    """

    role: str
    urn: str
    source: str | None
    findings: tuple[Finding, ...]
    waivers: frozenset[tuple[str, Waiver]] = frozenset()
    lines: Mapping[int, int] = field(default_factory=dict[int, int])

    def only(self, findings: Iterable[Finding]) -> Audited:
        """Return the same with these findings alone."""
        return replace(self, findings=tuple(findings))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """The guardrails that count, in an environment, on a day."""

    configured: tuple[Configured, ...]
    environment: Environment
    today: date

    def unused(self, used: frozenset[tuple[str, Waiver]]) -> Iterator[str]:
        """Yield, in words, the waivers that nothing was found for."""
        for configured in self.configured:
            name = configured.guardrail.id
            mine = frozenset(waiver for guardrail, waiver in used if guardrail == name)
            for said in unused(read_waivers(configured.settings), mine, self.today):
                yield f"{name}.{said}"


def read_rules(environment: Environment, config: Mapping[str, Any]) -> Rules:
    """Return the rules that a guardrail config makes. Raises ConfigError."""
    return Rules(
        configured=configure(guardrails(), config),
        environment=environment,
        today=datetime.now(UTC).date(),
    )


def audit_subject(
    role: Role | Workload,
    rules: Rules,
    source: str | None = None,
    unread: str | None = None,
) -> Audited:
    """Return what every guardrail finds of a role or a workload, in the order of the guardrails.

    `unread` is what it is, in words, where it is of a kind that isn't read: it can't be checked.
    """
    findings: list[Finding] = []
    used: set[tuple[str, Waiver]] = set()
    for configured in rules.configured:
        if unread is not None:
            judgement = _unread(configured, unread)
        else:
            judgement = judge(configured.guardrail, role, configured.settings)
        if judgement.fault is not None:
            findings.append(_fault(configured, role, source, judgement.fault))
        if not judgement.violations:
            continue
        waived = waive(role, judgement.violations, read_waivers(configured.settings), rules.today)
        used.update((configured.guardrail.id, waiver) for waiver in waived.used)
        findings += [
            _finding(configured, rules, role, source, violation) for violation in waived.violations
        ]
    return Audited(
        role=role.name,
        urn=role.urn,
        source=source,
        findings=tuple(findings),
        waivers=frozenset(used),
    )


def _unread(configured: Configured, what: str) -> Judgement:
    if configured.guardrail.id != _CHECKABLE:
        return Judgement()
    return Judgement(violations=(Violation(message=f"{what}: what it allows is not read here"),))


def _fault(
    configured: Configured, role: Role | Workload, source: str | None, message: str
) -> Finding:
    """Return a guardrail's failure as what it is: nothing vouches for the role."""
    guardrail = configured.guardrail
    return Finding(
        guardrail=guardrail.id,
        level=Level.MANDATORY,
        severity=Severity.CRITICAL,
        message=f"could not be judged: {message}",
        fix="report it with the role's documents: a guardrail must not fail",
        fingerprint=_fingerprint(guardrail.id, role.urn or role.name, source or "", message),
    )


def _finding(
    configured: Configured,
    rules: Rules,
    role: Role | Workload,
    source: str | None,
    violation: Violation,
) -> Finding:
    guardrail, policy, statement = configured.guardrail, violation.policy, violation.statement
    level = configured.level or enforcement(guardrail.level, rules.environment)
    if violation.level and enforcement(violation.level, rules.environment) is Level.ADVISORY:
        level = Level.ADVISORY
    where = None if policy is None else str(policy)
    return Finding(
        guardrail=guardrail.id,
        level=level,
        severity=violation.severity or guardrail.severity,
        message=violation.message,
        details=violation.details,
        policy=where,
        statement=(statement.sid or statement.index) if statement else None,
        place=statement.index if statement else None,
        config_key=role.config_key if policy is None else policy.config_key,
        fix=guardrail.fix,
        waiver=violation.waiver,
        waived=violation.waived,
        fingerprint=_fingerprint(
            guardrail.id,
            role.urn or role.name,
            _place_of(source) if source and not role.urn else "",
            where or "",
            _identity(statement) if statement else "",
            _without_counts("\0".join((violation.message, *violation.details))),
        ),
    )


def _without_counts(said: str) -> str:
    """Leave out how many more there are: a newer snapshot of AWS's actions counts others."""
    return _COUNT.sub("more", said) if " more" in said else said


@lru_cache(maxsize=256)
def _place_of(source: str) -> str:
    """Return a file's path as it is from here, however it was written."""
    return Path(os.path.relpath(source)).as_posix()


@by_identity(maxsize=256)
def _identity(statement: Statement) -> str:
    """Return what a statement goes by wherever it stands: all that it says.

    So what is found of one that has changed is new, though its Sid and the finding are the same.
    """
    said = statement
    return repr(
        (
            (said.sid, said.effect.value, said.principals, said.not_principals),
            (said.actions, said.not_actions, said.resources, said.not_resources),
            [(one.operator, one.key, one.values) for one in said.conditions],
        )
    )


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:_FINGERPRINT]
