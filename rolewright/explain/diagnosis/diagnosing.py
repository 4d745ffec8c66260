"""From a pasted text, and what is known of the role, to diagnoses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rolewright.explain.diagnosis.cause import Cause
from rolewright.explain.diagnosis.causes import causes_of
from rolewright.explain.diagnosis.denial import Denial, DeniedBy
from rolewright.explain.diagnosis.documents import (
    faults,
    json_values,
    looks_like_policy,
    policy_documents,
    trust_without_sagemaker,
)
from rolewright.explain.diagnosis.events import denials_of_json
from rolewright.explain.diagnosis.judging import judge
from rolewright.explain.diagnosis.reading import denials_of_text, once
from rolewright.explain.fix import smallest_fix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rolewright.explain.diagnosis.judged import Judged
    from rolewright.explain.fix import Asking, Fix

    AskingOf = Callable[[Denial], Asking | None]
    """Gives the role that a denial is about, None where it isn't known."""


_LOOKED_AT = frozenset(
    {"no-allow", "bucket-not-granted", "job-data", "job-output", "trust-lacks-service"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis:
    """What a text says of one denial, its causes, the likeliest first, and what would mend it.

    `judged` is what the role as written does with the request, None where no role is known; `fix`
    the smallest entry that would allow it, None where it isn't known, or an Allow wouldn't help.
    """

    denial: Denial
    causes: tuple[Cause, ...]
    judged: Judged | None = None
    fix: Fix | None = None


def diagnose(text: str, asking_of: AskingOf | None = None) -> tuple[Diagnosis, ...]:
    """Return a diagnosis of each denial that a text tells of, what says most first.

    Whatever the text is, this returns; what tells of no denial has none.
    """
    values, rest = json_values(text)
    found = once(
        [*(denial for value in values for denial in denials_of_json(value)), *denials_of_text(rest)]
    )
    denied = [_diagnosed(denial, asking_of) for denial in found]
    documents = [one for value in values for one in policy_documents(value)]
    refused = [*_of_documents(documents)]
    if looks_like_policy(text):
        refused = [_of_faults(text)]
    return (*denied, *refused)


def _diagnosed(denial: Denial, asking_of: AskingOf | None) -> Diagnosis:
    causes = causes_of(denial)
    asking = asking_of(denial) if asking_of else None
    judged = judge(denial, asking.role) if asking else None
    if asking is None or judged is None:
        return Diagnosis(denial=denial, causes=causes)
    if judged.allowed:
        causes = _elsewhere(denial, causes)
    known = {cause.id for cause in judged.causes}
    if judged.verdict is not None:
        # What was looked at is not to be guessed at as well.
        known |= _LOOKED_AT
    return Diagnosis(
        denial=denial,
        causes=(*judged.causes, *(cause for cause in causes if cause.id not in known)),
        judged=judged,
        fix=_fix(judged, asking),
    )


def _elsewhere(denial: Denial, causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """Return causes that are not in the role, which allows the request already."""
    unsaid = causes_of(replace(denial, denied_by=DeniedBy.UNKNOWN, explicit=None))
    outside = {cause.id: cause for cause in (*causes, *unsaid) if not cause.in_role}
    return tuple(outside.values())


def _fix(judged: Judged, asking: Asking) -> Fix | None:
    """Return the smallest entry that allows a request, where an Allow of the role's is missing."""
    if judged.request is None or not judged.lacks_allow:
        return None
    return smallest_fix(judged.request, asking)


def _of_documents(documents: list[dict[str, Any]]) -> Iterator[Diagnosis]:
    for document in documents:
        found = _of_faults(document)
        trusting = trust_without_sagemaker(document)
        if trusting:
            denial = Denial(
                action="sts:AssumeRole", denied_by=DeniedBy.TRUST, explicit=None, symptom="trust"
            )
            lacking = tuple(one for one in causes_of(denial) if one.id == "trust-lacks-service")
            found = replace(found, denial=denial, causes=(*lacking, *found.causes))
        if found.causes:
            yield found


def _of_faults(document: dict[str, Any] | str) -> Diagnosis:
    return Diagnosis(
        denial=Denial(symptom="document", denied_by=DeniedBy.NOT_IAM),
        causes=tuple(
            Cause(
                id=fault.id,
                message=f"{fault.path}: {fault.message}" if fault.path else fault.message,
                fix="Mend the document; `rolewright lint FILE` shows the line.",
                in_role=True,
            )
            for fault in faults(document)
        ),
    )
