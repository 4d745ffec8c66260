"""The resources of a run -> roles with their documents, unknown ones said to be unknown.

A view grows as resources are registered; at any time it gives the roles as seen so far.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi_policy.proxy import UnknownValueError

from policy_pack.origin import Origin, origin_of
from rolewright.guardrails import AttachedPolicy, PolicyKind, Role, Uncheckable, read_document
from rolewright.reference import managed_policy

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ROLE_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment"
TYPES = frozenset({ROLE, ROLE_POLICY, POLICY, ROLE_ATTACHMENT, ATTACHMENT})

_UNKNOWN_DOCUMENT = Uncheckable(reason="its document is unknown at preview")


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
    """A managed policy that a role has, by ARN or, where that isn't known, by URN."""

    arn: str | None
    urns: tuple[str, ...]
    attachment: str
    config_key: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _RoleSeen:
    key: str
    name: str
    urn: str
    path: str
    trust: AttachedPolicy
    boundary: AttachedPolicy | None
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
        self._managed_urns: dict[str, str] = {}
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
            policies = tuple(
                self._resolved(policy)
                for held in grants.values()
                for policy in held
                if self._can_be_told(policy)
            )
            if seen is not None:
                return Role(
                    name=seen.name,
                    urn=seen.urn,
                    path=seen.path,
                    trust=seen.trust,
                    policies=policies,
                    boundary=seen.boundary,
                    config_key=seen.origin.role_key,
                    siblings=_Roles(self),
                )
            return Role(
                name=key.rpartition(" ")[2],
                urn=next(iter(grants)),
                created=False,
                policies=policies,
                siblings=_Roles(self),
            )

    def _read_role(self, resource: Resource) -> tuple[str, ...]:
        props, origin = resource.props, origin_of(resource.parent)
        name = _known(props, "name")
        key = _key(resource.provider, name) if isinstance(name, str) else resource.urn
        path = _known(props, "path")
        self._keys_by_urn[resource.urn] = key
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
            boundary=self._boundary(resource, origin),
            origin=origin,
        )
        held = (*_inline_policies(resource, origin), *_managed_arns(resource, origin))
        self._grants.setdefault(key, {})[resource.urn] = held
        return (key,)

    def _boundary(self, resource: Resource, origin: Origin) -> AttachedPolicy | None:
        arn = _known(resource.props, "permissionsBoundary")
        if arn is None or arn == "":
            return None
        urns = tuple(resource.dependencies.get("permissionsBoundary", ()))
        found = self._managed_policy(arn if isinstance(arn, str) else None, urns)
        return AttachedPolicy(
            name=found.name,
            kind=PolicyKind.BOUNDARY,
            document=found.document,
            urn=resource.urn,
            arn=arn if isinstance(arn, str) else None,
            config_key=origin.boundary,
        )

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
        )
        self._managed[resource.urn] = policy
        if isinstance(name, str):
            folder = path if isinstance(path, str) else "/"
            self._managed_urns[f"policy{folder}{name}"] = resource.urn
        return tuple(
            key
            for key, grants in self._grants.items()
            if any(
                isinstance(held, _ManagedReference)
                and self._urn_of(held.arn, held.urns) == resource.urn
                for policies in grants.values()
                for held in policies
            )
        )

    def _read_attachment(self, resource: Resource) -> tuple[str, ...]:
        arn = _known(resource.props, "policyArn")
        reference = _ManagedReference(
            arn=arn if isinstance(arn, str) else None,
            urns=tuple(resource.dependencies.get("policyArn", ())),
            attachment=resource.urn,
            config_key=origin_of(resource.parent).managed,
        )
        many = resource.type == ATTACHMENT
        return self._grant(resource, "roles" if many else "role", (reference,))

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
        given = _known(resource.props, prop)
        if given is None:
            return ()
        if isinstance(given, str):
            return (_key(resource.provider, given),)
        try:
            if not isinstance(given, _Unknown):
                return tuple(_key(resource.provider, name) for name in given)
        except UnknownValueError:
            pass
        if not self._complete:
            return ()
        urns = resource.dependencies.get(prop, ())
        found = tuple(self._keys_by_urn[urn] for urn in urns if urn in self._keys_by_urn)
        # Whoever it is for, what it allows must not go unseen.
        return found or (resource.urn,)

    def _can_be_told(self, held: AttachedPolicy | _ManagedReference) -> bool:
        return self._complete or isinstance(held, AttachedPolicy) or held.arn is not None

    def _resolved(self, held: AttachedPolicy | _ManagedReference) -> AttachedPolicy:
        if isinstance(held, AttachedPolicy):
            return held
        found = self._managed_policy(held.arn, held.urns)
        return AttachedPolicy(
            name=found.name,
            kind=found.kind,
            document=found.document,
            urn=held.attachment,
            arn=held.arn,
            config_key=held.config_key,
        )

    def _managed_policy(self, arn: str | None, urns: Sequence[str]) -> AttachedPolicy:
        """Return a managed policy by its ARN or its URN; what isn't here can't be checked."""
        urn = self._urn_of(arn, urns)
        if urn is not None:
            return self._managed[urn]
        if arn is None:
            unknown = Uncheckable(reason="which policy it is, is unknown at preview")
            return AttachedPolicy(
                name="unknown", kind=PolicyKind.CUSTOMER_MANAGED, document=unknown, urn=""
            )
        name = arn.rpartition("/")[2]
        if ":iam::aws:policy/" in arn:
            found = managed_policy(arn)
            document = (
                read_document(found.text) if found else _not_here("AWS's policies known here")
            )
            return AttachedPolicy(
                name=name, kind=PolicyKind.AWS_MANAGED, document=document, urn="", arn=arn
            )
        return AttachedPolicy(
            name=name,
            kind=PolicyKind.CUSTOMER_MANAGED,
            document=_not_here("the policies of this stack"),
            urn="",
            arn=arn,
        )

    def _urn_of(self, arn: str | None, urns: Sequence[str]) -> str | None:
        if arn is None:
            return next((urn for urn in urns if urn in self._managed), None)
        return self._managed_urns.get(arn.split(":", 5)[-1])


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


