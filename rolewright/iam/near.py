"""How near a statement comes to a request, element by element; worked out only when asked.

The matcher is the evaluator's own: nothing here decides anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolewright.iam.conditions import holds
from rolewright.iam.evaluation import Match
from rolewright.iam.principals import parse_caller
from rolewright.iam.statements import CompiledStatement
from rolewright.iam.variables import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam.documents import Condition, Effect, Statement
    from rolewright.iam.evaluation import Policies, Request


@dataclass(frozen=True, kw_only=True, slots=True)
class ElementResult:
    """One element of a statement against a request.

    `element` is `Action`, `NotAction`, `Resource`, `NotResource`, `Principal`, `NotPrincipal` or
    `Condition`; `condition` is set for the last. `matched` says whether the request meets it;
    `unresolved` names the policy variable that has nothing to stand for, in which case it doesn't.
    """

    element: str
    values: tuple[str, ...]
    matched: bool
    condition: Condition | None = None
    unresolved: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NearMiss:
    """A statement and how each of its elements comes out; it applies where all match."""

    match: Match
    elements: tuple[ElementResult, ...]

    @property
    def misses(self) -> tuple[ElementResult, ...]:
        """The elements that the request does not meet."""
        return tuple(found for found in self.elements if not found.matched)


def near_misses(request: Request, policies: Policies, effect: Effect) -> tuple[NearMiss, ...]:
    """Return all statements of an effect that don't apply, the nearest first.

    Nearest is what misses fewest elements, and of these what names the action.
    """
    found = [
        near
        for type_, document in policies.documents()
        for statement in document.statements
        if statement.effect is effect
        and (
            near := compare(
                request, Match(type=type_, document=document, statement=statement), policies
            )
        ).misses
    ]
    return tuple(sorted(found, key=lambda near: (len(near.misses), not near.elements[0].matched)))


def compare(request: Request, match: Match, policies: Policies) -> NearMiss:
    """Return how each element of a statement comes out for a request."""
    statement, version = match.statement, match.document.version
    compiled = CompiledStatement.of(statement, version)
    return NearMiss(
        match=match,
        elements=(
            _action(request, statement, compiled),
            *_resource(request, statement, compiled),
            *_principal(request, statement, compiled, bounded=policies.boundary is not None),
            *(_condition(request, condition, version) for condition in statement.conditions),
        ),
    )


def _action(request: Request, statement: Statement, compiled: CompiledStatement) -> ElementResult:
    plain = statement.actions is not None
    return ElementResult(
        element="Action" if plain else "NotAction",
        values=(statement.actions if plain else statement.not_actions) or (),
        matched=compiled.names_action(request.action.lower()),
    )


def _resource(
    request: Request, statement: Statement, compiled: CompiledStatement
) -> Iterator[ElementResult]:
    plain = statement.resources is not None
    values = statement.resources if plain else statement.not_resources
    if values is None:
        return
    unresolved = None
    try:
        matched = compiled.names_resource(request.resource, request.lowered)
    except Unresolved as missing:
        matched, unresolved = False, str(missing)
    yield ElementResult(
        element="Resource" if plain else "NotResource",
        values=values,
        matched=matched,
        unresolved=unresolved,
    )


def _principal(
    request: Request, statement: Statement, compiled: CompiledStatement, *, bounded: bool
) -> Iterator[ElementResult]:
    plain = statement.principals is not None
    principals = statement.principals if plain else statement.not_principals
    if principals is None:
        return
    yield ElementResult(
        element="Principal" if plain else "NotPrincipal",
        values=tuple(principal.value for principal in principals),
        matched=compiled.names_caller(parse_caller(request.principal), bounded=bounded),
    )


def _condition(request: Request, condition: Condition, version: str) -> ElementResult:
    unresolved = None
    try:
        matched = holds(condition, request.lowered, version)
    except Unresolved as missing:
        matched, unresolved = False, str(missing)
    return ElementResult(
        element="Condition",
        values=condition.values,
        matched=matched,
        condition=condition,
        unresolved=unresolved,
    )
