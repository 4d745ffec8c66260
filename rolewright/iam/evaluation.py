"""Whether a request is allowed, and by which statements it was decided.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING

from rolewright.iam.documents import Effect
from rolewright.iam.principals import SELF, CallerKind, Grant, parse_caller
from rolewright.iam.statements import CompiledStatement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rolewright.iam.documents import PolicyDocument, Statement
    from rolewright.iam.principals import Caller

_MOST_ACTIONS = 4096
_MOST_EVALUATORS = 64
_ARN_ACCOUNT = re.compile(r"arn:[^:]*:[^:]*:[^:]*:(\d{12}):")
_ROLE = re.compile(r"arn:[^:]*:iam::\d{12}:role/.+")
_KEY = re.compile(r"arn:[^:]*:kms:[^:]*:\d{12}:key/.+")


class Outcome(Enum):
    """What becomes of a request."""

    ALLOWED = "allowed"
    IMPLICITLY_DENIED = "implicitly_denied"
    EXPLICITLY_DENIED = "explicitly_denied"


class PolicyType(Enum):
    """What a policy is to a request."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    RESOURCE = "resource-policy"
    SERVICE_CONTROL = "scp"
    RESOURCE_CONTROL = "rcp"
    ENDPOINT = "vpc-endpoint"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A call: `action` as `s3:GetObject`, `resource` an ARN or `*`, context keys in any case.

    `context` holds every key that the request has. `principal` is an ARN, a service, an identity
    provider, None for an anonymous caller, or SELF for whom the identity policies belong to.
    `resource_account` is read from the ARN where it is None, and else the principal's.
    """

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    principal: str | None = SELF
    resource_account: str | None = None
    lowered: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    """The context by keys in lower case."""

    def __post_init__(self) -> None:
        lowered = {key.lower(): values for key, values in self.context.items()}
        object.__setattr__(self, "lowered", lowered)


@dataclass(frozen=True, kw_only=True, slots=True)
class Policies:
    """The policies that a request is judged by.

    `boundary` and `session` are None where there is none; several documents of one type allow what
    any of them allows. Of `service_control` each level must allow. `resource` is the resource's own
    policy: a role's trust policy, a key policy, a bucket policy. `endpoint` is that of the VPC
    endpoint that the request goes through. RCPFullAWSAccess is part of each `resource_control`
    level, as it always is in AWS.
    """

    identity: tuple[PolicyDocument, ...] = ()
    boundary: tuple[PolicyDocument, ...] | None = None
    session: tuple[PolicyDocument, ...] | None = None
    resource: PolicyDocument | None = None
    service_control: tuple[tuple[PolicyDocument, ...], ...] = ()
    resource_control: tuple[tuple[PolicyDocument, ...], ...] = ()
    endpoint: tuple[PolicyDocument, ...] = ()

    def documents(self) -> Iterator[tuple[PolicyType, PolicyDocument]]:
        """Yield every document with its type, types in order, control policies level by level."""
        by_type: Mapping[PolicyType, Iterable[PolicyDocument]] = {
            PolicyType.IDENTITY: self.identity,
            PolicyType.BOUNDARY: self.boundary or (),
            PolicyType.SESSION: self.session or (),
            PolicyType.RESOURCE: () if self.resource is None else (self.resource,),
            PolicyType.SERVICE_CONTROL: chain.from_iterable(self.service_control),
            PolicyType.RESOURCE_CONTROL: chain.from_iterable(self.resource_control),
            PolicyType.ENDPOINT: self.endpoint,
        }
        for type_, documents in by_type.items():
            for document in documents:
                yield type_, document


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A statement that applies to a request, and the document and policy type it stands in."""

    type: PolicyType
    document: PolicyDocument
    statement: Statement


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The outcome and the statements that decided it, none for an implicit denial.

    `missing` are the types of policy in which a statement that allows would be needed.
    """

    outcome: Outcome
    because: tuple[Match, ...] = ()
    missing: tuple[PolicyType, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed."""
        return self.outcome is Outcome.ALLOWED


def evaluate(request: Request, policies: Policies) -> Decision:
    """Return what becomes of a request. The policies are compiled once for as long as they live."""
    return evaluator(policies).decide(request)


def evaluator(policies: Policies) -> Evaluator:
    """Return the policies compiled, the same for the same object."""
    held = _evaluators.get(id(policies))
    if held is not None and held.policies is policies:
        return held
    if len(_evaluators) >= _MOST_EVALUATORS:
        _evaluators.clear()
    made = Evaluator(policies)
    _evaluators[id(policies)] = made
    return made


