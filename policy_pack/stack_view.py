"""The resources of a run -> roles with their documents, unknown ones said to be unknown.

A view grows as resources are registered; at any time it gives the roles as seen so far.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pulumi_policy.proxy import UnknownValueError

from policy_pack.origin import Origin, origin_of
from rolewright.reference import managed_policy
from rolewright.roles import AttachedPolicy, PolicyKind, Role, Uncheckable, read_document

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ROLE_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment"
# It attaches what it lists, besides detaching the rest.
ATTACHMENTS = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
TYPES = frozenset({ROLE, ROLE_POLICY, POLICY, ROLE_ATTACHMENT, ATTACHMENT, ATTACHMENTS})

_UNKNOWN_DOCUMENT = Uncheckable(reason="its document is unknown at preview")
_UNKNOWN_POLICY = AttachedPolicy(
    name="unknown",
    kind=PolicyKind.CUSTOMER_MANAGED,
    document=Uncheckable(reason="which policy it is, is unknown at preview"),
    urn="",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """One resource as the engine describes it, to a resource rule or to a stack rule.

    `parent` and `provider` are URNs. `dependencies` are the URNs that a property depends on; a
    resource rule is not told them.
    """

    type: str
    urn: str
    name: str
    props: Mapping[str, Any]
    parent: str | None = None
    provider: str | None = None
    dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


class _Unknown:
    """A property that isn't known yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _ManagedReference:
    """A managed policy that a role has, by ARN; or `unknown` of them, by what they depend on.

    `parent` is the URN of what the naming resource is a child of.
    """

    arn: str | None
    urns: tuple[str, ...]
    attachment: str
    parent: str | None
    provider: str | None
    config_key: str | None
    unknown: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _RoleSeen:
    key: str
    name: str
    urn: str
    path: str
    trust: AttachedPolicy
    boundary: _ManagedReference | None
    origin: Origin


