"""A role's trust policy as the stack config's `trust`, where it can say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.adopting.sameness import same_access
from rolewright.grants.trust import SAGEMAKER, trust_document, trust_problems
from rolewright.iam import Effect, InvalidDocument, parse_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import Target
    from rolewright.grants.role import TrustArgs
    from rolewright.iam import PolicyDocument, Statement

_ASSUME = "sts:AssumeRole"
_IDENTITY = "sts:SetSourceIdentity"


class NotOurForm(ValueError):  # noqa: N818  # an answer, not a fault
    """What `trust` can't say; the message says why, as the end of a sentence."""


def trust_of(text: str | None, target: Target) -> TrustArgs:
    """Return what `trust` must be for the same trust policy, all keys given.

    Raises NotOurForm where it can't be the same, as comparing the two for every caller shows.
    """
    if text is None:
        raise NotOurForm("it is not known")
    try:
        held = parse_document(text)
    except InvalidDocument as error:
        raise NotOurForm(f"it is no policy document: {error.message}") from None
    if fault := next(_faults(held), None):
        raise NotOurForm(fault)
    trust = _guess(held, target)
    if fault := next(trust_problems(trust, target), None):
        raise NotOurForm(f"{fault.path}: {fault.message}")
    if not same_access(held, trust_document(trust, target)):
        raise NotOurForm("its statements or conditions are not those that `trust` writes")
    return trust


def _faults(held: PolicyDocument) -> Iterator[str]:
    """Yield why a trust policy can't be ours, in words; the comparison finds the rest."""
    services = set(_services(held))
    for statement in held.statements:
        for principal in statement.principals or ():
            if principal.kind != "Service":
                yield f"it lets `{principal.value}` ({principal.kind}) assume the role"
        for action in statement.actions or ():
            if action.lower() not in (_ASSUME.lower(), _IDENTITY.lower()):
                yield f"it allows `{action}`"
        if statement.effect is Effect.DENY:
            yield "it has a Deny"
    if SAGEMAKER not in services:
        yield f"it does not let `{SAGEMAKER}` assume the role"


def _services(held: PolicyDocument) -> Iterator[str]:
    for statement in held.statements:
        for principal in statement.principals or ():
            if principal.kind == "Service":
                yield principal.value


def _guess(held: PolicyDocument, target: Target) -> TrustArgs:
    actions = {action.lower() for s in held.statements for action in s.actions or ()}
    return {
        "services": sorted(set(_services(held)) - {SAGEMAKER}),
        "sourceAccount": any(
            target.account in values
            for statement in held.statements
            for values in _values(statement, "aws:sourceaccount")
        ),
        "sourceArns": sorted(
            {
                value
                for statement in held.statements
                for values in _values(statement, "aws:sourcearn")
                for value in values
            }
        ),
        "setSourceIdentity": _IDENTITY.lower() in actions,
    }


def _values(statement: Statement, key: str) -> Iterator[tuple[str, ...]]:
    for condition in statement.conditions:
        if condition.key.lower() == key:
            yield condition.values
