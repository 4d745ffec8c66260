"""From a pasted text to the denials that stand in it, those that say most first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.diagnosis.denial import DeniedBy
from rolewright.explain.diagnosis.messages import messages
from rolewright.explain.diagnosis.symptom_rows import BARE, OPERATION
from rolewright.explain.diagnosis.symptoms import symptoms
from rolewright.explain.diagnosis.wording import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.explain.diagnosis.denial import Denial, Found

_NEAR = 1500
"""How far from a call's error its message may stand."""
_MOST = 50
"""How many denials of one text are told."""


def denials_of_text(text: str) -> tuple[Denial, ...]:
    """Return the denials that a text tells of, each once, what says most first."""
    words = wording(text)
    found = [*messages(words), *symptoms(words)]
    telling = [one for one in found if one.rank > OPERATION]
    if any(one.denial.symptom == "malformed-principal" for one in telling):
        telling = [one for one in telling if one.denial.symptom != "malformed-policy"]
    calls = [one for one in found if one.rank == OPERATION and not _is_told(one, telling)]
    bare = [] if telling or calls else [one for one in found if one.rank == BARE][:1]
    ordered = sorted(
        (*telling, *calls, *bare), key=lambda one: (-one.rank, -_said(one.denial), one.start)
    )
    return once(one.denial for one in ordered)


def once(denials: Iterable[Denial]) -> tuple[Denial, ...]:
    """Return denials, each once; one that says nothing that another doesn't is left out."""
    kept: list[Denial] = []
    for denial in denials:
        if len(kept) == _MOST:
            break
        if not any(_says_as_much(other, denial) for other in kept):
            kept.append(denial)
    return tuple(kept)


def _said(denial: Denial) -> int:
    """Return how many of the names a text gives."""
    return sum(name is not None for name in (denial.action, denial.resource, denial.principal))


def _says_as_much(one: Denial, other: Denial) -> bool:
    return (
        one.symptom == other.symptom
        and other.denied_by in (one.denied_by, DeniedBy.UNKNOWN)
        and other.explicit in (one.explicit, None)
        and other.action in (one.action, None)
        and other.resource in (one.resource, None)
        and other.principal in (one.principal, None)
    )


def _is_told(call: Found, telling: Iterable[Found]) -> bool:
    """Whether a denied call's own message says more."""
    return any(call.start <= one.end and one.start <= call.end + _NEAR for one in telling)
