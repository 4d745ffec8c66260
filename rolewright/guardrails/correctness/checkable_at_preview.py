"""Documents that are known at preview, so that the other guardrails can judge them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.guardrails.guardrail import Guardrail, Level, Severity
from rolewright.guardrails.settings import NoSettings
from rolewright.roles import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.guardrails.guardrail import Violation


def _check(role: Role, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    """Find nothing: `judge` reports each part in `reads` that can't be checked."""
    del role
    yield from ()


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="checkable-at-preview",
    description="Every document of a role is known at preview.",
    level=Level.BY_ENVIRONMENT,
    severity=Severity.MEDIUM,
    # A boundary that is not known is judged as if it held nothing back, so it hides nothing.
    reads=frozenset({Part.TRUST, Part.IDENTITY, Part.RESOURCE}),
    why="What can't be seen can't be judged.",
    fix="build the document from names and from the invokes getCallerIdentity and getPartition, "
    "which are known at preview, not from a resource's outputs",
    settings=NoSettings,
    check=_check,
)
