"""What policies let a caller do, as an exact set of requests that can be compared with another.

The set is what evaluation allows: identity policies within the boundary, less what is denied.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING

from rolewright.iam.comparing import ANY_TEXT, Found, Question, filled, find, may_meet, surely_has
from rolewright.iam.documents import Effect, PolicyDocument, Statement
from rolewright.iam.evaluation import Policies, Request, evaluate
from rolewright.iam.fillings import known_fillings, unknown_fillings
from rolewright.iam.patterns import Undecided, matcher
from rolewright.iam.principals import SELF, parse_caller
from rolewright.iam.regions import ANY_ARN, kinds_of
from rolewright.iam.rules import ANY_ACTION, Named, Rule, fill, make_rule, texts_of
from rolewright.iam.statements import CompiledStatement
from rolewright.iam.steps import Steps
from rolewright.iam.variables import named_in
from rolewright.iam.walks import spelled_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rolewright.iam.solving import Clause

    KnownActions = Callable[[str], Iterable[str]]
    """Returns names of actions that an action pattern matches, the most usual ones first."""

_MANY_PATTERNS = 64
_FEW_NAMES = 200
_USUAL_ACTIONS = ("s3:GetObject", "ec2:RunInstances", "iam:PassRole")

EVERYTHING = PolicyDocument(
    version="2012-10-17",
    id=None,
    statements=(
        Statement(
            index=0,
            sid=None,
            effect=Effect.ALLOW,
            principals=None,
            not_principals=None,
            actions=("*",),
            not_actions=None,
            resources=("*",),
            not_resources=None,
            conditions=(),
        ),
    ),
)
"""What a caller is taken to have by itself where a resource's own document is compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """What a caller may do by some policies; `boundary` is None where there is none.

    With `resource`, a document that names principals (a trust policy, a bucket policy), it is what
    that document allows `caller`, who may do everything by itself and is of another account.
    """

    identity: tuple[PolicyDocument, ...] = ()
    boundary: tuple[PolicyDocument, ...] | None = None
    resource: PolicyDocument | None = None
    caller: str | None = SELF
    resource_account: str | None = None

    @property
    def policies(self) -> Policies:
        """The policies as evaluation takes them."""
        return _policies(self)

    def allows(self, request: Request) -> bool:
        """Whether a request is in the set."""
        return evaluate(request, self.policies).allowed

    def example(self, action: str = "*", known: KnownActions | None = None) -> Request | None:
        """Return a request that is allowed, of an action that the pattern matches, or None.

        Raises Undecided.
        """
        nothing = Access(caller=self.caller)
        return Comparison(self, nothing, known=known, within=_of_action(action)).example()

    def difference(self, other: Access, known: KnownActions | None = None) -> Request | None:
        """Return a request that is allowed here and not there, or None. Raises Undecided."""
        return Comparison(self, other, known=known).example()

    def contains(self, other: Access) -> bool:
        """Whether all that is allowed there is allowed here. Raises Undecided."""
        return other.difference(self) is None


@lru_cache(maxsize=256)
def _policies(access: Access) -> Policies:
    if access.resource is not None:
        return Policies(identity=(EVERYTHING,), resource=access.resource)
    return Policies(identity=access.identity, boundary=access.boundary)


def _of_action(action: str) -> Rule:
    statement = replace(EVERYTHING.statements[0], actions=(action,))
    return make_rule(statement, EVERYTHING.version)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A part of a difference: what `pivot` applies to, and a rule of each of `others`, less `nots`.

    `pivot` is an Allow that only the one side has, or a Deny that only the other has.
    """

    pivot: Rule
    others: tuple[tuple[Rule, ...], ...]
    nots: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Rules that together make up a part of a difference, with a request that shows it.

    The first is the piece's pivot. `witness` is None where it could not be decided whether there is
    one.
    """

    rules: tuple[Rule, ...]
    witness: Request | None


class Comparison:
    """What `one` allows and `other` does not, `within` what a rule applies to."""

    def __init__(
        self,
        one: Access,
        other: Access,
        *,
        known: KnownActions | None = None,
        within: Rule | None = None,
    ) -> None:
        self._one = one
        self._other = other
        self._known = known
        self._within = within
        self._mine = _Side.of(one)
        self._its = _Side.of(other)
        self._question: Question | None = None
        self._names: dict[str, str] = {}

    def example(self) -> Request | None:
        """Return a request of the difference, or None. Raises Undecided."""
        doubt = False
        for part in self.parts():
            if part.witness is not None:
                return part.witness
            doubt = True
        if doubt:
            raise Undecided("whether access differs can't be told")
        return None

    def parts(self) -> Iterator[Part]:
        """Yield every part of the difference, and those of which it can't be told."""
        if self._within is None and self._mine.meaning == self._its.meaning:
            return
        for piece in self._pieces():
            for pivot in _split(piece.pivot):
                yield from self._part(piece, pivot)

    def _pieces(self) -> Iterator[Piece]:
        mine, its = self._mine, self._its
        within = () if self._within is None else ((self._within,),)
        limits = within if mine.boundary is None else (mine.boundary, *within)
        for rule in _only_in(mine.identity, its.identity):
            yield Piece(pivot=rule, others=limits, nots=(*mine.denies, *its.identity))
        if its.boundary is not None:
            yield from self._out_of_bounds(its.boundary, within)
        for rule in _only_in(its.denies, mine.denies):
            yield Piece(pivot=rule, others=(mine.identity, *limits), nots=mine.denies)

    def _out_of_bounds(
        self, boundary: tuple[Rule, ...], within: tuple[tuple[Rule, ...], ...]
    ) -> Iterator[Piece]:
        """Yield what the other side's boundary does not allow."""
        mine = self._mine
        nots = (*mine.denies, *boundary)
        if mine.boundary is None:
            for rule in mine.identity:
                yield Piece(pivot=rule, others=within, nots=nots)
            return
        for rule in _only_in(mine.boundary, boundary):
            yield Piece(pivot=rule, others=(mine.identity, *within), nots=nots)

    def _part(self, piece: Piece, pivot: Rule) -> Iterator[Part]:
        """Yield the part of a piece that a part of its pivot makes up, if it makes up any."""
        if any(_surely_applies(rule, pivot) for rule in piece.nots):
            return
        nots = tuple(rule for rule in piece.nots if _may_apply(rule, pivot))
        others = [[rule for rule in group if _may_apply(rule, pivot)] for group in piece.others]
        doubt = False
        for chosen in product(*others):
            if any(
                not _may_apply(one, other)
                for place, one in enumerate(chosen)
                for other in chosen[place + 1 :]
            ):
                continue
            bases = (pivot, *chosen)
            try:
                witness = self._witness(bases, nots)
            except Undecided:
                doubt = True
                continue
            if witness is not None:
                yield Part(rules=bases, witness=witness)
                return
        if doubt:
            yield Part(rules=(pivot,), witness=None)

    def _witness(self, bases: tuple[Rule, ...], nots: tuple[Rule, ...]) -> Request | None:
        """Return a confirmed request, or None where there is none. Raises Undecided."""
        question = self._ask()
        variables = frozenset(key for rule in (*bases, *nots) for key in rule.variables)
        if not variables:
            return self._search(bases, nots, (), question)
        doubt: Undecided | None = None
        for filling, facts in known_fillings(variables, bases, nots, question.kinds):
            ready = _fill_all(bases, nots, filling)
            if ready is None:
                continue
            try:
                witness = self._search(*ready, facts, question)
            except Undecided as error:
                doubt = error
                continue
            if witness is not None:
                return witness
        if doubt is not None:
            raise doubt
        for filling, facts in unknown_fillings(variables, bases, question.kinds):
            ready = _fill_all(bases, nots, filling)
            if ready is not None and next(find(*ready, facts, question), None) is not None:
                raise Undecided("what a policy variable stands for decides")
        return None

    def _search(
        self,
        bases: Sequence[Rule],
        nots: Sequence[Rule],
        facts: tuple[Clause, ...],
        question: Question,
    ) -> Request | None:
        doubt = False
        for found in find(bases, nots, facts, question):
            witness = self._confirmed(found, bases, nots) if found.sure else None
            if witness is not None:
                return witness
            doubt = True
        if doubt:
            raise Undecided("a request was found that is not confirmed")
        return None

    def _ask(self) -> Question:
        if self._question is None:
            rules = (*self._mine.rules, *self._its.rules)
            self._names = {key.lower(): key for rule in rules for key in _keys(rule)}
            self._question = Question(
                kinds=kinds_of(c for rule in rules for c in rule.statement.conditions),
                steps=Steps(),
                actions=ANY_TEXT if any(rule.is_odd[0] for rule in rules) else ANY_ACTION,
                resources=ANY_TEXT if any(rule.is_odd[1] for rule in rules) else ANY_ARN,
            )
        return self._question

    def _confirmed(
        self, found: Found, bases: Sequence[Rule], nots: Sequence[Rule]
    ) -> Request | None:
        """Return the request once evaluation confirms it, as readable as it can be."""
        rules = (*bases, *nots)
        action = _plain(found.action, (p for rule in rules for p in rule.actions.patterns))
        resource = _plain(found.resource, (p for rule in rules for p in rule.resources.patterns))
        request = self._request(action, resource, found)
        if not self._is_witness(request):
            return None
        form = matcher(self._ask().resources)
        for better in _readable_resources(bases):
            if (better == "*" or form(better)) and self._is_witness(
                self._request(action, better, found)
            ):
                resource = better
                break
        for better in self._readable_actions(action, bases[0]):
            if self._is_witness(self._request(better, resource, found)):
                action = better
                break
        return self._request(action, resource, found)

    def _readable_actions(self, action: str, pivot: Rule) -> Iterator[str]:
        written = pivot.statement.actions or ()
        yield from (name for name in written if name.lower() == action)
        if self._known is not None:
            for pattern in ("*",) if pivot.actions.all_but else pivot.actions.patterns:
                yield from islice(self._known(pattern), _FEW_NAMES)
        yield from _USUAL_ACTIONS

    def _request(self, action: str, resource: str, found: Found) -> Request:
        return Request(
            action=action,
            resource=resource,
            context={self._names.get(key, key): given for key, given in found.context.items()},
            principal=self._one.caller,
            resource_account=self._one.resource_account,
        )

    def _is_witness(self, request: Request) -> bool:
        return self._one.allows(request) and not self._other.allows(request)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    """An access as rules; `boundary` is None where there is none."""

    identity: tuple[Rule, ...]
    boundary: tuple[Rule, ...] | None
    denies: tuple[Rule, ...]
    meaning: object

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (*self.identity, *(self.boundary or ()), *self.denies)

    @staticmethod
    def of(access: Access) -> _Side:
        if access.resource is not None:
            documents, limits = (access.resource,), None
        else:
            documents, limits = access.identity, access.boundary
        own = _rules(documents, access.caller)
        within = None if limits is None else _rules(limits, access.caller)
        identity = tuple(rule for rule in own if rule.allows)
        boundary = None if within is None else tuple(rule for rule in within if rule.allows)
        denies = tuple(rule for rule in (*own, *(within or ())) if not rule.allows)
        return _Side(
            identity=identity,
            boundary=boundary,
            denies=denies,
            meaning=(
                frozenset(rule.meaning for rule in identity),
                None if boundary is None else frozenset(rule.meaning for rule in boundary),
                frozenset(rule.meaning for rule in denies),
            ),
        )