class Evaluator:
    """Policies compiled for many requests."""

    def __init__(self, policies: Policies) -> None:
        self.policies = policies
        self._identity = _Group(PolicyType.IDENTITY, policies.identity)
        self._boundary = _optional(PolicyType.BOUNDARY, policies.boundary)
        self._session = _optional(PolicyType.SESSION, policies.session)
        resource = None if policies.resource is None else (policies.resource,)
        self._resource = _optional(PolicyType.RESOURCE, resource)
        self._service_control = [
            _Group(PolicyType.SERVICE_CONTROL, level) for level in policies.service_control
        ]
        self._resource_control = [
            _Group(PolicyType.RESOURCE_CONTROL, level) for level in policies.resource_control
        ]
        self._endpoint = _optional(PolicyType.ENDPOINT, policies.endpoint or None)
        only_identity = Policies(identity=policies.identity, boundary=policies.boundary)
        self._is_simple = policies == only_identity

    def decide(self, request: Request) -> Decision:
        """Return what becomes of a request."""
        caller = parse_caller(request.principal)
        action = request.action.lower()
        if self._is_simple and caller.kind is CallerKind.SELF:
            return self._decide_simply(request, action, caller)
        return _Question(
            request=request, action=action, caller=caller, bounded=self._boundary is not None
        ).decide(
            identity=self._identity,
            boundary=self._boundary,
            session=self._session,
            resource=self._resource,
            service_control=self._service_control,
            resource_control=self._resource_control,
            endpoint=self._endpoint,
        )

    def _decide_simply(self, request: Request, action: str, caller: Caller) -> Decision:
        """Decide by identity policies and boundary alone: the most frequent question."""
        denies, allows = self._identity.applying(request, action, caller)
        within: tuple[Match, ...] = ()
        missing: tuple[PolicyType, ...] = () if allows else (PolicyType.IDENTITY,)
        if self._boundary is not None:
            more, within = self._boundary.applying(request, action, caller)
            denies += more
            missing += () if within else (PolicyType.BOUNDARY,)
        if denies:
            return Decision(outcome=Outcome.EXPLICITLY_DENIED, because=denies)
        if missing:
            return Decision(outcome=Outcome.IMPLICITLY_DENIED, missing=missing)
        return Decision(outcome=Outcome.ALLOWED, because=allows + within)


_evaluators: dict[int, Evaluator] = {}


class _Group:
    """The documents of one type, indexed by the actions that were asked for."""

    def __init__(self, type: PolicyType, documents: Iterable[PolicyDocument]) -> None:  # noqa: A002  # the field's name
        self.type = type
        statements = [
            (
                CompiledStatement(statement, document.version),
                Match(type=type, document=document, statement=statement),
            )
            for document in documents
            for statement in document.statements
            if type is not PolicyType.RESOURCE or _says_for_whom(statement)
        ]
        self._denies = [found for found in statements if found[0].denies]
        self._allows = [found for found in statements if not found[0].denies]
        self._by_action: dict[str, tuple[_Named, _Named]] = {}

    def named(self, action: str) -> tuple[_Named, _Named]:
        """Return the Deny and the Allow statements that name an action, given in lower case."""
        held = self._by_action.get(action)
        if held is None:
            if len(self._by_action) >= _MOST_ACTIONS:
                self._by_action.clear()
            held = (
                [found for found in self._denies if found[0].names_action(action)],
                [found for found in self._allows if found[0].names_action(action)],
            )
            self._by_action[action] = held
        return held

    def applying(
        self, request: Request, action: str, caller: Caller, *, bounded: bool = False
    ) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
        """Return the Deny and the Allow statements that apply to a request."""
        denies, allows = self.named(action)
        return (
            _applying(denies, request, caller, bounded=bounded),
            _applying(allows, request, caller, bounded=bounded),
        )


def _applying(
    named: _Named, request: Request, caller: Caller, *, bounded: bool
) -> tuple[Match, ...]:
    # A list first: tuples of generators are made more slowly.
    return tuple(
        [match for statement, match in named if statement.applies(request, caller, bounded=bounded)]
    )


_Named = list[tuple[CompiledStatement, Match]]


def _says_for_whom(statement: Statement) -> bool:
    """Whether a resource policy's statement counts: an Allow that names nobody is for nobody."""
    named = statement.principals is not None or statement.not_principals is not None
    return named or statement.effect is Effect.DENY


def _optional(type: PolicyType, documents: tuple[PolicyDocument, ...] | None) -> _Group | None:  # noqa: A002  # the field's name
    return None if documents is None else _Group(type, documents)


