"""What a trust policy takes back of what it allows, and what a change of it adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam import Effect
from rolewright.iam.operators import spelled
from rolewright.lint.cover import normal
from rolewright.reference import action_set
from rolewright.roles import statement_actions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Condition, PolicyDocument, Principal, Statement
    from rolewright.roles import AttachedPolicy


def refusals(
    trust: AttachedPolicy, principal: Principal, allowed: Statement
) -> Iterator[Statement]:
    """Yield the statements of a trust policy that deny a principal to assume the role.

    That is, in each way in which the principal is allowed to.
    """
    assuming = statement_actions(allowed) & action_set("sts:AssumeRole*")
    for statement in trust.statements:
        if (
            assuming
            and statement.effect is Effect.DENY
            and not assuming & ~statement_actions(statement)
            and any(_is_for(denied, principal) for denied in statement.principals or ())
        ):
            yield statement


def _is_for(denied: Principal, principal: Principal) -> bool:
    return denied.is_everyone or denied == principal


def added_trust(
    old: PolicyDocument, new: PolicyDocument
) -> Iterator[tuple[Statement | None, Principal | None]]:
    """Yield who may assume a role by the new document and surely could not by the old one.

    Each comes with the statement that lets it; neither is told where a Deny of the old document is
    gone, and not who where a statement is for all but a few. It errs to the side of more access.
    """
    before = [one for one in old.statements if one.effect is Effect.ALLOW]
    for statement in new.statements:
        if statement.effect is Effect.ALLOW:
            for principal in statement.principals or (None,):
                if not any(_lets_as_much(one, statement, principal) for one in before):
                    yield statement, principal
    denied = [_normal(one) for one in new.statements if one.effect is Effect.DENY]
    if any(one.effect is Effect.DENY and _normal(one) not in denied for one in old.statements):
        yield None, None


def _lets_as_much(old: Statement, new: Statement, principal: Principal | None) -> bool:
    if principal is None:
        if old.not_principals != new.not_principals:
            return False
    elif not any(_is_for(one, principal) for one in old.principals or ()):
        return False
    more = statement_actions(new) & ~statement_actions(old)
    return not more and all(
        any(_asks_as_much(asked, one) for asked in new.conditions) for one in old.conditions
    )


def _asks_as_much(new: Condition, old: Condition) -> bool:
    """Whether a condition holds only where the old one does, as far as its values tell."""
    if (new.operator.lower(), new.key.lower()) != (old.operator.lower(), old.key.lower()):
        return False
    operator = spelled(new.operator)
    fewer, more = set(new.values), set(old.values)
    if operator is not None and operator.base.negated:
        fewer, more = more, fewer
    return fewer <= more


def _normal(statement: Statement) -> tuple[object, ...]:
    """Return a statement in the form in which two of them are compared."""
    return (
        None if statement.principals is None else frozenset(statement.principals),
        statement.not_principals,
        statement_actions(statement),
        frozenset(map(normal, statement.conditions)),
    )
