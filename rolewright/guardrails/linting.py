"""What the linter says of a role's documents, those that the stack's owner can mend."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TYPE_CHECKING

from rolewright.guardrails.guardrail import Violation
from rolewright.iam import render_document
from rolewright.lint import Kind, Severity, lint
from rolewright.roles import PolicyKind, Uncheckable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import PolicyDocument, Statement
    from rolewright.lint import Finding
    from rolewright.roles import AttachedPolicy, Role

_STATEMENT = re.compile(r"Statement\[(\d+)\]")
_KINDS = (
    PolicyKind.TRUST,
    PolicyKind.INLINE,
    PolicyKind.CUSTOMER_MANAGED,
    PolicyKind.BOUNDARY,
)
_AWS_OWN = re.compile(r"arn:[a-z-]+:iam::aws:policy/.*")


def own_documents(role: Role) -> Iterator[AttachedPolicy]:
    """Yield a role's documents but for those that are AWS's."""
    documents = (role.trust, *role.policies, role.boundary)
    for policy in documents:
        if policy is None or policy.kind not in _KINDS:
            continue
        if policy.arn is None or not _AWS_OWN.fullmatch(policy.arn):
            yield policy


def text_of(policy: AttachedPolicy) -> str | None:
    """Return a document's text, as it was written if that is known; None where neither is."""
    if policy.text is not None:
        return policy.text
    return None if isinstance(policy.document, Uncheckable) else render_document(policy.document)


def lint_findings(policy: AttachedPolicy, severity: Severity) -> tuple[Finding, ...]:
    """Return the linter's findings of one severity, none where the text isn't known."""
    text = text_of(policy)
    if text is None:
        return ()
    document = None if isinstance(policy.document, Uncheckable) else policy.document
    found = _lint(text, document, is_trust=policy.kind is PolicyKind.TRUST)
    return tuple([one for one in found if one.severity is severity])


def lint_violation(policy: AttachedPolicy, finding: Finding) -> Violation:
    """Return a finding as a violation, at its statement where it has one."""
    path = f"{finding.path}: " if finding.path else ""
    return Violation(
        message=f"has in its {policy}: {path}{finding.message}",
        policy=policy,
        statement=statement_of(policy, finding),
    )


def statement_of(policy: AttachedPolicy, finding: Finding) -> Statement | None:
    """Return the statement that a finding is about, None for the whole or where it can't be read."""
    named = _STATEMENT.match(finding.path)
    if named is None:
        return None
    at = int(named[1])
    return next((one for one in policy.statements if one.index == at), None)


_LINTED: OrderedDict[tuple[str, bool], tuple[Finding, ...]] = OrderedDict()
"""Findings by the text, and whether it is a trust policy."""
_MOST_LINTED = 2048


def _lint(text: str, document: PolicyDocument | None, *, is_trust: bool) -> tuple[Finding, ...]:
    """Lint a text once a run, however often its role is judged."""
    found = _LINTED.get((text, is_trust))
    if found is None:
        kind = Kind.TRUST if is_trust else Kind.IDENTITY
        found = _LINTED[text, is_trust] = lint(text, kind, document)
        if len(_LINTED) > _MOST_LINTED:
            _LINTED.popitem(last=False)
    return found