def _only_in(rules: tuple[Rule, ...], others: tuple[Rule, ...]) -> Iterator[Rule]:
    held = {rule.meaning for rule in others}
    return (rule for rule in rules if rule.meaning not in held)


def _rules(documents: Iterable[PolicyDocument], principal: str | None) -> tuple[Rule, ...]:
    """Return the rules that are about a caller, one of each meaning."""
    caller = parse_caller(principal)
    rules = (
        make_rule(statement, document.version)
        for document in documents
        for statement in document.statements
        if CompiledStatement.of(statement, document.version).names_caller(caller, bounded=False)
    )
    return tuple({rule.meaning: rule for rule in rules}.values())


def _keys(rule: Rule) -> Iterator[str]:
    """Yield the context keys of a rule as they are written."""
    yield from (key for text in texts_of(rule.statement) for key in named_in(text))
    yield from (condition.key for condition in rule.statement.conditions)


def _split(rule: Rule) -> Iterator[Rule]:
    """Yield a rule for each pair of patterns, or for fewer where there are very many."""
    actions, resources = _each(rule.actions), _each(rule.resources)
    if len(actions) * len(resources) > _MANY_PATTERNS:
        resources = [rule.resources]
    if len(actions) > _MANY_PATTERNS:
        actions = [rule.actions]
    if rule.variables:
        # One that can't be filled in stops the whole statement, so they stay together.
        resources = [rule.resources]
    if len(actions) == len(resources) == 1:
        yield rule
        return
    for action in actions:
        for resource in resources:
            yield replace(rule, actions=action, resources=resource)


