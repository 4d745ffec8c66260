"""Roles as a stack config asks for them, before there is any engine, or any account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants import RolePlan, join_paths
from rolewright.reference import managed_policy
from rolewright.roles.documents import AttachedPolicy, PolicyKind, Uncheckable, read_document
from rolewright.roles.role import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_AWS = ":iam::aws:policy/"


def roles_of_plans(plans: Iterable[RolePlan]) -> tuple[Role, ...]:
    """Return the roles of plans, each with the others beside it.

    A managed policy or boundary that the stack config names by ARN and is not one of AWS's can't be
    checked; what an existing role has besides is not known.
    """
    found: list[Role] = []
    for plan in plans:
        trust_key = join_paths(plan.config_key, "trust")
        found.append(
            Role(
                name=plan.name,
                urn=plan.arn,
                path=plan.path,
                account=plan.arn.split(":")[4],
                created=not plan.existing,
                trust=_own("trust", PolicyKind.TRUST, plan.trust_text, plan, trust_key)
                if plan.trust_text
                else None,
                policies=tuple(_policies(plan)),
                boundary=_named(
                    plan.permissions_boundary,
                    PolicyKind.BOUNDARY,
                    plan,
                    join_paths(plan.config_key, "permissionsBoundary"),
                )
                if plan.permissions_boundary
                else None,
                config_key=plan.config_key,
                tags=plan.tags,
                max_session_duration=plan.max_session_duration,
                exclusive=None if plan.existing else (plan.exclusive, plan.exclusive),
                siblings=found,
            )
        )
    return tuple(found)


def _policies(plan: RolePlan) -> Iterator[AttachedPolicy]:
    for inline in plan.policies:
        yield _own(inline.name, PolicyKind.INLINE, inline.text, plan, inline.config_key)
    for managed in plan.managed:
        yield _own(
            managed.name, PolicyKind.CUSTOMER_MANAGED, managed.text, plan, managed.config_key
        )
    for attached in plan.attachments:
        aws = _AWS in attached.arn
        kind = PolicyKind.AWS_MANAGED if aws else PolicyKind.CUSTOMER_MANAGED
        yield _named(attached.arn, kind, plan, attached.config_key)


def _own(name: str, kind: PolicyKind, text: str, plan: RolePlan, key: str) -> AttachedPolicy:
    return AttachedPolicy(
        name=name,
        kind=kind,
        document=read_document(text),
        urn=plan.arn,
        config_key=key,
        text=text,
    )


def _named(arn: str, kind: PolicyKind, plan: RolePlan, key: str) -> AttachedPolicy:
    known = managed_policy(arn) if _AWS in arn else None
    return AttachedPolicy(
        name=arn.rpartition("/")[2],
        kind=kind,
        document=read_document(known.text)
        if known
        else Uncheckable(reason="its document is not in the stack config, nor known here"),
        urn=plan.arn,
        arn=arn,
        config_key=key,
        text=known.text if known else None,
    )
