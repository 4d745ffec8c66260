"""What a trust policy takes back of what it allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam import Effect
from rolewright.reference import action_set
from rolewright.roles import statement_actions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Principal, Statement
    from rolewright.roles import AttachedPolicy


def refusals(trust: AttachedPolicy, principal: Principal) -> Iterator[Statement]:
    """Yield the statements of a trust policy that deny a principal to assume the role."""
    for statement in trust.statements:
        if (
            statement.effect is Effect.DENY
            and statement_actions(statement) & action_set("sts:AssumeRole")
            and any(_is_for(denied, principal) for denied in statement.principals or ())
        ):
            yield statement


def _is_for(denied: Principal, principal: Principal) -> bool:
    everyone = denied.value == "*" and denied.kind in ("*", "AWS")
    return everyone or denied == principal
