"""Whether a request can be allowed when not all of its context is known: yes, no, or it depends.

A context key that the request does not give is not known: it may be absent, or have any value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from itertools import islice, product
from typing import TYPE_CHECKING

from rolewright.iam.conditions import condition_test
from rolewright.iam.documents import Condition, Effect, PolicyDocument, Statement
from rolewright.iam.evaluation import Policies, PolicyType, evaluate
from rolewright.iam.patterns import Undecided, matcher
from rolewright.iam.principals import parse_caller
from rolewright.iam.regions import kinds_of
from rolewright.iam.rules import fill, make_rule, texts_of
from rolewright.iam.solving import Clause, Literal, Opaque, solve
from rolewright.iam.statements import CompiledStatement
from rolewright.iam.steps import Steps
from rolewright.iam.variables import has_default, keys_in, may_resolve
from rolewright.iam.walks import WORDS, has_words, loosened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rolewright.iam.evaluation import Request
    from rolewright.iam.rules import Rule

_FEW_STATEMENTS = 6
_WITHOUT_VARIABLES = "2008-10-17"


class Verdict(Enum):
    """Whether a request can be allowed: in every context, in none, or in some."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deciding:
    """A condition on what is not known, in a statement that the answer depends on.

    `key` is the condition's key, or that of a policy variable in a resource: `operator` is None
    then, and `values` is the resource.
    """

    type: PolicyType
    statement: Statement
    key: str
    operator: str | None
    values: tuple[str, ...]

    @property
    def effect(self) -> Effect:
        """Whether it is a condition of an Allow or of a Deny."""
        return self.statement.effect


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Whether a request can be allowed, and the conditions it depends on, if it does."""

    verdict: Verdict
    depends_on: tuple[Deciding, ...] = ()


def can(request: Request, policies: Policies) -> Answer:
    """Return whether the policies allow a request whatever the context keys that it doesn't give.

    Yes only if every context allows it, no only if none does.
    """
    since = datetime.now(UTC)
    return _Asked(request, policies, since).answer()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Unsure:
    """A statement that applies to the request where all of its literals are so."""

    type: PolicyType
    statement: Statement
    literals: tuple[Literal, ...]
    settled: tuple[Clause, ...]
    depends_on: tuple[Deciding, ...]


_Truth = dict[int, bool]


class _Asked:
    """A request against policies, of which each statement surely applies, or doesn't, or may."""

    def __init__(self, request: Request, policies: Policies, since: datetime) -> None:
        self._request = request
        self._policies = policies
        self._caller = parse_caller(request.principal)
        self._kinds = kinds_of(
            (c for _, d in policies.documents() for s in d.statements for c in s.conditions), since
        )
        self._steps = Steps()
        self._unsure: list[_Unsure] = []
        self._ready = [self._prepare(type_, document) for type_, document in policies.documents()]
        self._outcomes: dict[tuple[bool, ...], bool] = {}

    def answer(self) -> Answer:
        """Return the answer."""
        try:
            if not self._can_be({}, allowed=False):
                return Answer(verdict=Verdict.YES)
            if not self._can_be({}, allowed=True):
                return Answer(verdict=Verdict.NO)
        except Undecided:
            pass
        deciding = (
            found
            for place, unsure in enumerate(self._unsure)
            if self._matters(place)
            for found in unsure.depends_on
        )
        return Answer(verdict=Verdict.DEPENDS, depends_on=tuple(dict.fromkeys(deciding)))

    def _prepare(self, type_: PolicyType, document: PolicyDocument) -> list[Statement | int]:
        """Return the statements that surely apply, bare of conditions, and places of unsure ones."""
        ready: list[Statement | int] = []
        for statement in document.statements:
            found = self._look_at(type_, statement, document.version)
            if isinstance(found, _Unsure):
                self._unsure.append(found)
                ready.append(len(self._unsure) - 1)
            elif found:
                ready.append(_bare(statement))
        return ready

    def _look_at(self, type_: PolicyType, statement: Statement, version: str) -> _Unsure | bool:
        """Return whether a statement surely applies or not, or what that depends on."""
        compiled = CompiledStatement.of(statement, version)
        bounded = self._policies.boundary is not None
        if not compiled.names_action(self._request.action.lower()) or not compiled.names_caller(
            self._caller, bounded=bounded
        ):
            return False
        context = self._request.lowered
        rule = make_rule(statement, version)
        unknown = sorted(key for key in rule.variables if key not in context)
        literals: tuple[Literal, ...] | None
        try:
            literals, settled = self._literals(rule, unknown)
        except Undecided:
            literals, settled = ((Opaque(("statement", str(len(self._unsure)))), True),), ()
        if not literals:
            return literals is not None
        return _Unsure(
            type=type_,
            statement=statement,
            literals=literals,
            settled=settled,
            depends_on=tuple(_deciding(type_, statement, version, context)),
        )

    def _literals(
        self, rule: Rule, unknown: list[str]
    ) -> tuple[tuple[Literal, ...] | None, tuple[Clause, ...]]:
        """Return what must be so for a rule to apply, None where it can't; and what is so of that.

        Raises Undecided where that can't be told.
        """
        if unknown and any(map(has_default, texts_of(rule.statement))):
            raise Undecided("whether a default is used can't be told")
        context = self._request.lowered
        words = {key: (chr(ord(WORDS) + place),) for place, key in enumerate(unknown)}
        filled = fill(rule, {**context, **words})
        if filled is None:
            return None, ()
        literals: list[Literal] = [
            (Condition(operator="Null", key=key, values=("false",)), True) for key in unknown
        ]
        met = _resource(filled.resources.patterns, self._request.resource)
        if met is filled.resources.all_but:
            return None, ()
        if met is None:
            name = ("resource", *sorted(filled.resources.patterns))
            literals.append((Opaque(name), not filled.resources.all_but))
        for condition in filled.conditions:
            if isinstance(condition, Opaque) or condition.key.lower() not in context:
                literals.append((condition, True))
            elif not condition_test(condition, "")(context):
                return None, ()
        return tuple(literals), filled.settled

    def _can_be(self, truth: _Truth, *, allowed: bool) -> bool:
        """Whether, with what is taken as true, some context lets the request be allowed or not."""
        self._steps.take()
        most, least = self._outcome(truth, best=True), self._outcome(truth, best=False)
        if (not most) if allowed else least:
            return False
        if not self._solvable(truth):
            return False
        if least if allowed else not most:
            return True
        place = next(i for i in range(len(self._unsure)) if i not in truth)
        allows = self._unsure[place].statement.effect is Effect.ALLOW
        return any(
            self._can_be({**truth, place: applies}, allowed=allowed)
            for applies in (allows is allowed, allows is not allowed)
        )

    def _outcome(self, truth: _Truth, *, best: bool) -> bool:
        """Whether the request is allowed, with all that is not yet decided for or against it."""
        applies = tuple(
            truth.get(place, (unsure.statement.effect is Effect.ALLOW) is best)
            for place, unsure in enumerate(self._unsure)
        )
        held = self._outcomes.get(applies)
        if held is None:
            documents = (
                PolicyDocument(
                    version=_WITHOUT_VARIABLES,
                    id=None,
                    statements=tuple(self._applying(ready, applies)),
                )
                for ready in self._ready
            )
            held = evaluate(self._request, _rebuilt(self._policies, documents)).allowed
            self._outcomes[applies] = held
        return held

    def _applying(
        self, ready: Iterable[Statement | int], applies: tuple[bool, ...]
    ) -> Iterator[Statement]:
        for entry in ready:
            if isinstance(entry, Statement):
                yield entry
            elif applies[entry]:
                yield _bare(self._unsure[entry].statement)

    def _solvable(self, truth: _Truth) -> bool:
        clauses: list[Clause] = []
        for place, applies in truth.items():
            unsure = self._unsure[place]
            clauses.extend(unsure.settled)
            if applies:
                clauses.extend((literal,) for literal in unsure.literals)
            else:
                clauses.append(tuple((what, not wanted) for what, wanted in unsure.literals))
        return solve(clauses, self._kinds, self._steps) is not None

    def _matters(self, place: int) -> bool:
        """Whether the outcome is another one, in some case, if the statement applies or not."""
        others = [other for other in range(len(self._unsure)) if other != place]
        if len(others) >= _FEW_STATEMENTS:
            return True
        for applies in product((False, True), repeat=len(others)):
            truth = dict(zip(others, applies, strict=True))
            with_it = self._outcome({**truth, place: True}, best=True)
            if with_it is not self._outcome({**truth, place: False}, best=True):
                return True
        return False


