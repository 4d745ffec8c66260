"""How diagnoses are printed for people, and what programs get of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolewright.cli.fix_text import show_fix
from rolewright.explain.diagnosis import SAYS_NOTHING, DeniedBy, role_name

if TYPE_CHECKING:
    from rolewright.cli.output import Screen
    from rolewright.explain import Patch
    from rolewright.explain.diagnosis import Denial, Diagnosis

_NAMES = {
    DeniedBy.IDENTITY: "identity-based policy",
    DeniedBy.BOUNDARY: "permissions boundary",
    DeniedBy.SESSION: "session policy",
    DeniedBy.SERVICE_CONTROL: "service control policy",
    DeniedBy.RESOURCE_CONTROL: "resource control policy",
    DeniedBy.RESOURCE: "resource-based policy",
    DeniedBy.TRUST: "role's trust policy",
    DeniedBy.ENDPOINT: "VPC endpoint policy",
}
_UNNAMED = {
    DeniedBy.KMS: "the key can't be used",
    DeniedBy.NOT_IAM: "no policy of IAM's denied it",
    DeniedBy.UNKNOWN: "the text doesn't say which policy",
}


def show(screen: Screen, diagnosis: Diagnosis) -> None:
    """Print what a text says, the likeliest cause and what to do, then the others."""
    denial = diagnosis.denial
    if denial.symptom == "document":
        screen.line("a policy document")
    else:
        screen.line(_what(denial))
        screen.line(_who(denial), (_reason(denial), "bold red"))
    screen.line("")
    first, *others = diagnosis.causes
    screen.wrapped(f"{first.message} {first.fix}", "")
    if others:
        screen.line("")
        guessed = "guesses until then" if first.id == SAYS_NOTHING else "or"
        screen.line("besides" if diagnosis.judged else guessed)
    for cause in others:
        screen.wrapped(f"{cause.message} {cause.fix}", "  ", first="- ")
    if diagnosis.fix:
        screen.line("")
        show_fix(screen, diagnosis.fix)


def _what(denial: Denial) -> str:
    if denial.action and denial.resource:
        return f"{denial.action} on {denial.resource}"
    return denial.action or denial.resource or "a call that the text doesn't name"


def _who(denial: Denial) -> str:
    """Return the beginning of the line about who called, empty where that isn't said."""
    if denial.principal is None:
        return ""
    role = role_name(denial.principal)
    return f"by role {role}: " if role else f"by {denial.principal}: "


def _reason(denial: Denial) -> str:
    if denial.denied_by is DeniedBy.UNKNOWN and denial.explicit:
        return "an explicit deny, of a policy that isn't named"
    if denial.denied_by in _UNNAMED:
        return _UNNAMED[denial.denied_by]
    name = _NAMES[denial.denied_by]
    if denial.explicit is None:
        return f"the {name}" if denial.denied_by is DeniedBy.TRUST else name
    if not denial.explicit:
        return f"no {name} allows it"
    article = "an" if name[0] in "aeiou" else "a"
    return f"an explicit deny in {article} {name}"


def as_json(diagnosis: Diagnosis | None) -> dict[str, Any]:
    """Return a diagnosis as programs get it; of a text that tells of no denial, all unknown."""
    if diagnosis is None:
        return {
            "action": None,
            "resource": None,
            "principal": None,
            "deniedBy": DeniedBy.UNKNOWN.value,
            "explicit": None,
            "causes": [],
            "patch": None,
        }
    denial = diagnosis.denial
    return {
        "action": denial.action,
        "resource": denial.resource,
        "principal": denial.principal,
        "deniedBy": denial.denied_by.value,
        "explicit": denial.explicit,
        "causes": [
            {"id": cause.id, "message": cause.message, "fix": cause.fix, "inRole": cause.in_role}
            for cause in diagnosis.causes
        ],
        "patch": None if diagnosis.fix is None else _patch(diagnosis.fix.patch),
    }


def _patch(patch: Patch) -> dict[str, Any]:
    return {
        "role": patch.role,
        "key": patch.key,
        "index": patch.index,
        "entry": dict(patch.entry),
        "path": patch.path,
    }
