"""What a role's documents say of a denied request, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolewright.explain.diagnosis.cause import Cause
from rolewright.iam import Effect, Verdict

if TYPE_CHECKING:
    from rolewright.iam import Answer, Request
    from rolewright.roles import AttachedPolicy, Uncheckable

MOST_TOLD = 4
"""How many conditions, or resources, are told of many."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What a role's documents say: `verdict` is None where the text doesn't name enough to ask.

    `lacks_allow` says that nothing but an Allow in the role's own policies is missing.
    """

    request: Request | None
    verdict: Verdict | None
    causes: tuple[Cause, ...]
    lacks_allow: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the role as written allows the request, whatever its context."""
        return self.verdict is Verdict.YES


def not_judged(policy: AttachedPolicy, why: Uncheckable) -> Cause:
    """Return that a document can't be judged."""
    return Cause(
        id="not-judged",
        message=f"The {policy} could not be judged: {why.reason}.",
        fix="Look at it by hand.",
        in_role=False,
    )


def conditions(answer: Answer) -> str:
    """Return conditions in words: `aws:SourceAccount StringEquals 123456789012`."""
    said = [
        f"`{one.key}` {one.operator or 'is known, for'} {', '.join(f'`{v}`' for v in one.values)}"
        + (" is not so" if one.effect is Effect.DENY else "")
        for one in answer.depends_on[:MOST_TOLD]
    ]
    return " and ".join(said) or "its conditions are met"