@dataclass(kw_only=True, slots=True)
class _Question:
    """One request against every type of policy, in the order of AWS's own account of it."""

    request: Request
    action: str
    caller: Caller
    bounded: bool
    denies: tuple[Match, ...] = ()
    because: tuple[Match, ...] = ()
    missing: tuple[PolicyType, ...] = ()

    def decide(  # noqa: PLR0913  # a parameter a policy type
        self,
        *,
        identity: _Group,
        boundary: _Group | None,
        session: _Group | None,
        resource: _Group | None,
        service_control: Sequence[_Group],
        resource_control: Sequence[_Group],
        endpoint: _Group | None,
    ) -> Decision:
        caller = self.caller
        if not caller.service_linked:
            # AWS: neither kind of control policy touches service-linked roles.
            for level in resource_control:
                self._take(level)
            if caller.has_identity_policies:
                for level in service_control:
                    self._need(level.type, self._take(level))
        if endpoint is not None:
            self._need(endpoint.type, self._take(endpoint))
        allowed_by_resource = self._take(resource) if resource is not None else ()
        own = self._own_policies(identity, boundary, session)
        if self.denies:
            return Decision(outcome=Outcome.EXPLICITLY_DENIED, because=self.denies)
        self._take_sides(own, allowed_by_resource)
        if self.missing:
            return Decision(
                outcome=Outcome.IMPLICITLY_DENIED, missing=tuple(dict.fromkeys(self.missing))
            )
        return Decision(outcome=Outcome.ALLOWED, because=self.because)

    def _take(self, group: _Group) -> tuple[Match, ...]:
        """Note what a group denies and return what it allows."""
        denies, allows = group.applying(
            self.request, self.action, self.caller, bounded=self.bounded
        )
        self.denies += denies
        return allows

    def _need(self, type: PolicyType, allows: tuple[Match, ...]) -> None:  # noqa: A002  # the field's name
        self.because += allows
        if not allows:
            self.missing += (type,)

    def _own_policies(
        self, identity: _Group, boundary: _Group | None, session: _Group | None
    ) -> _Own:
        """Return what the caller's own policies say; a root user needs none, and has none."""
        if not self.caller.has_identity_policies:
            return _Own(allows=(), limits=(), missing=(PolicyType.RESOURCE,))
        allows = self._take(identity)
        is_root = self.caller.kind is CallerKind.ROOT
        limits: tuple[Match, ...] = ()
        limited: tuple[PolicyType, ...] = ()
        for group in (boundary, session):
            if group is not None and not is_root:
                within = self._take(group)
                limits += within
                limited += () if within else (group.type,)
        missing = () if allows or is_root else (PolicyType.IDENTITY,)
        return _Own(allows=allows, limits=limits, missing=missing, limited=limited)

    def _take_sides(self, own: _Own, by_resource: tuple[Match, ...]) -> None:
        """Join what the caller's own policies say with what the resource's policy allows."""
        grant = max(
            (
                CompiledStatement.of(match.statement, match.document.version).grant(self.caller)
                for match in by_resource
            ),
            default=Grant.NONE,
        )
        if self._crosses_accounts():
            self._need_own(own)
            self._need(PolicyType.RESOURCE, by_resource)
        elif grant is Grant.DIRECT or (grant is Grant.ROLE and not own.limited):
            self.because += by_resource
        elif self._takes_resource_policy() and grant is Grant.NONE:
            self.missing += (PolicyType.RESOURCE, *own.limited)
        else:
            if self._takes_resource_policy():
                self.because += by_resource
            self._need_own(own)

    def _need_own(self, own: _Own) -> None:
        self.because += own.allows + own.limits
        self.missing += own.missing + own.limited

    def _crosses_accounts(self) -> bool:
        mine, its = self.caller.account, self._resource_account()
        return mine is not None and its is not None and mine != its

    def _resource_account(self) -> str | None:
        if self.request.resource_account is not None:
            return self.request.resource_account
        found = _ARN_ACCOUNT.match(self.request.resource)
        return found[1] if found else None

    def _takes_resource_policy(self) -> bool:
        """Whether the resource's own policy must allow: a role's to assume it, a key's to use it."""
        if self.action.startswith("sts:"):
            return bool(_ROLE.fullmatch(self.request.resource))
        return self.action.startswith("kms:") and bool(_KEY.fullmatch(self.request.resource))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Own:
    """What a caller's own policies say of a request."""

    allows: tuple[Match, ...]
    limits: tuple[Match, ...]
    missing: tuple[PolicyType, ...]
    limited: tuple[PolicyType, ...] = ()
