"""What a part of a stack config allows, by planning and evaluating it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rolewright.grants import RolePlan, parse_role_args, plan_role
from rolewright.iam import Policies, Request, evaluate, parse_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.grants import Target


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A role with these arguments, in JSON, as it would be. Raises ConfigError when it is planned.

    Resources are taken to leave it to the role's own policies: the owner of a key or a bucket has
    to do their part, which the checklist of the role says.
    """

    args: Mapping[str, Any]
    role: str
    target: Target

    def __post_init__(self) -> None:
        _ = self.plan

    @cached_property
    def plan(self) -> RolePlan:
        """What it comes to."""
        return plan_role(self.role, parse_role_args(self.role, self.args), self.target)

    @cached_property
    def actions(self) -> int:
        """How many actions it names."""
        return len(
            {
                action
                for policy in (*self.plan.policies, *self.plan.managed)
                for statement in policy.document.statements
                for action in statement.actions or ()
            }
        )

    @cached_property
    def _policies(self) -> Policies:
        delegating = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{self.target.partition}:iam::{self.target.account}:root"},
            "Action": "*",
            "Resource": "*",
        }
        return Policies(
            identity=tuple(policy.document for policy in (*self.plan.policies, *self.plan.managed)),
            resource=parse_document({"Version": "2012-10-17", "Statement": [delegating]}),
        )

    def allows(self, request: Request) -> bool:
        """Whether it allows a request."""
        return evaluate(replace(request, principal=self.plan.arn), self._policies).allowed
