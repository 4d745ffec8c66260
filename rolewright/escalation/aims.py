"""What a path leads to from a role: a role of the stack, one outside, anything that a pattern takes in."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from rolewright.escalation.catalogue import PASS_ROLE, Path, Target
from rolewright.escalation.own import (
    READERS,
    Ownership,
    account_of,
    policy_ownership,
    runs_as,
    takes_in,
)
from rolewright.escalation.trusting import trusts_role, trusts_service
from rolewright.escalation.uses import Allowed
from rolewright.iam import Condition
from rolewright.iam.records import record
from rolewright.roles import is_exact, overlap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rolewright.escalation.uses import Option, Use
    from rolewright.roles import Role


class Kind(Enum):
    """What is at the end of a path, and so how it is told what the path gains."""

    OWN = "own"
    """The role itself, or what is its own already: nothing is gained."""
    SIBLING = "a role of the stack"
    """What that role can do is gained."""
    OUTSIDE = "outside the stack"
    """One thing by its exact ARN: what it can do isn't known."""
    MORE = "more"
    """More for sure: whatever a pattern takes in, or permissions that the role gives itself."""


@record(eq=False)
class Aim:
    """One end of a path, and the uses of all the path's permissions that lead there.

    `role` is set where it is a role of the stack. `lets` tells of a path to roles which others it
    may lead to as well. `service` is the service that takes a passed role, `changed` the use by which
    that role can first be given more.
    """

    kind: Kind
    resource: str
    uses: tuple[Use, ...]
    role: Role | None = None
    lets: Callable[[Role], bool] | None = None
    service: str | None = None
    changed: Use | None = None


class Aims:
    """The aims of one role's paths; `others` are the other roles of its stack."""

    def __init__(self, role: Role, others: tuple[Role, ...]) -> None:
        self._role = role
        self._others = others
        self._allowed = Allowed(role.effective)
        self._passable: dict[str, tuple[Aim, ...]] = {}

    def of(self, path: Path) -> tuple[Aim, ...]:
        """Return where a path leads; nothing where the role does not complete it."""
        groups = [self._allowed.together(group, user=path.user) for group in path.permissions]
        if path.passes:
            groups = [
                tuple([one for one in group if runs_as(path, one.resource)]) for group in groups
            ]
        if not all(groups):
            return ()
        if path.passes:
            rest = tuple(use for options in groups for use in options[0].uses)
            found = [aim for service in path.passes for aim in self._passed(service)]
        elif path.target is Target.POLICY_OF_ROLE:
            rest = ()
            found = list(self._by_policies(path, groups[0], groups[1]))
        else:
            rest = tuple(use for options in groups[1:] for use in options[0].uses)
            found = [aim for option in groups[0] for aim in self._aims(path, option)]
        if not rest:
            return tuple(found)
        return tuple(replace(aim, uses=(*aim.uses, *rest)) for aim in found)

    def _aims(self, path: Path, option: Option) -> Iterator[Aim]:
        if path.target is Target.ROLE:
            yield from self._roles(path, option)
        elif path.target is Target.CHANGED_ROLE:
            for aim in self._roles(path, option):
                # What the role could do before doesn't matter.
                yield aim if aim.role is None else replace(aim, kind=Kind.MORE)
        else:
            whose = READERS[path.target](self._role, self._others, path, option)
            if whose is not None:
                yield Aim(kind=_KINDS[whose], resource=option.resource, uses=option.uses)

    def _passed(self, service: str) -> tuple[Aim, ...]:
        """Return the roles that may be passed to a service which they trust."""
        if service not in self._passable:
            self._passable[service] = tuple(
                aim
                for use in self._allowed.uses(PASS_ROLE)
                for name in _names_of(service, use)
                for aim in self._passed_by(use, name)
            )
        return self._passable[service]

    def _passed_by(self, use: Use, service: str) -> Iterator[Aim]:
        def lets(role: Role) -> bool:
            return trusts_service(role.trust, service)

        passed = Condition(operator="StringEquals", key="iam:PassedToService", values=(service,))
        if use.grant.may_hold(passed):
            for aim in self._role_aims(use.resource, (use,), lets):
                yield self._changed(replace(aim, service=service))

    def _changed(self, aim: Aim) -> Aim:
        """Return a passed role's aim as what it is where the role can be given more before."""
        if aim.kind not in (Kind.SIBLING, Kind.OUTSIDE):
            return aim
        uses = [
            use
            for action in ("iam:PutRolePolicy", "iam:AttachRolePolicy")
            for use in self._allowed.uses(action)
            if use.grant.reaches(aim.resource)
        ]
        if aim.role is not None:
            uses += (
                use
                for use in self._allowed.uses("iam:CreatePolicyVersion")
                if _has_policy(aim.role, use.resource)
            )
        if not uses:
            return aim
        # What it could do before doesn't matter, nor which other roles there are.
        return replace(aim, kind=Kind.MORE, lets=None, changed=uses[0])

    def _roles(self, path: Path, option: Option) -> Iterator[Aim]:
        assumed = "sts:AssumeRole" in path.actions

        def lets(role: Role) -> bool:
            return not assumed or trusts_role(role, self._role, self._others)

        yield from self._role_aims(option.resource, option.uses, lets)

    def _role_aims(
        self, resource: str, uses: tuple[Use, ...], lets: Callable[[Role], bool]
    ) -> Iterator[Aim]:
        """Yield what the resource of role actions stands for; nothing for a role that doesn't let."""
        if not is_exact(resource):

            def may_lead_to(other: Role) -> bool:
                return all(takes_in(use, other) for use in uses) and lets(other)

            yield Aim(kind=Kind.MORE, resource=resource, uses=uses, lets=may_lead_to)
            return
        kind, role = Kind.OUTSIDE, None
        if self._role.has_arn(resource):
            kind, role = Kind.OWN, self._role
        for other in self._others:
            if other.has_arn(resource):
                kind, role = Kind.SIBLING, other
        if role is None or lets(role):
            yield Aim(kind=kind, resource=resource, uses=uses, role=role, lets=lets)

    def _by_policies(
        self, path: Path, policies: tuple[Option, ...], roles: tuple[Option, ...]
    ) -> Iterator[Aim]:
        for policy in policies:
            if account_of(policy.resource) == "aws":
                continue
            for option in roles:
                for aim in self._roles(path, option):
                    kind = aim.kind
                    if aim.role is not None:
                        kind = _KINDS[policy_ownership(aim.role, policy.resource)]
                    yield replace(aim, kind=kind, uses=(*policy.uses, *aim.uses))


def _names_of(service: str, use: Use) -> tuple[str, ...]:
    """Return a service's names; in China's partition some have one that ends in `.cn`."""
    values = (
        value
        for clause in use.grant.clauses
        for condition, _ in clause
        if isinstance(condition, Condition)
        for value in condition.values
    )
    china = use.resource.startswith("arn:aws-cn:") or any(v.endswith(".cn") for v in values)
    return (service, f"{service}.cn") if china else (service,)


def _has_policy(role: Role, pattern: str) -> bool:
    """Whether a managed policy that a role has may be one of a pattern."""
    held = (*role.policies, *((role.boundary,) if role.boundary else ()))
    return any(
        policy.arn is not None and account_of(policy.arn) != "aws" and overlap(policy.arn, pattern)
        for policy in held
    )


_KINDS = {
    Ownership.OWN: Kind.OWN,
    Ownership.NAMED: Kind.OUTSIDE,
    Ownership.MORE: Kind.MORE,
}
