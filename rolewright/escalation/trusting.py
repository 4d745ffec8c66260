"""Whether a role's trust policy lets a service, or another role, become it.

What can't be seen, or can't be told, counts as letting it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.iam import Condition, Effect, can_all_be, matches
from rolewright.reference import action_set
from rolewright.roles import Uncheckable, overlap, statement_actions

if TYPE_CHECKING:
    from collections.abc import Callable

    from rolewright.iam import Clause, Principal, Statement
    from rolewright.roles import AttachedPolicy, Role

    Names = Callable[[Principal], bool]

_ACCOUNT = re.compile(r"(?:arn:[^:]*:iam::)?(\d{12})(?::root)?")
_SESSION = re.compile(r"arn:([^:]*):sts::(\d{12}):assumed-role/([^/]+)/.*", re.DOTALL)


def trusts_service(trust: AttachedPolicy | None, service: str) -> bool:
    """Whether a service may assume a role; a pattern is met by any service that it matches."""

    def names(principal: Principal) -> bool:
        return principal.is_everyone or (
            principal.kind == "Service" and matches(service, principal.value)
        )

    def is_it(principal: Principal) -> bool:
        return principal.is_everyone or (principal.kind == "Service" and principal.value == service)

    return _lets(trust, names, is_it, ())


def trusts_role(target: Role, role: Role, others: tuple[Role, ...]) -> bool:
    """Whether a role may assume a target; `others` are roles that it surely is not."""

    def names(principal: Principal) -> bool:
        return principal.kind == "*" or (
            principal.kind == "AWS" and _may_be(principal.value, role, others)
        )

    def is_it(principal: Principal) -> bool:
        return principal.kind == "*" or (
            principal.kind == "AWS" and (principal.value == "*" or role.has_arn(principal.value))
        )

    own_arn = Condition(operator="ArnLike", key="aws:PrincipalArn", values=(role.arn_pattern,))
    return _lets(target.trust, names, is_it, (((own_arn, True),),))


def _lets(
    trust: AttachedPolicy | None, names: Names, is_it: Names, clauses: tuple[Clause, ...]
) -> bool:
    """Whether an Allow may be for whom `names` may mean, and no Deny surely is, by `is_it`."""
    if trust is None or isinstance(trust.document, Uncheckable):
        return True
    denied: tuple[Clause, ...] = tuple(
        tuple((condition, False) for condition in statement.conditions)
        for statement in _for_assuming(trust, Effect.DENY)
        if any(map(is_it, statement.principals or ()))
    )
    return any(
        _is_for(statement, names)
        and can_all_be((*clauses, *(((c, True),) for c in statement.conditions), *denied))
        for statement in _for_assuming(trust, Effect.ALLOW)
    )


def _for_assuming(trust: AttachedPolicy, effect: Effect) -> tuple[Statement, ...]:
    assuming = action_set("sts:AssumeRole")
    return tuple(
        statement
        for statement in trust.statements
        if statement.effect is effect and statement_actions(statement) & assuming
    )


def _is_for(statement: Statement, names: Names) -> bool:
    # NotPrincipal in an Allow is for all but a few, and who those are isn't sure.
    return statement.principals is None or any(map(names, statement.principals))


def _may_be(principal: str, role: Role, others: tuple[Role, ...]) -> bool:
    """Whether an AWS principal is the role, its account, or everybody."""
    if principal == "*":
        return True
    if account := _ACCOUNT.fullmatch(principal):
        return role.account in (None, account[1])
    if session := _SESSION.fullmatch(principal):
        # A session's ARN leaves out the role's path.
        partition, account_id, name = session.groups()
        return role.account in (None, account_id) and overlap(
            f"arn:{partition}:iam::{account_id}:role/{role.name}",
            f"arn:{partition}:iam::{account_id}:role/{name}",
        )
    if not principal.startswith("arn:"):
        return True  # a unique id, which may be this role's
    return overlap(role.arn_pattern, principal) and not any(o.has_arn(principal) for o in others)
