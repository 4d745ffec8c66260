"""Policies that others attach to a role are found and removed.

https://www.pulumi.com/registry/packages/aws/api-docs/iam/rolepoliciesexclusive/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import NoSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Role


def _check(role: Role, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    if not role.created or role.exclusive is None:
        return
    inline, attached = role.exclusive
    open_to = [
        what
        for what, kept in (
            ("inline policies (no RolePoliciesExclusive)", inline),
            ("attached policies (no RolePolicyAttachmentsExclusive)", attached),
        )
        if not kept
    ]
    if open_to:
        yield Violation(message=f"keeps whatever others add to its {' and its '.join(open_to)}")


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="exclusive-policies",
    description="A role has the policies of the stack and no others.",
    level=Level.ADVISORY,
    severity=Severity.LOW,
    reads=frozenset(),
    why="What is attached outside of the stack is seen by no guardrail.",
    fix="leave `exclusive` on, or add both exclusive resources to the role",
    settings=NoSettings,
    check=_check,
)
