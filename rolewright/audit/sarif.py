"""Findings as SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from json.encoder import encode_basestring_ascii as _quoted
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rolewright.guardrails import Guardrail, Level, Severity, enforcement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.audit.judging import Audited, Finding, Rules

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "rolewright/v1"
_URL = "https://github.com/rolewright/rolewright"
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
"""GitHub's bands: above 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, below low."""


def sarif(audited: Iterable[Audited], rules: Rules, notes: Iterable[str] = ()) -> Iterator[str]:
    """Yield the pieces of a SARIF log. The notes are read when the roles have been."""
    ids = {configured.guardrail.id: place for place, configured in enumerate(rules.configured)}
    driver = {
        "name": "rolewright",
        "version": _version(),
        "informationUri": _URL,
        "rules": [_rule(configured.guardrail, rules) for configured in rules.configured],
    }
    head = json.dumps({"$schema": SCHEMA, "version": "2.1.0"})
    yield f'{head[:-1]}, "runs": [{{"tool": {json.dumps({"driver": driver})}, "results": ['
    before = "\n"
    for role in audited:
        for finding in role.findings:
            yield before + _result(role, finding, ids[finding.guardrail])
            before = ",\n"
    invocation = {
        "executionSuccessful": True,
        "toolExecutionNotifications": [
            {"level": "note", "message": {"text": note}} for note in notes
        ],
    }
    yield f'\n], "invocations": [{json.dumps(invocation)}]}}]}}\n'


def _rule(guardrail: Guardrail[Any], rules: Rules) -> dict[str, Any]:
    level = enforcement(guardrail.level, rules.environment)
    return {
        "id": guardrail.id,
        "shortDescription": {"text": guardrail.description},
        "fullDescription": {"text": f"{guardrail.description} {guardrail.why}"},
        "help": {
            "text": f"{guardrail.why} To mend it: {guardrail.fix}.",
            "markdown": f"{guardrail.why}\n\n**To mend it:** {guardrail.fix}.",
        },
        "helpUri": f"{_URL}/blob/main/docs/guardrails.md#{guardrail.id}",
        "defaultConfiguration": {"level": _level(level)},
        "properties": {
            "tags": ["security", guardrail.family],
            "security-severity": _SCORES[guardrail.severity],
        },
    }


def _level(level: Level) -> str:
    return "error" if level is Level.MANDATORY else "warning"


def _result(role: Audited, finding: Finding, place: int) -> str:
    """Return a finding as JSON; `place` is its guardrail's.

    It is put together from texts: there are many, of one form.
    """
    said = _quoted("\n".join((f"{role.role} {finding.message}", *finding.details)))
    own = (
        f'"message": {{"text": {said}}}, "locations": [{_location(role, finding)}], '
        f'"partialFingerprints": {{"{FINGERPRINT}": {_quoted(finding.fingerprint)}}}'
    )
    if finding.waived and finding.waiver:
        waiver = finding.waiver
        said = f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"
        accepted = {"kind": "external", "status": "accepted", "justification": said}
        own += f', "suppressions": [{json.dumps(accepted)}]'
    properties = [("severity", finding.severity.value), ("fix", finding.fix)]
    if finding.config_key:
        properties.append(("configKey", finding.config_key))
    common = _common(finding.guardrail, place, finding.level, tuple(properties))
    return f"{common[:-1]}, {own}}}"


@lru_cache(maxsize=256)
def _common(
    guardrail: str, place: int, level: Level, properties: tuple[tuple[str, str], ...]
) -> str:
    """Return what many findings have in common, as JSON."""
    return json.dumps(
        {
            "ruleId": guardrail,
            "ruleIndex": place,
            "level": _level(level),
            "properties": dict(properties),
        }
    )


def _location(role: Audited, finding: Finding) -> str:
    """Return where a finding is, as JSON."""
    name = role.urn or role.role
    if finding.policy is not None:
        name += f"/{finding.policy}"
    if finding.statement is not None:
        name += f"/statement {finding.statement}"
    logical = f'{{"name": {_quoted(role.role)}, "fullyQualifiedName": {_quoted(name)}}}'
    physical = ""
    if role.source is not None:
        line = 1 if finding.place is None else role.lines.get(finding.place, 1)
        artifact = f'{{"uri": {_quoted(_uri(role.source))}}}'
        region = f'{{"startLine": {line}}}'
        physical = f', "physicalLocation": {{"artifactLocation": {artifact}, "region": {region}}}'
    return f'{{"logicalLocations": [{logical}]{physical}}}'


@lru_cache(maxsize=16)
def _uri(source: str) -> str:
    path = Path(source)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _version() -> str:
    try:
        return version("rolewright")
    except PackageNotFoundError:
        return "0.1.0"