class StackView:
    """The IAM resources seen so far, as roles. Safe to use from several threads.

    Roles go by a key: account and IAM name, or the URN where the name isn't known. A view that
    isn't `whole` grows by resources whose dependencies aren't told, so it leaves out what only
    those can place: a policy or a role whose name is unknown at preview.
    """

    def __init__(self, *, whole: bool) -> None:
        self._complete = whole
        self._lock = threading.RLock()
        self._roles: dict[str, _RoleSeen] = {}
        self._keys_by_urn: dict[str, str] = {}
        self._grants: dict[str, dict[str, tuple[AttachedPolicy | _ManagedReference, ...]]] = {}
        self._grant_keys: dict[str, tuple[str, ...]] = {}
        self._managed: dict[str, AttachedPolicy] = {}
        self._managed_parents: dict[str, str | None] = {}
        # `policy/` with path and name -> provider -> URN.
        self._managed_urns: dict[str, dict[str | None, str]] = {}
        # The roles whose boundary can't be told yet: what they may do, only the whole shows.
        self._waiting: set[str] = set()

    def add(self, resource: Resource) -> tuple[str, ...]:
        """Take in a resource and return the keys of the roles that can be judged anew by it."""
        with self._lock:
            keys = _READERS[resource.type](self, resource)
            return tuple(key for key in keys if key not in self._waiting)

    def role_keys(self) -> tuple[str, ...]:
        """Return the keys of all roles seen so far, in the order in which they were seen."""
        with self._lock:
            return tuple(key for key in self._grants if self._grants[key] or key in self._roles)

    def role(self, key: str) -> Role:
        """Return a role as seen so far; one that the stack only adds to is partly seen."""
        with self._lock:
            seen = self._roles.get(key)
            grants = self._grants.get(key, {})
            policies = self._policies(grants, seen)
            if seen is not None:
                return Role(
                    name=seen.name,
                    urn=seen.urn,
                    path=seen.path,
                    trust=seen.trust,
                    policies=policies,
                    boundary=self._boundary(seen),
                    config_key=seen.origin.role_key,
                    siblings=_Roles(self),
                    whole=self._complete,
                )
            return Role(
                name=key.rpartition(" ")[2],
                urn=next(iter(grants)),
                created=False,
                policies=policies,
                siblings=_Roles(self),
                whole=self._complete,
            )

    def _read_role(self, resource: Resource) -> tuple[str, ...]:
        props, origin = resource.props, origin_of(resource.parent)
        name = _known(props, "name")
        key = _key(resource.provider, name) if isinstance(name, str) else resource.urn
        path = _known(props, "path")
        before = self._keys_by_urn.get(resource.urn, key)
        if before != key:
            del self._roles[before], self._grants[before][resource.urn]
        self._keys_by_urn[resource.urn] = key
        self._waiting.discard(key)
        if not self._complete and isinstance(_known(props, "permissionsBoundary"), _Unknown):
            self._waiting.add(key)
        self._roles[key] = _RoleSeen(
            key=key,
            name=name if isinstance(name, str) else resource.name,
            urn=resource.urn,
            path=path if isinstance(path, str) else "/",
            trust=AttachedPolicy(
                name="trust",
                kind=PolicyKind.TRUST,
                document=_document(_known(props, "assumeRolePolicy")),
                urn=resource.urn,
                config_key=origin.trust,
            ),
            boundary=next(
                _managed_references(resource, "permissionsBoundary", origin.boundary), None
            ),
            origin=origin,
        )
        held = (
            *_inline_policies(resource, origin),
            *_managed_references(resource, "managedPolicyArns", origin.managed),
        )
        self._grants.setdefault(key, {})[resource.urn] = held
        return (key,)

    def _boundary(self, seen: _RoleSeen) -> AttachedPolicy | None:
        if seen.boundary is None:
            return None
        found, *others = self._managed_policies(seen.boundary)
        return replace(
            _UNKNOWN_POLICY if others else found,
            kind=PolicyKind.BOUNDARY,
            urn=seen.urn,
            arn=seen.boundary.arn,
            config_key=seen.boundary.config_key,
        )

    def _policies(
        self,
        grants: Mapping[str, tuple[AttachedPolicy | _ManagedReference, ...]],
        seen: _RoleSeen | None,
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
                    known = not isinstance(policy.document, Uncheckable)
                    same = id(policy.document) if known else policy.arn or policy.urn
                    found.setdefault((policy.kind, policy.name, same), policy)
        return tuple(found.values())

    def _read_role_policy(self, resource: Resource) -> tuple[str, ...]:
        name = _known(resource.props, "name")
        text = name if isinstance(name, str) else resource.name
        policy = AttachedPolicy(
            name=text,
            kind=PolicyKind.INLINE,
            document=_document(_known(resource.props, "policy")),
            urn=resource.urn,
            config_key=origin_of(resource.parent).policy(text),
        )
        return self._grant(resource, "role", (policy,))

    def _read_policy(self, resource: Resource) -> tuple[str, ...]:
        """Take in a customer-managed policy; it counts for the roles that it is attached to."""
        name, path = _known(resource.props, "name"), _known(resource.props, "path")
        policy = AttachedPolicy(
            name=name if isinstance(name, str) else resource.name,
            kind=PolicyKind.CUSTOMER_MANAGED,
            document=_document(_known(resource.props, "policy")),
            urn=resource.urn,
            config_key=origin_of(resource.parent).made(resource.name),
        )
        self._managed[resource.urn] = policy
        self._managed_parents[resource.urn] = resource.parent
        if isinstance(name, str):
            folder = path if isinstance(path, str) else "/"
            self._managed_urns.setdefault(f"policy{folder}{name}", {})[resource.provider] = (
                resource.urn
            )
        return tuple(
            key
            for key, grants in self._grants.items()
            if any(
                isinstance(held, _ManagedReference) and resource.urn in self._urns_of(held)
                for policies in grants.values()
                for held in policies
            )
        )

    def _read_attachment(self, resource: Resource) -> tuple[str, ...]:
        role, arns = _ATTACHING[resource.type]
        key = origin_of(resource.parent).managed
        return self._grant(resource, role, tuple(_managed_references(resource, arns, key)))

    def _grant(
        self,
        resource: Resource,
        prop: str,
        policies: tuple[AttachedPolicy | _ManagedReference, ...],
    ) -> tuple[str, ...]:
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
        entries = _entries(_known(resource.props, prop))
        keys: dict[str, None] = {}
        for name in entries:
            if not isinstance(name, _Unknown):
                # The role that it depends on counts, whichever provider made it.
                by_name = {self._roles[key].name: key for key in meant}
                keys[by_name.get(name, _key(resource.provider, name))] = None
        unknown = sum(isinstance(name, _Unknown) for name in entries)
        if unknown and self._complete:
            others = [key for key in meant if key not in keys]
            keys.update(dict.fromkeys(others))
            if len(others) < unknown:
                # Whoever it is for, what it allows must not go unseen.
                keys[resource.urn] = None
        return tuple(keys)

    def _resolved(self, held: AttachedPolicy | _ManagedReference) -> Iterator[AttachedPolicy]:
        """Yield what stands for a policy; while the view grows, nothing for an unknown one."""
        if isinstance(held, AttachedPolicy):
            yield held
        elif self._complete or held.arn is not None:
            for found in self._managed_policies(held):
                # What one component both makes and attaches stands in the config by itself.
                together = self._managed_parents.get(found.urn, "") == held.parent
                key = found.config_key if together else held.config_key
                yield replace(found, urn=held.attachment, arn=held.arn, config_key=key)

    def _managed_policies(self, held: _ManagedReference) -> list[AttachedPolicy]:
        """Return the managed policies that may be meant; what isn't here can't be checked."""
        found = [self._managed[urn] for urn in self._urns_of(held)]
        if held.arn is None:
            return found if len(found) >= held.unknown else [*found, _UNKNOWN_POLICY]
        return found or [_elsewhere(held.arn)]

    def _urns_of(self, held: _ManagedReference) -> tuple[str, ...]:
        """Return the policies of the stack that may be meant; of one name, the same provider's."""
        if held.arn is None:
            return tuple(urn for urn in held.urns if urn in self._managed)
        named = self._managed_urns.get(held.arn.split(":", 5)[-1], {})
        return (named[held.provider],) if held.provider in named else tuple(named.values())


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
}
# The properties that name the roles, and the policies.
_ATTACHING = {
    ROLE_ATTACHMENT: ("role", "policyArn"),
    ATTACHMENT: ("roles", "policyArn"),
    ATTACHMENTS: ("roleName", "policyArns"),
}