def _deciding(
    type_: PolicyType, statement: Statement, version: str, context: Mapping[str, tuple[str, ...]]
) -> Iterator[Deciding]:
    """Yield the conditions and resources that depend on what the context does not give."""
    for text in statement.resources or statement.not_resources or ():
        if may_resolve(text, version, None):
            for key in sorted(keys_in(text) - context.keys()):
                yield Deciding(
                    type=type_, statement=statement, key=key, operator=None, values=(text,)
                )
    for condition in statement.conditions:
        variables = make_rule(replace(statement, conditions=(condition,)), version).variables
        if condition.key.lower() not in context or variables - context.keys():
            yield Deciding(
                type=type_,
                statement=statement,
                key=condition.key,
                operator=condition.operator,
                values=condition.values,
            )


def _resource(patterns: Iterable[str], resource: str) -> bool | None:
    """Whether some pattern has the resource; None where that depends on unknown texts."""
    signs = resource.replace("*", "\ue0f0").replace("?", "\ue0f1")
    unsure = False
    for pattern in patterns:
        if not matcher(loosened(pattern))(signs):
            continue
        if not has_words(pattern):
            return True
        unsure = True
    return None if unsure else False


def _bare(statement: Statement) -> Statement:
    """Return a statement that applies to every resource and context."""
    named = statement.resources is not None or statement.not_resources is not None
    return replace(
        statement,
        resources=("*",) if named else None,
        not_resources=None,
        conditions=(),
    )


def _rebuilt(policies: Policies, documents: Iterator[PolicyDocument]) -> Policies:
    """Return the policies with other documents in the place of theirs, as `documents` orders them."""

    def as_many(those: tuple[PolicyDocument, ...]) -> tuple[PolicyDocument, ...]:
        return tuple(islice(documents, len(those)))

    return Policies(
        identity=as_many(policies.identity),
        boundary=None if policies.boundary is None else as_many(policies.boundary),
        session=None if policies.session is None else as_many(policies.session),
        resource=None if policies.resource is None else next(documents),
        service_control=tuple(map(as_many, policies.service_control)),
        resource_control=tuple(map(as_many, policies.resource_control)),
        endpoint=as_many(policies.endpoint),
    )
