"""The roles on the two sides of a comparison, and which of the one belongs to which of the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from rolewright.roles import PolicyKind, Uncheckable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.roles import AttachedPolicy, Role

Pair = tuple["Role | None", "Role | None"]


class SourceKind(Enum):
    """What roles were read from."""

    DOCUMENT = "policy document"
    ROLE = "role"
    ACCOUNT = "account"
    DEPLOYED = "deployed stack"
    CONFIG = "stack config"


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """The roles of one side; `environment` is a stack config's."""

    source: str
    kind: SourceKind
    roles: tuple[Role, ...]
    environment: str | None = None

    def is_part(self, role: Role) -> bool:
        """Whether a stack only adds to a role, so that what else it has isn't seen."""
        return self.kind in _STACKS and not role.created


_STACKS = (SourceKind.CONFIG, SourceKind.DEPLOYED)


def by_config_key(old: Side, new: Side) -> bool:
    """Whether roles are paired by their key first: the names of two environments may differ."""
    return old.kind is new.kind is SourceKind.CONFIG


def paired(old: Side, new: Side) -> tuple[Pair, ...]:
    """Return each role with the one that it is on the other side, None where it is on one only.

    They are paired by their name in IAM, which ignores case, and then by the key in the stack
    config; of two stack configs by the key first. A lone policy document belongs to the one role
    there is. The order is that of the new side, then what only the old side has.
    """
    documents = SourceKind.DOCUMENT in (old.kind, new.kind)
    if documents and len(old.roles) == len(new.roles) == 1:
        return ((old.roles[0], new.roles[0]),)
    rules = (_config_key, _iam_name) if by_config_key(old, new) else (_iam_name, _config_key)
    found: dict[int, Role] = {}
    left = dict(enumerate(old.roles))
    for rule in rules:
        places = {key: place for place, role in left.items() if (key := rule(role)) is not None}
        for place, role in enumerate(new.roles):
            key = rule(role)
            if place not in found and key in places:
                found[place] = left.pop(places.pop(key))
    return (
        *((found.get(place), role) for place, role in enumerate(new.roles)),
        *((role, None) for role in left.values()),
    )


def _config_key(role: Role) -> str | None:
    return role.config_key


def _iam_name(role: Role) -> str | None:
    return role.name.lower()


def completed(old: Role, old_side: Side, new: Role, new_side: Side) -> tuple[Role, Role]:
    """Return two roles with what one side alone shows of both.

    A policy that one side names by its ARN is the other's with that ARN. Of a role that a stack only
    adds to, and of a lone document, the rest is taken to be as on the other side.
    """
    old, new = _filled(old, new), _filled(new, old)
    if old_side.is_part(old) and not new_side.is_part(new):
        old = _rest_of(old, new)
    elif new_side.is_part(new) and not old_side.is_part(old):
        new = _rest_of(new, old)
    if old_side.kind is SourceKind.DOCUMENT:
        old = replace(old, boundary=new.boundary)
    elif new_side.kind is SourceKind.DOCUMENT:
        new = replace(new, boundary=old.boundary)
    return old, new


def _filled(role: Role, other: Role) -> Role:
    held = (*other.policies, *filter(None, (other.boundary,)))
    known = {one.arn: one for one in held if one.arn and not isinstance(one.document, Uncheckable)}
    return replace(
        role,
        policies=tuple(_known(policy, known) for policy in role.policies),
        boundary=role.boundary and _known(role.boundary, known),
    )


def _known(policy: AttachedPolicy, known: dict[str, AttachedPolicy]) -> AttachedPolicy:
    found = known.get(policy.arn or "")
    if found is None or not isinstance(policy.document, Uncheckable):
        return policy
    return replace(policy, document=found.document, text=found.text)


def _rest_of(part: Role, whole: Role) -> Role:
    mine = {_identity(policy) for policy in part.policies}
    rest = tuple(policy for policy in whole.policies if _identity(policy) not in mine)
    return replace(part, policies=(*part.policies, *rest), boundary=whole.boundary)


def _identity(policy: AttachedPolicy) -> tuple[PolicyKind, str]:
    return (policy.kind, policy.arn or policy.name)


def uncheckable(policies: Iterable[AttachedPolicy]) -> Iterator[tuple[str, AttachedPolicy]]:
    """Yield the policies that can't be judged, each with what tells it from others."""
    for policy in policies:
        if isinstance(policy.document, Uncheckable):
            yield f"{policy.kind.value} {policy.arn or policy.name} {policy.text or ''}", policy
