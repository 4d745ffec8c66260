"""A permissions boundary on every role that the stack creates.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import GuardrailSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Role


class BoundaryRequiredSettings(GuardrailSettings):
    """Which boundary roles must have."""

    arn: NotRequired[str]
    """The ARN of the one boundary that counts; any does where this is left out."""


def _check(role: Role, settings: BoundaryRequiredSettings) -> Iterator[Violation]:
    if not role.created:
        return
    wanted = settings.get("arn")
    if role.boundary is None:
        which = f" `{wanted}`" if wanted else ""
        yield Violation(message=f"has no permissions boundary{which}")
    elif wanted is not None and role.boundary.arn != wanted:
        given = f"`{role.boundary.arn}`" if role.boundary.arn else "one that is not known yet"
        yield Violation(
            message=f"has another permissions boundary than `{wanted}`: {given}",
            policy=role.boundary,
        )


GUARDRAIL: Guardrail[BoundaryRequiredSettings] = Guardrail(
    id="boundary-required",
    description="A role has a permissions boundary.",
    level=Level.BY_ENVIRONMENT,
    severity=Severity.MEDIUM,
    reads=frozenset(),
    why="A boundary holds whatever is attached to the role later, by whomever.",
    fix="set `permissionsBoundary` for the role, or once in `defaults`",
    settings=BoundaryRequiredSettings,
    check=_check,
)
