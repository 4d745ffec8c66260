"""The smallest entry of the stack config that lets a role make a request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rolewright.explain.additions import Addition, additions, pairs
from rolewright.explain.filling import fillings
from rolewright.explain.patch import Patch
from rolewright.explain.placing import placed
from rolewright.grants import ConfigError, Target, Tier, key_path, plan_role, proposals
from rolewright.grants.activity_plan import activity_contexts
from rolewright.grants.kinds import grant_kinds
from rolewright.grants.statements import document
from rolewright.grants.trust import trust_document
from rolewright.grants.validation import to_json
from rolewright.iam import Access, Policies, Undecided, evaluate
from rolewright.iam.principals import CallerKind, parse_caller

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rolewright.grants import Companion, Proposal, RoleArgs
    from rolewright.iam import Condition, Request, Statement
    from rolewright.roles import Role

_ASSUME = "sts:assumerole"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """A change that lets a role make a request, and all that comes with it.

    `adds` is the access that it adds and nothing besides; `when` are conditions on context keys
    that the request doesn't give, and `request` the same with keys that meet them, which evaluation
    has confirmed. `companions` are what the role needs then that IAM can't give it.
    """

    patch: Patch
    adds: tuple[Addition, ...]
    when: tuple[Condition, ...]
    companions: tuple[Companion, ...]
    request: Request


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """A role that is asked for something: as it is, and what its stack config says of it.

    `args` has the stack's defaults merged in; for a role of no stack config it is what the role
    would be added to as one that exists: nothing.
    """

    role: Role
    key: str
    args: RoleArgs
    target: Target

    @property
    def arn(self) -> str:
        """The role's ARN, as it is or as the stack config will have it."""
        target, role = self.target, self.role
        return f"arn:{target.partition}:iam::{target.account}:role{role.path}{role.name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Candidate:
    patch: Patch
    args: RoleArgs
    before: tuple[Statement, ...]
    after: tuple[Statement, ...]
    request: Request
    when: tuple[Condition, ...]

    @property
    def size(self) -> tuple[bool, int]:
        """How much it asks of the request, and how much it adds."""
        return bool(self.when), len(pairs(self.after) - pairs(self.before))

    def is_within(self, other: _Candidate) -> bool:
        """Whether it gives no more than another, and less of something."""
        mine, its = (Access(identity=(document(one.after),)) for one in (self, other))
        try:
            return its.contains(mine) and not mine.contains(its)
        except Undecided:
            return False


def smallest_fix(request: Request, asking: Asking) -> Fix | None:
    """Return the smallest change that lets the role make the request, or None where none does.

    A grant comes before an activity and that before a raw statement; of grants the one that adds
    least. None, too, where a Deny or a boundary is in the way, or what is asked for is bound by
    conditions that the request does not meet: then no entry of the stack config helps.
    """
    if parse_caller(request.principal).kind is not CallerKind.SELF:
        return _trust_fix(request, asking)
    by_tier: dict[Tier, list[_Candidate]] = {}
    for proposal in proposals(request, asking.args, asking.target):
        for candidate in _candidates(request, proposal, asking):
            by_tier.setdefault(proposal.tier, []).append(candidate)
    for tier in Tier:
        for candidate in _least_first(by_tier.get(tier, []), tier):
            fix = _planned(candidate, asking)
            if fix is not None:
                return fix
    return None


def _least_first(candidates: list[_Candidate], tier: Tier) -> Iterator[_Candidate]:
    """Yield candidates, the smallest first; activities are ordered by their proposal."""
    left = list(candidates)
    while left:
        best = left[0]
        for other in left[1:] if tier is Tier.GRANT else ():
            if other.is_within(best) or (other.size < best.size and not best.is_within(other)):
                best = other
        left.remove(best)
        yield best


