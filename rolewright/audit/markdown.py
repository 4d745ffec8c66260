"""Findings as Markdown, for a comment at a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.guardrails import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.audit.judging import Audited, Finding
    from rolewright.audit.totals import Totals

_MOST = 50
"""How many findings are shown, since GitHub takes 65,536 characters in a comment."""
_LONGEST = 600
_SPECIAL = re.compile(r"([\\|<>\[\]*_~#])")


def markdown(audited: Iterable[Audited], totals: Totals) -> Iterator[str]:
    """Yield a heading with the totals, and a table: what stops a run first."""
    rows: dict[Level, list[str]] = {Level.MANDATORY: [], Level.ADVISORY: []}
    for role in audited:
        for finding in role.findings:
            kept = rows[finding.level]
            if len(kept) < _MOST:
                kept.append(_row(role, finding))
    shown = (rows[Level.MANDATORY] + rows[Level.ADVISORY])[:_MOST]
    yield f"### rolewright: {totals.verdict()}\n\n"
    yield f"{totals}\n"
    if shown:
        yield "\n| | guardrail | role | finding | to mend it |\n|---|---|---|---|---|\n"
        yield "".join(shown)
    left = totals.violations + totals.advisories - len(shown)
    if left:
        yield f"\n{left} more are not shown here; `--format json` has them all.\n"
    for note in totals.notes():
        yield f"\n- {plain(note)}"
    if totals.notes():
        yield "\n"


def _row(role: Audited, finding: Finding) -> str:
    where = finding.policy or ""
    if finding.statement is not None:
        where += f", statement `{finding.statement}`"
    message = "; ".join((finding.message, *finding.details))
    said = plain(message) + (f"<br>in {plain(where)}" if where else "")
    if finding.config_key:
        said += f"<br>config `{code(finding.config_key)}`"
    if finding.waived and finding.waiver:
        waiver = finding.waiver
        said += f"<br>waived until {waiver.expires} by {plain(waiver.owner)}"
        said += f": {plain(waiver.reason)}"
    level = "**mandatory**" if finding.level is Level.MANDATORY else "advisory"
    cells = (level, f"`{finding.guardrail}`", f"`{code(role.role)}`", said, plain(finding.fix))
    return f"| {' | '.join(cells)} |\n"


def plain(text: str) -> str:
    """Return text in which nothing is taken for Markdown but our own backticks."""
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}..."
    parts = text.split("`")
    return "`".join(
        code(part) if place % 2 else _SPECIAL.sub(r"\\\1", part) for place, part in enumerate(parts)
    )


def code(text: str) -> str:
    """Return text to stand between backticks in a cell of a table."""
    return " ".join(text.split()).replace("`", "'").replace("|", "\\|")
