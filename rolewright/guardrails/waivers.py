"""Violations that are accepted for a while: printed, with who answers for them and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from rolewright.guardrails.guardrail import Level, Waiver
from rolewright.iam import matches
from rolewright.iam.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.guardrails.guardrail import Subject, Violation


@record()
class Waived:
    """Violations, each with the waiver that is for it, and the waivers that are for any of them."""

    violations: tuple[Violation, ...]
    used: frozenset[Waiver]


def read_waivers(settings: object) -> tuple[Waiver, ...]:
    """Return the waivers in a guardrail's settings, which `read_settings` has checked."""
    given = cast("dict[str, Any]", settings).get("waivers")
    if not given:
        return ()
    return tuple(
        Waiver(
            role=waiver["role"],
            sid=waiver.get("sid"),
            reason=waiver["reason"],
            owner=waiver["owner"],
            expires=date.fromisoformat(waiver["expires"]),
        )
        for waiver in given
    )


def waive(
    subject: Subject, violations: Iterable[Violation], waivers: tuple[Waiver, ...], today: date
) -> Waived:
    """Make advice of the violations that a waiver is for; one past its date is told, and no more."""
    if not waivers:
        return Waived(violations=tuple(violations), used=frozenset())
    found: list[Violation] = []
    used: set[Waiver] = set()
    for violation in violations:
        mine = [waiver for waiver in waivers if _is_for(waiver, subject, violation)]
        used.update(mine)
        # Where several are for it, the one that counts longest.
        best = max(mine, key=lambda waiver: waiver.expires, default=None)
        if best is None:
            found.append(violation)
        elif best.expires < today:
            found.append(replace(violation, waiver=best, waived=False))
        else:
            found.append(replace(violation, waiver=best, waived=True, level=Level.ADVISORY))
    return Waived(violations=tuple(found), used=frozenset(used))


def unused(waivers: tuple[Waiver, ...], used: frozenset[Waiver], today: date) -> Iterator[str]:
    """Yield, in words, what waivers are for nothing that was found; only a whole stack can tell."""
    for place, waiver in enumerate(waivers):
        if waiver not in used:
            about = f"role `{waiver.role}`"
            if waiver.sid is not None:
                about += f", statement `{waiver.sid}`"
            past = f", and expired on {waiver.expires}" if waiver.expires < today else ""
            yield f"waivers[{place}]: nothing is found for {about}{past}; drop it"


def _is_for(waiver: Waiver, subject: Subject, violation: Violation) -> bool:
    if waiver.sid is not None and (
        violation.statement is None or violation.statement.sid != waiver.sid
    ):
        return False
    # IAM ignores the case of a role's name.
    return matches(waiver.role, subject.name, ignore_case=True) or matches(waiver.role, subject.urn)
