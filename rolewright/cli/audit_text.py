"""What `audit` says to people: a role at a time, what stops a run first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.cli.output import Screen
from rolewright.guardrails import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.audit import Audited, Finding, Totals

_STYLES = {Level.MANDATORY: "red", Level.ADVISORY: "yellow"}


def print_text(audited: Iterable[Audited], totals: Totals) -> None:
    """Print each role that something is found of, then what it came to."""
    screen = Screen()
    for role in audited:
        if role.findings:
            where = role.source or role.urn
            screen.line(role.role, f"   {where}" if where else "")
            for finding in sorted(role.findings, key=lambda one: one.level is Level.ADVISORY):
                _print(screen, role, finding)
            screen.line("")
    for note in totals.notes():
        screen.wrapped(note, "")
    screen.line(str(totals))


def _print(screen: Screen, role: Audited, finding: Finding) -> None:
    level = (finding.level.value, _STYLES[finding.level])
    screen.line("  ", level, f"  {finding.guardrail}", "  waived" if finding.waived else "")
    screen.wrapped(f"{role.role} {finding.message}", "    ")
    for detail in finding.details:
        screen.wrapped(detail, "      ")
    if finding.policy is not None:
        where = finding.policy
        if finding.statement is not None:
            where += f", statement `{finding.statement}`"
        screen.labelled("in", where)
    if finding.config_key is not None:
        screen.labelled("config", finding.config_key)
    screen.labelled("fix", finding.fix)
    if finding.waiver is not None:
        waiver, past = finding.waiver, "" if finding.waived else "not any more: "
        said = f"{past}until {waiver.expires} by {waiver.owner}: {waiver.reason}"
        screen.labelled("waived", said)