def _each(named: Named) -> list[Named]:
    if named.all_but or len(named.patterns) == 1:
        return [named]
    return [Named(patterns=(pattern,)) for pattern in named.patterns]


def _surely_applies(rule: Rule, pivot: Rule) -> bool:
    """Whether a rule surely applies wherever the pivot does, by a quick test that may miss some."""
    if not set(rule.conditions) <= set(pivot.conditions) or not rule.variables <= pivot.variables:
        return False
    if rule.version != pivot.version and (rule.variables or pivot.variables):
        return False
    if not _surely_has(rule.actions, pivot.actions):
        return False
    if rule.variables:
        # Its resources are not yet patterns.
        everything = not rule.resources.all_but and "*" in rule.resources.patterns
        return everything or rule.resources == pivot.resources
    return _surely_has(rule.resources, pivot.resources)


def _surely_has(outer: Named, inner: Named) -> bool:
    if outer.all_but or inner.all_but:
        return outer == inner or (not outer.all_but and "*" in outer.patterns)
    return all(
        pattern in outer.patterns or any(surely_has(p, pattern) for p in outer.patterns)
        for pattern in inner.patterns
    )


def _may_apply(rule: Rule, pivot: Rule) -> bool:
    """Whether a rule may apply where the pivot does, by patterns alone."""
    if not _may_meet(rule.actions, pivot.actions):
        return False
    # The resources of a rule with variables are not yet patterns.
    return bool(rule.variables or pivot.variables) or _may_meet(rule.resources, pivot.resources)