def _not_here(where: str) -> Uncheckable:
    return Uncheckable(reason=f"it is not among {where}")


def _document(given: object) -> Any:
    if isinstance(given, str):
        return read_document(given)
    if isinstance(given, _Unknown):
        return _UNKNOWN_DOCUMENT
    return Uncheckable(reason="it has no document" if given is None else "it is not JSON text")


def _inline_policies(resource: Resource, origin: Origin) -> Iterator[AttachedPolicy]:
    """Yield the inline policies that stand in the role's own resource."""
    given = _known(resource.props, "inlinePolicies")
    listed: Sequence[Any] = [given] if isinstance(given, _Unknown) else given or ()
    for place in range(len(listed)):
        try:
            entry = listed[place]
            name, text = _known(entry, "name"), _known(entry, "policy")
        except (UnknownValueError, TypeError):
            name, text = None, _Unknown()
        yield AttachedPolicy(
            name=name if isinstance(name, str) else f"inlinePolicies[{place}]",
            kind=PolicyKind.INLINE,
            document=_document(text),
            urn=resource.urn,
            config_key=origin.role_key,
        )


def _managed_arns(resource: Resource, origin: Origin) -> Iterator[_ManagedReference]:
    """Yield the managed policies that stand in the role's own resource."""
    given = _known(resource.props, "managedPolicyArns")
    urns = tuple(resource.dependencies.get("managedPolicyArns", ()))
    arns: list[str | None] = [None] if isinstance(given, _Unknown) else []
    listed: Sequence[str] = () if isinstance(given, _Unknown) else given or ()
    for place in range(len(listed)):
        try:
            arns.append(listed[place])
        except UnknownValueError:
            arns.append(None)
    for arn in arns:
        yield _ManagedReference(
            arn=arn, urns=urns, attachment=resource.urn, config_key=origin.managed
        )
