"""The resources of a run -> roles with their documents, unknown ones said to be unknown.

A view grows as resources are registered; at any time it gives the roles as seen so far.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from rolewright.roles import UNKNOWN, AttachedPolicy, PolicyKind, Role, Uncheckable
from rolewright.stack.managed_policies import (
    UNKNOWN_POLICY,
    ManagedPolicies,
    ManagedReference,
    managed_references,
)
from rolewright.stack.origin import origin_of
from rolewright.stack.properties import document, entries, known, text
from rolewright.stack.resource_policies import RESOURCE_POLICIES, ResourcePolicies
from rolewright.stack.role_resource import held_in, role_seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rolewright.stack.properties import Resource
    from rolewright.stack.role_resource import Held, RoleSeen

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ROLE_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment"
# It attaches what it lists, besides detaching the rest.
ATTACHMENTS = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
ROLE_POLICIES = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive"


class StackView:
    """The IAM resources seen so far, as roles. Safe to use from several threads.

    Roles go by a key: account and IAM name, or the URN where the name isn't known. A view that
    isn't `whole` grows by resources whose dependencies aren't told, so it leaves out what only
    those can place: a policy or a role whose name is unknown at preview.
    """

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._lock = threading.RLock()
        self._roles: dict[str, RoleSeen] = {}
        self._keys_by_urn: dict[str, str] = {}
        # The key of a role -> its name as it was first written.
        self._spelled: dict[str, str] = {}
        # The key of a role -> what tells its account from others.
        self._scopes: dict[str, str] = {}
        self._grants: dict[str, dict[str, tuple[Held, ...]]] = {}
        self._grant_keys: dict[str, tuple[str, ...]] = {}
        self._managed = ManagedPolicies()
        self._resource_policies = ResourcePolicies()
        # The key of a role -> the types of the resources that hold it to what they list.
        self._held_to: dict[str, set[str]] = {}
        # The roles whose boundary can't be told yet: what they may do, only the whole shows.
        self._waiting: set[str] = set()
        # The roles put together since the last resource was taken in, by key.
        self._built: dict[str, Role] = {}

    def add(self, resource: Resource) -> tuple[str, ...]:
        """Take in a resource and return the keys of the roles that can be judged anew by it."""
        with self._lock:
            self._built.clear()
            keys = _READERS[resource.type](self, resource)
            return tuple(key for key in keys if key not in self._waiting)

    def role_keys(self) -> tuple[str, ...]:
        """Return the keys of all roles seen so far, in the order in which they were seen."""
        with self._lock:
            return tuple(key for key in self._grants if self._grants[key] or key in self._roles)

    def roles(self) -> Iterable[Role]:
        """Return all roles, each put together only when somebody looks."""
        return _Roles(self)

    def role(self, key: str) -> Role:
        """Return a role as seen so far; one that the stack only adds to is partly seen."""
        with self._lock:
            if key not in self._built:
                self._built[key] = self._build(key)
            return self._built[key]

    def _build(self, key: str) -> Role:
        seen = self._roles.get(key)
        grants = self._grants.get(key, {})
        policies = self._policies(grants, seen)
        if seen is not None:
            held_to = self._held_to.get(key, set[str]())
            return Role(
                name=seen.name,
                urn=seen.urn,
                path=seen.path,
                account=seen.account,
                scope=self._scopes.get(key, ""),
                created=not seen.external,
                whole=self._whole,
                trust=None if seen.external else seen.trust,
                policies=(
                    *policies,
                    *self._resource_policies.of(
                        seen.urn, seen.name, path=seen.path, account=seen.account
                    ),
                ),
                boundary=self._boundary(seen),
                config_key=seen.origin.role_key,
                tags=seen.tags,
                max_session_duration=seen.max_session_duration,
                exclusive=(ROLE_POLICIES in held_to, ATTACHMENTS in held_to)
                if self._whole
                else None,
                siblings=self.roles(),
            )
        name, urn = self._spelled.get(key, key), next(iter(grants))
        return Role(
            name=name,
            urn=urn,
            scope=self._scopes.get(key, ""),
            created=False,
            whole=self._whole,
            policies=(*policies, *self._resource_policies.of(urn, name)),
            siblings=self.roles(),
        )

    def _read_role(self, resource: Resource) -> tuple[str, ...]:
        props = resource.props
        name = text(props, "name")
        key = resource.urn if name is None else self._key(resource, name)
        before = self._keys_by_urn.get(resource.urn, key)
        if before != key:
            del self._roles[before], self._grants[before][resource.urn]
        self._keys_by_urn[resource.urn] = key
        self._waiting.discard(key)
        if not self._whole and known(props, "permissionsBoundary") is UNKNOWN:
            self._waiting.add(key)
        self._roles[key] = role_seen(resource, name or resource.name)
        self._grants.setdefault(key, {})[resource.urn] = tuple(held_in(resource))
        return (key,)

    def _boundary(self, seen: RoleSeen) -> AttachedPolicy | None:
        if seen.boundary is None:
            return None
        found, *others = self._managed.meant(seen.boundary)
        return replace(
            UNKNOWN_POLICY if others else found,
            kind=PolicyKind.BOUNDARY,
            urn=seen.urn,
            arn=seen.boundary.arn,
            config_key=seen.boundary.config_key,
        )

    def _policies(
        self, grants: Mapping[str, tuple[Held, ...]], seen: RoleSeen | None
    ) -> tuple[AttachedPolicy, ...]:
        """Return what a role may do, each policy once.

        A provider that reads a role back lists in it what other resources gave it, and exclusive
        attachments repeat the attachments: the resource that gave it counts.
        """
        own = seen.urn if seen else None
        found: dict[object, AttachedPolicy] = {}
        for urn in sorted(grants, key=lambda urn: urn == own):
            for held in grants[urn]:
                for policy in self._resolved(held):
                    readable = not isinstance(policy.document, Uncheckable)
                    same = id(policy.document) if readable else policy.arn or policy.urn
                    found.setdefault((policy.kind, policy.name, same), policy)
        return tuple(found.values())

    def _resolved(self, held: Held) -> Iterator[AttachedPolicy]:
        """Yield what stands for a policy; while the view grows, nothing for an unknown one."""
        if isinstance(held, AttachedPolicy):
            yield held
        elif self._whole or held.arn is not None:
            yield from self._managed.attached(held)

    def _read_role_policy(self, resource: Resource) -> tuple[str, ...]:
        name = text(resource.props, "name") or resource.name
        given = known(resource.props, "policy")
        policy = AttachedPolicy(
            name=name,
            kind=PolicyKind.INLINE,
            document=document(given),
            urn=resource.urn,
            config_key=origin_of(resource.parent).policy(name),
            text=given if isinstance(given, str) else None,
        )
        return self._grant(resource, "role", (policy,))

    def _read_policy(self, resource: Resource) -> tuple[str, ...]:
        """Take in a customer-managed policy; it counts for the roles that it is attached to."""
        self._managed.add(resource)
        return tuple(
            key
            for key, grants in self._grants.items()
            if any(
                isinstance(held, ManagedReference) and resource.urn in self._managed.urns_of(held)
                for policies in grants.values()
                for held in policies
            )
        )

    def _read_attachment(self, resource: Resource) -> tuple[str, ...]:
        role, arns = _ATTACHING[resource.type]
        key = origin_of(resource.parent).managed
        keys = self._grant(resource, role, tuple(managed_references(resource, arns, key)))
        if resource.type == ATTACHMENTS:
            self._hold_to(resource, keys)
        return keys

    def _read_exclusive(self, resource: Resource) -> tuple[str, ...]:
        self._hold_to(resource, self._role_keys(resource, "roleName"))
        return ()

    def _hold_to(self, resource: Resource, keys: Iterable[str]) -> None:
        for key in keys:
            self._held_to.setdefault(key, set()).add(resource.type)

    def _read_resource_policy(self, resource: Resource) -> tuple[str, ...]:
        """Take in what may have a policy of its own; it counts for the roles that it names."""
        urns = resource.dependencies.get("policy", ())
        names = self._resource_policies.add(
            resource, [urn for urn in urns if urn in self._keys_by_urn]
        )
        return tuple(
            key for key in self.role_keys() if self._spelled.get(key, key).lower() in names
        )

    def _grant(self, resource: Resource, prop: str, policies: tuple[Held, ...]) -> tuple[str, ...]:
        keys = self._role_keys(resource, prop)
        for key in self._grant_keys.get(resource.urn, ()):
            self._grants[key].pop(resource.urn, None)
        self._grant_keys[resource.urn] = keys
        for key in keys:
            self._grants.setdefault(key, {})[resource.urn] = policies
        return keys

    def _role_keys(self, resource: Resource, prop: str) -> tuple[str, ...]:
        """Return the keys of the roles that a property names, by value or by what it depends on."""
        urns = resource.dependencies.get(prop, ())
        meant = [self._keys_by_urn[urn] for urn in urns if urn in self._keys_by_urn]
        given = entries(known(resource.props, prop))
        keys: dict[str, None] = {}
        for name in given:
            if name is not UNKNOWN:
                keys.update(dict.fromkeys(self._named(resource, name, meant)))
        unknown = sum(name is UNKNOWN for name in given)
        if unknown and self._whole:
            others = [key for key in meant if key not in keys]
            keys.update(dict.fromkeys(others))
            if len(others) < unknown:
                # Whoever it is for, what it allows must not go unseen.
                keys[resource.urn] = None
        return tuple(keys)

    def _named(self, resource: Resource, name: str, meant: list[str]) -> list[str]:
        """Return the keys of the roles that a name may mean, in a resource that depends on some.

        A role that it depends on counts, whichever provider made it; so does one of the resource's
        own account or provider; else every one that isn't known to be of another account.
        """

        def may_be(key: str) -> bool:
            role = self._roles[key]
            return role.name.lower() == name.lower() and (
                None in (role.account, resource.account) or role.account == resource.account
            )

        own = self._key(resource, name)
        if found := [key for key in meant if may_be(key)]:
            return found
        if own in self._roles:
            return [own]
        # One that isn't named yet has its program's name, which is none of IAM's.
        return [key for key in self._roles if key in self._scopes and may_be(key)] or [own]

    def _key(self, resource: Resource, name: str) -> str:
        """Return the key of a role by its name; IAM ignores the case of names."""
        key = f"{resource.scope} {name.lower()}"
        self._spelled.setdefault(key, name)
        self._scopes[key] = resource.scope
        return key


class _Roles:
    """The roles of a view, put together only when somebody looks."""

    def __init__(self, view: StackView) -> None:
        self._view = view

    def __iter__(self) -> Iterator[Role]:
        return map(self._view.role, self._view.role_keys())


_READERS = {
    ROLE: StackView._read_role,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # its own table
    ROLE_POLICY: StackView._read_role_policy,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    POLICY: StackView._read_policy,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    ROLE_ATTACHMENT: StackView._read_attachment,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    ATTACHMENT: StackView._read_attachment,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    ATTACHMENTS: StackView._read_attachment,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    ROLE_POLICIES: StackView._read_exclusive,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    **dict.fromkeys(RESOURCE_POLICIES, StackView._read_resource_policy),  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
}
TYPES = frozenset(_READERS)
# The properties that name the roles, and the policies.
_ATTACHING = {
    ROLE_ATTACHMENT: ("role", "policyArn"),
    ATTACHMENT: ("roles", "policyArn"),
    ATTACHMENTS: ("roleName", "policyArns"),
}