def _may_meet(one: Named, other: Named) -> bool:
    if one.all_but or other.all_but:
        return True
    return any(may_meet(p, q) for p in one.patterns for q in other.patterns)


def _fill_all(
    bases: Sequence[Rule], nots: Sequence[Rule], filling: Mapping[str, tuple[str, ...]]
) -> tuple[list[Rule], list[Rule]] | None:
    """Return the rules with their variables filled in, or None where a base does not apply then."""
    filled_bases = [filled for rule in bases if (filled := fill(rule, filling)) is not None]
    if len(filled_bases) < len(bases):
        return None
    return filled_bases, [done for rule in nots if (done := fill(rule, filling)) is not None]


def _plain(text: str, patterns: Iterable[str]) -> str:
    """Return the text in plain characters, meeting the same patterns."""
    spelled = list(spelled_out(text))
    if len(spelled) == 1:
        return spelled[0]
    tests = [matcher(pattern) for pattern in dict.fromkeys(patterns)]
    met = [test(text) for test in tests]
    return next((one for one in spelled if [test(one) for test in tests] == met), spelled[-1])


def _readable_resources(bases: Sequence[Rule]) -> Iterator[str]:
    for base in bases:
        if not base.resources.all_but:
            yield from ("*" if p == "*" else filled(p) for p in base.resources.patterns[:3])
