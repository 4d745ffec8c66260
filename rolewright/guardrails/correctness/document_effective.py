"""Statements, actions and conditions that do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.linting import lint_findings, lint_violation, own_documents, statement_of
from rolewright.guardrails.settings import NoSettings
from rolewright.iam import Effect
from rolewright.lint import Severity as LintSeverity
from rolewright.roles import PolicyKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZE = "too-long"
"""The linter's rule that `within-quotas` knows better: it sees what a document is joined to."""
_GRANTING = (PolicyKind.INLINE, PolicyKind.CUSTOMER_MANAGED)


def _check(role: Role, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    left = {(id(policy), id(statement)) for policy, statement, _ in role.effective.by_statement}
    for policy in own_documents(role):
        told: set[int] = set()
        for finding in lint_findings(policy, LintSeverity.WARNING):
            if finding.id != _SIZE:
                told.add(id(statement_of(policy, finding)))
                yield lint_violation(policy, finding)
        for statement in policy.statements if policy.kind in _GRANTING else ():
            if statement.effect is not Effect.ALLOW or id(statement) in told:
                continue
            if (id(policy), id(statement)) not in left:
                yield Violation(
                    message="is allowed nothing by a statement, all of which another policy denies "
                    "or the boundary leaves out",
                    policy=policy,
                    statement=statement,
                )


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="document-effective",
    description="Every statement of a role does something.",
    level=Level.ADVISORY,
    severity=Severity.LOW,
    reads=frozenset(),
    why="What does nothing is a mistake: the role lacks what was meant, or a Deny does not hold.",
    fix="mend or drop what is named; `rolewright lint` shows it in the document",
    settings=NoSettings,
    check=_check,
)
