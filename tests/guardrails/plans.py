"""Roles as the stack config plans them, for guardrails to judge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rolewright.reference import managed_policy
from rolewright.roles import AttachedPolicy, PolicyKind, Role, Uncheckable, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants import RolePlan

ANY_BOUNDARY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)
"""Holds nothing back, so that a role is judged by its own policies."""


def planned_role(plan: RolePlan, account: str = "123456789012") -> Role:
    """Return a planned role; a boundary of the account, whose text a plan doesn't have, bounds nothing."""
    trust, boundary = plan.trust_text, plan.permissions_boundary
    return Role(
        name=plan.name,
        urn=f"urn:{plan.key}",
        path=plan.path,
        account=account,
        created=not plan.existing,
        trust=None if trust is None else _policy("trust", PolicyKind.TRUST, trust),
        policies=tuple(_policies(plan)),
        boundary=None
        if boundary is None
        else _policy("boundary", PolicyKind.BOUNDARY, ANY_BOUNDARY, boundary),
        config_key=plan.config_key,
        tags=plan.tags,
        max_session_duration=plan.max_session_duration,
        exclusive=None if plan.existing else (plan.exclusive, plan.exclusive),
    )


def _policies(plan: RolePlan) -> Iterator[AttachedPolicy]:
    for inline in plan.policies:
        yield _policy(inline.name, PolicyKind.INLINE, inline.text)
    for managed in plan.managed:
        yield _policy(managed.name, PolicyKind.CUSTOMER_MANAGED, managed.text, managed.arn)
    for attached in plan.attachments:
        found = managed_policy(attached.arn)
        unseen = Uncheckable(reason="it is not among the policies of this stack")
        yield AttachedPolicy(
            name=attached.name,
            kind=PolicyKind.AWS_MANAGED if found else PolicyKind.CUSTOMER_MANAGED,
            document=read_document(found.text) if found else unseen,
            urn=f"urn:{attached.name}",
            arn=attached.arn,
        )


def _policy(name: str, kind: PolicyKind, text: str, arn: str | None = None) -> AttachedPolicy:
    return AttachedPolicy(
        name=name, kind=kind, document=read_document(text), urn=f"urn:{name}", arn=arn, text=text
    )
