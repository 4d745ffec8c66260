"""Linting one document: its structural faults, then every rule over what could be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rolewright.lint.reading import read
from rolewright.lint.rule import families

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.iam import PolicyDocument
    from rolewright.lint.finding import Finding
    from rolewright.lint.subject import Kind

_STATEMENT = re.compile(r"Statement\[(\d+)\]")


def lint(
    source: str | Mapping[str, Any],
    kind: Kind | None = None,
    document: PolicyDocument | None = None,
) -> tuple[Finding, ...]:
    """Return everything that is wrong with a policy document, in the order of its statements.

    `source` is its JSON text or its parsed form; `kind` is guessed from it where it isn't given, `document`
    is what it parses to, for those who have parsed it.
    Whatever the source is, this returns: what can't be read is a finding.
    """
    reading = read(source, kind, document)
    found = list(reading.faults)
    if reading.subject is not None:
        for family in families():
            if not family.is_quiet(reading.subject):
                for rule in family.rules:
                    found.extend(rule.findings(reading.subject))
    return tuple(dict.fromkeys(sorted(found, key=_statement))) if found else ()


def _statement(finding: Finding) -> int:
    """Return the index of a finding's statement; what is about the whole document comes first."""
    named = _STATEMENT.match(finding.path)
    return int(named[1]) if named else -1
