"""Documents that AWS would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.linting import lint_findings, lint_violation, own_documents
from rolewright.guardrails.settings import NoSettings
from rolewright.lint import Severity as LintSeverity
from rolewright.roles import Role, Uncheckable

if TYPE_CHECKING:
    from collections.abc import Iterator


def _check(role: Role, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    for policy in own_documents(role):
        document, own = policy.document, policy is not role.boundary
        # A boundary is often another stack's.
        if isinstance(document, Uncheckable) and policy.text is None and own:
            yield Violation(message=f"can't be checked: {document.reason}", policy=policy)
        for finding in lint_findings(policy, LintSeverity.ERROR):
            yield lint_violation(policy, finding)


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="document-valid",
    description="AWS takes every document of a role.",
    level=Level.MANDATORY,
    severity=Severity.HIGH,
    # What is unknown is told by the check: a text that is no document is told better by its faults.
    reads=frozenset(),
    why="A document that AWS refuses fails the deployment halfway.",
    fix="mend what is named; `rolewright lint` shows it in the document",
    settings=NoSettings,
    check=_check,
)
