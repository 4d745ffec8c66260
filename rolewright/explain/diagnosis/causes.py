"""Why a request may have been denied, the likeliest first, and what to do in each case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.diagnosis.cause import Cause
from rolewright.explain.diagnosis.facts import Facts
from rolewright.explain.diagnosis.policy_rows import BY_POLICY
from rolewright.explain.diagnosis.possible_rows import POSSIBLE
from rolewright.explain.diagnosis.telling_rows import TELLING

if TYPE_CHECKING:
    from rolewright.explain.diagnosis.denial import Denial


def causes_of(denial: Denial) -> tuple[Cause, ...]:
    """Return the causes that a denial may have."""
    facts = Facts(denial=denial)
    return tuple(
        Cause(
            id=row.id,
            message=_sentence(row.message.format_map(facts.words)),
            fix=row.fix.format_map(facts.words),
            in_role=row.in_role,
        )
        for row in (*TELLING, *BY_POLICY, *POSSIBLE)
        if row.when(facts)
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