def _known(props: Mapping[str, Any], key: str) -> Any:
    """Return a property, None where there is none, an `_Unknown` where it isn't known yet."""
    try:
        return props[key]
    except KeyError:
        return None
    except UnknownValueError:
        return _Unknown()


def _key(provider: str | None, name: str) -> str:
    return f"{provider or ''} {name}"


def _entries(given: Any) -> list[Any]:
    """Return the values of a property, each that isn't known as an `_Unknown`; none for None."""
    if given is None:
        return []
    if isinstance(given, str | _Unknown):
        return [given]
    entries: list[Any] = []
    for place in range(len(given)):
        try:
            entries.append(given[place])
        except UnknownValueError:
            entries.append(_Unknown())
    return entries


def _elsewhere(arn: str) -> AttachedPolicy:
    """Return a managed policy that the stack doesn't make."""
    aws = ":iam::aws:policy/" in arn
    found = managed_policy(arn) if aws else None
    where = "AWS's policies known here" if aws else "the policies of this stack"
    return AttachedPolicy(
        name=arn.rpartition("/")[2],
        kind=PolicyKind.AWS_MANAGED if aws else PolicyKind.CUSTOMER_MANAGED,
        document=read_document(found.text)
        if found
        else Uncheckable(reason=f"it is not among {where}"),
        urn="",
    )


def _document(given: object) -> Any:
    if isinstance(given, str):
        return read_document(given)
    if isinstance(given, _Unknown):
        return _UNKNOWN_DOCUMENT
    return Uncheckable(reason="it has no document" if given is None else "it is not JSON text")


def _inline_policies(resource: Resource, origin: Origin) -> Iterator[AttachedPolicy]:
    """Yield the inline policies that stand in the role's own resource."""
    for place, entry in enumerate(_entries(_known(resource.props, "inlinePolicies"))):
        if isinstance(entry, _Unknown):
            name, text = None, entry
        else:
            name, text = _known(entry, "name"), _known(entry, "policy")
        if not name and not text:
            continue  # One empty entry is how a program says that there are none.
        yield AttachedPolicy(
            name=name if isinstance(name, str) else f"inlinePolicies[{place}]",
            kind=PolicyKind.INLINE,
            document=_document(text),
            urn=resource.urn,
            config_key=origin.role_key,
        )


def _managed_references(
    resource: Resource, prop: str, config_key: str | None
) -> Iterator[_ManagedReference]:
    """Yield the managed policies that a property names; those not known yet as one reference."""
    entries = _entries(_known(resource.props, prop))
    about: dict[str, Any] = {
        "urns": tuple(resource.dependencies.get(prop, ())),
        "attachment": resource.urn,
        "parent": resource.parent,
        "provider": resource.provider,
        "config_key": config_key,
    }
    for arn in entries:
        if arn and not isinstance(arn, _Unknown):
            yield _ManagedReference(arn=arn, **about)
    unknown = sum(isinstance(arn, _Unknown) for arn in entries)
    if unknown:
        yield _ManagedReference(arn=None, unknown=unknown, **about)
