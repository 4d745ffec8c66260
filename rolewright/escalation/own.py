"""Whose a resource of a path is, where it is no role to become: the role's own, one thing, anything."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from rolewright.escalation.catalogue import Path, Target
from rolewright.escalation.studio import Owned, owned
from rolewright.iam import overlaps
from rolewright.lint.arns import PARTS, split_arn
from rolewright.roles import covers_all, is_exact, overlap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rolewright.escalation.uses import Option, Use
    from rolewright.iam import Statement
    from rolewright.roles import Role

    Reader = Callable[[Role, tuple[Role, ...], Path, Option], "Ownership | None"]


class Ownership(Enum):
    """What acting on a resource gives a role."""

    OWN = "nothing"
    NAMED = "what one thing outside the stack can do"
    MORE = "more for sure"


def account_of(resource: str) -> str:
    """Return the account in an ARN, `aws` for what is AWS's own; empty where there is none."""
    parts = split_arn(resource)
    return parts[4] if len(parts) == PARTS else ""


def takes_in(use: Use, role: Role) -> bool:
    """Whether a role is among what a use is for; of an account that isn't known, whatever is named."""
    return overlap(role.arn_within(use.resource), use.resource) and not any(
        covers_all(left_out, role.arn_within(left_out)) for left_out in use.grant.but
    )


def policy_ownership(role: Role, resource: str) -> Ownership:
    """Return what rewriting managed policies gives a role that may have them."""
    held = (*role.policies, *((role.boundary,) if role.boundary else ()))
    if not is_exact(resource) or any(policy.arn == resource for policy in held):
        return Ownership.MORE
    return Ownership.NAMED


def _itself(role: Role, others: tuple[Role, ...], path: Path, option: Option) -> Ownership | None:
    del path
    resource = option.resource
    if not all(takes_in(use, role) for use in option.uses):
        return None
    if not is_exact(resource) or role.has_arn(resource):
        return Ownership.MORE
    # The role's own name isn't known here, so that it may be this one, but none of the others.
    return None if any(other.has_arn(resource) for other in others) else Ownership.NAMED


def _own_policy(
    role: Role, others: tuple[Role, ...], path: Path, option: Option
) -> Ownership | None:
    del others, path
    aws_owned = account_of(option.resource) == "aws"
    return None if aws_owned else policy_ownership(role, option.resource)


def _own_boundary(
    role: Role, others: tuple[Role, ...], path: Path, option: Option
) -> Ownership | None:
    found = _itself(role, others, path, option)
    unbounded = role.created and role.boundary is None
    return Ownership.OWN if found and unbounded else found


def _own_tags(role: Role, others: tuple[Role, ...], path: Path, option: Option) -> Ownership | None:
    found = _itself(role, others, path, option)
    return Ownership.NAMED if found and not _goes_by_tags(role, others) else found


def _goes_by_tags(role: Role, others: tuple[Role, ...]) -> bool:
    """Whether a policy of the role, or another's trust, asks for tags of the caller."""
    policies = [*role.policies, *(other.trust for other in others if other.trust)]
    if role.boundary:
        policies.append(role.boundary)
    return any(
        "aws:principaltag/" in text.lower()
        for policy in policies
        for statement in policy.statements
        for text in _texts(statement)
    )


def _texts(statement: Statement) -> Iterator[str]:
    """Yield what of a statement may name a tag: keys of conditions, and policy variables."""
    yield from statement.resources or statement.not_resources or ()
    for condition in statement.conditions:
        yield condition.key
        yield from condition.values


def _studio(role: Role, others: tuple[Role, ...], path: Path, option: Option) -> Ownership | None:
    del role, others, path
    whose = owned(option.uses[0].grant, option.resource)
    if whose is Owned.OWN:
        return Ownership.OWN
    named = whose is Owned.NAMED or is_exact(option.resource)
    return Ownership.NAMED if named else Ownership.MORE


def _resource(role: Role, others: tuple[Role, ...], path: Path, option: Option) -> Ownership | None:
    del role, others
    resource = option.resource
    if path.on and not _is_of(resource, path.on):
        return None
    if account_of(resource) == "aws":
        # AWS's own, such as its built-in code interpreter, which has no role.
        return Ownership.OWN
    return Ownership.NAMED if is_exact(resource) else Ownership.MORE


def runs_as(path: Path, resource: str) -> bool:
    """Whether what a path acts on may run as a role that is passed: none of AWS's own does."""
    return account_of(resource) != "aws" and (not path.on or _is_of(resource, path.on))


def _is_of(resource: str, types: tuple[str, ...]) -> bool:
    """Whether a resource may be of some type, such as `ec2:instance`."""
    parts = split_arn(resource)
    if len(parts) < PARTS:
        return True
    return any(
        parts[2] == one.partition(":")[0] and overlaps(parts[-1], f"{one.partition(':')[2]}/*")
        for one in types
    )


READERS: dict[Target, Reader] = {
    Target.ITSELF: _itself,
    Target.OWN_POLICY: _own_policy,
    Target.OWN_BOUNDARY: _own_boundary,
    Target.OWN_TAGS: _own_tags,
    Target.STUDIO: _studio,
    Target.RESOURCE: _resource,
}
"""What tells of each kind of target whose it is, None where it is no target at all."""
