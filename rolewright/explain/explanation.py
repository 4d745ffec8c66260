"""Why a role may or may not do something: the decision, what decided, what is near, what helps.

One evaluation answers; what is near and what is not IAM's is worked out from the same statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolewright.explain.checks import Check, checks
from rolewright.explain.fix import Asking, Fix, smallest_fix
from rolewright.grants.registry import image_accounts
from rolewright.iam import (
    SELF,
    Answer,
    Deciding,
    Effect,
    Outcome,
    Policies,
    PolicyDocument,
    PolicyType,
    Verdict,
    can,
    evaluate,
    matches,
)
from rolewright.iam.near import NearMiss, near_misses
from rolewright.iam.variables import keys_in
from rolewright.lint.takes import takes
from rolewright.roles import Uncheckable, accepts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolewright.iam import Decision, Match, Request, Statement
    from rolewright.roles import AttachedPolicy, Role

_MOST_NEAR = 3
_ACCOUNT_PART = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A statement of a role, and the policy that it stands in."""

    type: PolicyType
    policy: AttachedPolicy
    statement: Statement


@dataclass(frozen=True, kw_only=True, slots=True)
class Near:
    """A statement that almost applies, and how each of its elements comes out."""

    place: Place
    miss: NearMiss


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Why a role may or may not make a request.

    `verdict` is that of every context where keys are not given. It is never yes while a policy that
    is known to be there can't be read: `unseen` names these. `because` are the statements that
    decided, none for an implicit denial, of which `missing` says what type of policy lacks an Allow.
    `depends_on` are the conditions on keys that the request doesn't give. `fix` is the smallest
    entry of the stack config that would allow it, None where it is allowed or nothing helps.
    `takes` are the ARNs of what the action takes, where the resource is none of these.
    `other_account` is the account of the resource where that isn't the role's: its own policy must
    allow the request too. `checks` are causes of a denial that aren't in the role's policies.
    """

    role: Role
    request: Request
    verdict: Verdict
    explicit: bool
    because: tuple[Place, ...]
    missing: tuple[PolicyType, ...]
    depends_on: tuple[tuple[Deciding, Place], ...]
    near: tuple[Near, ...]
    unseen: tuple[AttachedPolicy, ...]
    other_account: str | None
    takes: tuple[str, ...]
    fix: Fix | None
    checks: tuple[Check, ...]


def explain(request: Request, asking: Asking) -> Explanation:
    """Return why the role may or may not make a request.

    A request of another principal than the role, such as a service that would assume it, is judged
    by the role's trust policy.
    """
    role = asking.role
    policies = policies_of(role, request)
    decision = evaluate(request, policies)
    answer = _answer(request, policies, decision)
    unseen = _unseen(role, request)
    verdict = answer.verdict
    other = _other_account(request, asking)
    if verdict is Verdict.YES and (unseen or other):
        verdict = Verdict.DEPENDS
    denied = verdict is Verdict.NO
    explicit = decision.outcome is Outcome.EXPLICITLY_DENIED
    return Explanation(
        role=role,
        request=request,
        verdict=verdict,
        explicit=denied and explicit,
        because=tuple(_place(match, role) for match in decision.because),
        missing=decision.missing,
        depends_on=tuple(
            (one, _place_of(one.type, one.statement, role)) for one in answer.depends_on
        ),
        near=tuple(_near(request, policies, role, decision.missing))
        if denied and not explicit
        else (),
        unseen=unseen,
        other_account=other,
        takes=_takes(request) if denied else (),
        fix=smallest_fix(request, asking) if denied and not explicit else None,
        checks=() if denied else tuple(checks(request, asking)),
    )


def _other_account(request: Request, asking: Asking) -> str | None:
    """Return the account of a resource that isn't the role's, if its policy must allow it too.

    AWS's own images are open to every account.
    """
    parts = request.resource.split(":", 5)
    account = parts[4] if len(parts) > _ACCOUNT_PART else ""
    if not account.isdigit() or account == asking.target.account or request.principal != SELF:
        return None
    of_images = parts[2] == "ecr" and account in image_accounts(parts[3])
    return None if of_images else account


def _takes(request: Request) -> tuple[str, ...]:
    """Return the ARNs that an action takes, if a resource is of no such type."""
    wanted = takes(request.action.lower())
    if accepts(request.action, request.resource) and request.resource != "*":
        return ()
    if request.resource == "*" and (wanted.some_need_any or wanted.unknown):
        return ()
    return tuple(wanted.forms) or ("*",)


def policies_of(role: Role, request: Request) -> Policies:
    """Return the policies of a role that a request is judged by."""
    if request.principal != SELF:
        trust = role.trust.document if role.trust else None
        return Policies(resource=trust if isinstance(trust, PolicyDocument) else None)
    access = role.access
    return Policies(identity=access.identity, boundary=access.boundary)


def _answer(request: Request, policies: Policies, decision: Decision) -> Answer:
    """Return the answer for every context; the decision says it where all of it is known."""
    if any(_unknown_keys(request, policies)):
        return can(request, policies)
    return Answer(verdict=Verdict.YES if decision.allowed else Verdict.NO)


def _unknown_keys(request: Request, policies: Policies) -> Iterator[str]:
    """Yield the context keys that the request doesn't give, of statements for its action."""
    action = request.action
    for _, document in policies.documents():
        for statement in document.statements:
            actions = statement.actions
            if actions is None or any(matches(one, action, ignore_case=True) for one in actions):
                keys = {condition.key.lower() for condition in statement.conditions}
                for text in _texts(statement):
                    keys |= keys_in(text)
                yield from keys - request.lowered.keys()


def _texts(statement: Statement) -> Iterator[str]:
    yield from statement.resources or statement.not_resources or ()
    for condition in statement.conditions:
        yield from condition.values


def _unseen(role: Role, request: Request) -> tuple[AttachedPolicy, ...]:
    """Return the policies that would have a say, but can't be read."""
    asked: Sequence[AttachedPolicy | None] = (*role.policies, role.boundary)
    if request.principal != SELF:
        asked = (role.trust,)
    return tuple(one for one in asked if one and isinstance(one.document, Uncheckable))


def _place(match: Match, role: Role) -> Place:
    return _place_of(match.type, match.statement, role)


def _place_of(type_: PolicyType, statement: Statement, role: Role) -> Place:
    found = next(
        policy
        for policy in (*role.policies, role.boundary, role.trust)
        if policy is not None and any(statement is one for one in policy.statements)
    )
    return Place(type=type_, policy=found, statement=statement)


def _near(
    request: Request, policies: Policies, role: Role, missing: Sequence[PolicyType]
) -> Iterator[Near]:
    """Yield the nearest Allow statements of the types of policy that lack one.

    A role's own are left out where they have nothing to do with the request.
    """
    service = _service(request.action)
    related = (
        miss
        for miss in near_misses(request, policies, Effect.ALLOW)
        if miss.match.type in missing
        and (
            miss.match.type is not PolicyType.IDENTITY
            or miss.elements[0].matched
            or any(_service(value) == service for value in miss.elements[0].values)
        )
    )
    for miss, _ in zip(related, range(_MOST_NEAR), strict=False):
        yield Near(place=_place(miss.match, role), miss=miss)


def _service(action: str) -> str:
    return action.partition(":")[0].lower()
