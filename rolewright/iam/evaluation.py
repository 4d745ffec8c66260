"""Whether a request is allowed, and by which statements it was decided.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from rolewright.iam.conditions import holds
from rolewright.iam.documents import Effect, PolicyDocument, Statement
from rolewright.iam.patterns import matches
from rolewright.iam.variables import Unresolved, marked, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Outcome(Enum):
    """What becomes of a request."""

    ALLOWED = "allowed"
    IMPLICITLY_DENIED = "implicitly_denied"
    EXPLICITLY_DENIED = "explicitly_denied"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A call: `action` as `s3:GetObject`, `resource` an ARN or `*`, context keys in any case."""

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


@dataclass(frozen=True, kw_only=True, slots=True)
class Policies:
    """The policies that a principal's request is judged by; no boundary is None."""

    identity: tuple[PolicyDocument, ...] = ()
    boundary: PolicyDocument | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A statement that applies to a request, and the document it stands in."""

    document: PolicyDocument
    statement: Statement


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The outcome and the statements that decided it, none for an implicit denial."""

    outcome: Outcome
    because: tuple[Match, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed."""
        return self.outcome is Outcome.ALLOWED


def evaluate(request: Request, policies: Policies) -> Decision:
    """Return what becomes of a request of a principal in the resource's own account."""
    context = {key.lower(): values for key, values in request.context.items()}
    identity = tuple(_applying(policies.identity, request, context))
    bounding = (
        None
        if policies.boundary is None
        else tuple(_applying((policies.boundary,), request, context))
    )
    denying = _of(Effect.DENY, identity) + _of(Effect.DENY, bounding or ())
    if denying:
        return Decision(outcome=Outcome.EXPLICITLY_DENIED, because=denying)
    allowing = _of(Effect.ALLOW, identity)
    within = None if bounding is None else _of(Effect.ALLOW, bounding)
    if not allowing or within == ():
        return Decision(outcome=Outcome.IMPLICITLY_DENIED)
    return Decision(outcome=Outcome.ALLOWED, because=allowing + (within or ()))


def _of(effect: Effect, found: tuple[Match, ...]) -> tuple[Match, ...]:
    return tuple(match for match in found if match.statement.effect is effect)


def _applying(
    documents: tuple[PolicyDocument, ...],
    request: Request,
    context: Mapping[str, tuple[str, ...]],
) -> Iterator[Match]:
    for document in documents:
        for statement in document.statements:
            if _applies(statement, request, context, document.version):
                yield Match(document=document, statement=statement)


def _applies(
    statement: Statement, request: Request, context: Mapping[str, tuple[str, ...]], version: str
) -> bool:
    """Whether a statement applies; one with a variable that nothing stands for does not."""
    if not _names_action(statement, request.action):
        return False
    try:
        return _names_resource(statement, request.resource, context, version) and all(
            holds(condition, context, version) for condition in statement.conditions
        )
    except Unresolved:
        return False


def _names_action(statement: Statement, action: str) -> bool:
    if statement.actions is not None:
        return any(matches(name, action, ignore_case=True) for name in statement.actions)
    return not any(matches(name, action, ignore_case=True) for name in statement.not_actions or ())


def _names_resource(
    statement: Statement, resource: str, context: Mapping[str, tuple[str, ...]], version: str
) -> bool:
    named = statement.resources if statement.resources is not None else statement.not_resources
    patterns = [resolve(pattern, context, version, None) for pattern in named or ()]
    found = any(matches(pattern, marked(pattern, resource)) for pattern in patterns)
    return found if statement.not_resources is None else not found
