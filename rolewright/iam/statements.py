"""One statement, compiled: whether it applies to a request, element by element."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.iam.conditions import condition_test
from rolewright.iam.documents import Effect, Statement
from rolewright.iam.patterns import matcher, resource_pattern
from rolewright.iam.principals import Caller, CallerKind, Grant, granted, spared
from rolewright.iam.variables import Unresolved, marked, may_resolve, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rolewright.iam.evaluation import Request

_IDENTITIES = (CallerKind.USER, CallerKind.ROLE, CallerKind.SESSION)


class CompiledStatement:
    """A statement with its patterns and conditions worked out."""

    __slots__ = ("_actions", "_conditions", "_resource", "denies", "statement", "version")

    def __init__(self, statement: Statement, version: str) -> None:
        self.statement = statement
        self.version = version
        self.denies = statement.effect is Effect.DENY
        named = statement.actions if statement.actions is not None else statement.not_actions
        self._actions = _any_of(tuple(pattern.lower() for pattern in named or ()))
        self._resource = _resource_test(statement, version)
        self._conditions = tuple(
            condition_test(condition, version) for condition in statement.conditions
        )

    @staticmethod
    @lru_cache(maxsize=8192)
    def of(statement: Statement, version: str) -> CompiledStatement:
        """Return a statement compiled, once for all that are equal."""
        return CompiledStatement(statement, version)

    def names_action(self, action: str) -> bool:
        """Whether the statement is about an action, given in lower case."""
        return self._actions(action) is (self.statement.actions is not None)

    def names_resource(self, resource: str, context: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether the statement is about a resource. Raises Unresolved."""
        return self._resource(resource, context)

    def grant(self, caller: Caller) -> Grant:
        """Return how closely an Allow names a caller; one with NotPrincipal all it doesn't list."""
        if self.statement.principals is not None:
            return granted(self.statement.principals, caller)
        if self.statement.not_principals is not None:
            listed = granted(self.statement.not_principals, caller)
            return Grant.DIRECT if listed is Grant.NONE else Grant.NONE
        return Grant.DIRECT

    def names_caller(self, caller: Caller, *, bounded: bool) -> bool:
        """Whether the statement is about a caller, who may have a permissions boundary.

        A Deny with NotPrincipal always holds for a role or user that has one, whatever it lists.
        """
        if self.denies and self.statement.not_principals is not None:
            if bounded and caller.kind in _IDENTITIES:
                return True
            return not spared(self.statement.not_principals, caller)
        return self.grant(caller) is not Grant.NONE

    def applies(self, request: Request, caller: Caller, *, bounded: bool = False) -> bool:
        """Whether the statement, which names the action, applies to a request.

        One with a variable that nothing stands for does not.
        """
        context = request.lowered
        try:
            if not self._resource(request.resource, context):
                return False
            for test in self._conditions:
                if not test(context):
                    return False
        except Unresolved:
            return False
        statement = self.statement
        if statement.principals is None and statement.not_principals is None:
            return True
        return self.names_caller(caller, bounded=bounded)


def _any_of(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Return whether a text is one of some pattern, the plain ones looked up at once."""
    exact = frozenset(p for p in patterns if "*" not in p and "?" not in p)
    tests = tuple(matcher(p) for p in patterns if p not in exact)
    if not tests:
        return exact.__contains__
    if not exact and len(tests) == 1:
        return tests[0]

    def found(text: str) -> bool:
        return text in exact or any(test(text) for test in tests)

    return found


def _resource_test(
    statement: Statement, version: str
) -> Callable[[str, Mapping[str, tuple[str, ...]]], bool]:
    named = statement.resources if statement.resources is not None else statement.not_resources
    if named is None:
        # A role's trust policy, an ECR repository's policy: it stands at its only resource.
        return lambda resource, context: True  # noqa: ARG005  # the shape of the others
    wanted = statement.resources is not None
    if any(may_resolve(resource, version, None) for resource in named):

        def stands_for_some(resource: str, context: Mapping[str, tuple[str, ...]]) -> bool:
            # All of them first: one that can't be resolved stops the statement, wherever it stands.
            resolved = [resolve(text, context, version, None) for text in named]
            return any(_stands_for(text, resource) for text in resolved) is wanted

        return stands_for_some
    patterns = (resource_pattern(resource) for resource in named)
    test = _any_of(tuple(pattern for pattern in patterns if pattern is not None))
    return lambda resource, context: test(resource) is wanted  # noqa: ARG005  # as above


def _stands_for(resolved: str, resource: str) -> bool:
    pattern = resource_pattern(resolved)
    return pattern is not None and matcher(pattern)(marked(pattern, resource))
