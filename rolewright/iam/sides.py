"""What a caller has by some policies, as rules; and what each of them says to evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolewright.iam.documents import Effect, PolicyDocument, Statement
from rolewright.iam.evaluation import Policies
from rolewright.iam.principals import SELF, parse_caller
from rolewright.iam.rules import Rule, make_rule
from rolewright.iam.statements import CompiledStatement

if TYPE_CHECKING:
    from collections.abc import Iterable

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
class Side:
    """One side of a comparison; `boundary` is None where there is none.

    Requests are by `caller`, on resources of `resource_account`.
    """

    identity: tuple[Rule, ...]
    boundary: tuple[Rule, ...] | None
    denies: tuple[Rule, ...]
    policies: Policies
    caller: str | None = SELF
    resource_account: str | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All of its rules."""
        return (*self.identity, *(self.boundary or ()), *self.denies)

    @property
    def meaning(self) -> object:
        """What two sides have in common where they have the same rules."""
        boundary = None if self.boundary is None else frozenset(r.meaning for r in self.boundary)
        return (
            frozenset(rule.meaning for rule in self.identity),
            boundary,
            frozenset(rule.meaning for rule in self.denies),
        )


def own_side(
    identity: Iterable[PolicyDocument], boundary: Iterable[PolicyDocument] | None = None
) -> Side:
    """Return what identity policies allow their owner within a boundary, None where is none."""
    identity = tuple(identity)
    boundary = None if boundary is None else tuple(boundary)
    return _side(
        [make_rule(s, document.version) for document in identity for s in document.statements],
        None
        if boundary is None
        else [make_rule(s, document.version) for document in boundary for s in document.statements],
        policies=Policies(identity=identity, boundary=boundary),
    )


Prepared = list[tuple[Rule, CompiledStatement]]


def prepared(document: PolicyDocument) -> Prepared:
    """Return the statements of a document that names principals, ready for many callers."""
    return [
        (make_rule(statement, document.version), CompiledStatement(statement, document.version))
        for statement in document.statements
    ]


def resource_side(
    statements: Prepared, policies: Policies, caller: str | None, resource_account: str
) -> Side:
    """Return what a document that names principals allows a caller of another account.

    The policies are `resource_policies(document)`, the same for all callers.
    """
    who = parse_caller(caller)
    own = [rule for rule, compiled in statements if compiled.names_caller(who, bounded=False)]
    return _side(own, None, policies=policies, caller=caller, resource_account=resource_account)


def resource_policies(document: PolicyDocument) -> Policies:
    """Return policies by which the document alone decides: the caller may do everything by itself."""
    return Policies(identity=(EVERYTHING,), resource=document)


def _side(
    own: list[Rule],
    within: list[Rule] | None,
    *,
    policies: Policies,
    caller: str | None = SELF,
    resource_account: str | None = None,
) -> Side:
    return Side(
        identity=_once(rule for rule in own if rule.allows),
        boundary=None if within is None else _once(rule for rule in within if rule.allows),
        denies=_once(rule for rule in (*own, *(within or ())) if not rule.allows),
        policies=policies,
        caller=caller,
        resource_account=resource_account,
    )


def _once(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules, one of each meaning."""
    return tuple({rule.meaning: rule for rule in rules}.values())