def _candidates(request: Request, proposal: Proposal, asking: Asking) -> Iterator[_Candidate]:
    """Yield a proposal written into the role, if that allows the request."""
    added = _tried(request, proposal.key, None, proposal.entry, asking)
    if added is None:
        return
    if proposal.tier is Tier.GRANT:
        held: Sequence[Mapping[str, Any]] = asking.args.get(proposal.key, ())
        for index, entry in enumerate(held):
            joined = _joined(entry, proposal.entry)
            merged = _tried(request, proposal.key, index, joined, asking)
            # An entry that is joined to another must not give more than it does by itself.
            if merged is not None and pairs(merged.after) == pairs(added.after):
                added = merged
                break
    yield added


def _joined(held: Mapping[str, Any], entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an entry of a list with another's values beside its own."""
    joined = {**held, **entry}
    for key, value in entry.items():
        if isinstance(value, list) and key in held:
            joined[key] = [*dict.fromkeys([*held[key], *cast("list[Any]", value)])]
    return joined


def _tried(
    request: Request, key: str, index: int | None, entry: Mapping[str, Any], asking: Asking
) -> _Candidate | None:
    """Return a candidate if it allows the request, as it is or with the keys that it asks for."""
    before = rendered(asking.args, key, asking)
    args = placed(asking.args, key, index, entry)
    after = rendered(args, key, asking)
    access = asking.role.access
    policies = Policies(identity=(*access.identity, document(after)), boundary=access.boundary)
    patch = Patch(role=asking.key, key=key, index=index, entry=_plain(entry))
    for filled, when in fillings(request, [s for s in after if s not in before]):
        if evaluate(filled, policies).allowed:
            return _Candidate(
                patch=patch, args=args, before=before, after=after, request=filled, when=when
            )
    return None


def rendered(args: RoleArgs, key: str, asking: Asking) -> tuple[Statement, ...]:
    """Return the statements that stand for a key of a role: a kind of grant, or an activity."""
    section, _, name = key.partition(".")
    if section == "activities":
        return tuple(
            statement
            for activity, context in activity_contexts(args, asking.target, asking.arn)
            if activity.name == name
            for statement in activity.statements(context)
        )
    kind = next(kind for kind in grant_kinds() if kind.key == key)
    return tuple(kind.statements(args.get(key, ()), asking.target))


def _planned(candidate: _Candidate, asking: Asking) -> Fix | None:
    """Return the fix of a candidate, None where the role could not have it besides the rest."""
    try:
        plan = plan_role(asking.key, candidate.args, asking.target, asking.arn)
        old = plan_role(asking.key, asking.args, asking.target, asking.arn).companions
    except ConfigError:
        return None
    return Fix(
        patch=candidate.patch,
        adds=additions(candidate.before, candidate.after),
        when=candidate.when,
        companions=tuple(one for one in plan.companions if one not in old),
        request=candidate.request,
    )


def _trust_fix(request: Request, asking: Asking) -> Fix | None:
    """Return the service that is to be trusted besides; only services are, by the stack config."""
    caller = parse_caller(request.principal)
    if (
        caller.kind is not CallerKind.SERVICE
        or asking.args.get("existing", False)
        or request.action.lower() != _ASSUME
    ):
        return None
    own = asking.args.get("trust", {})
    entry: dict[str, Any] = {**own, "services": [*own.get("services", ()), caller.name]}
    args = placed(asking.args, "trust", None, entry)
    trust = trust_document(args.get("trust", {}), asking.target)
    for filled, when in fillings(request, trust.statements):
        if evaluate(filled, Policies(resource=trust)).allowed:
            candidate = _Candidate(
                patch=Patch(role=asking.key, key="trust", index=None, entry=_plain(entry)),
                args=args,
                before=trust_document(own, asking.target).statements,
                after=trust.statements,
                request=filled,
                when=when,
            )
            return _planned(candidate, asking)
    return None


def _plain(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an entry as JSON."""
    plain: dict[str, Any] = json.loads(to_json(entry, key_path("roles")))
    return plain
