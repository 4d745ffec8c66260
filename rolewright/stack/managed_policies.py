"""The managed policies of a run: by ARN, or by what a property depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rolewright.reference import managed_policy
from rolewright.roles import UNKNOWN, AttachedPolicy, PolicyKind, Uncheckable, read_document
from rolewright.stack.origin import origin_of
from rolewright.stack.properties import account_in, document, entries, known, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.stack.properties import Resource

UNKNOWN_POLICY = AttachedPolicy(
    name="unknown",
    kind=PolicyKind.CUSTOMER_MANAGED,
    document=Uncheckable(reason="which policy it is, is unknown at preview"),
    urn="",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ManagedReference:
    """A managed policy that a role has, by ARN; or `unknown` of them, by what they depend on.

    `parent` is the URN of what the naming resource is a child of.
    """

    arn: str | None
    urns: tuple[str, ...]
    attachment: str
    parent: str | None
    scope: str
    config_key: str | None
    unknown: int = 0


def managed_references(
    resource: Resource, prop: str, config_key: str | None
) -> Iterator[ManagedReference]:
    """Yield the managed policies that a property names; those not known yet as one reference."""
    given = entries(known(resource.props, prop))
    about: dict[str, Any] = {
        "urns": tuple(resource.dependencies.get(prop, ())),
        "attachment": resource.urn,
        "parent": resource.parent,
        "scope": resource.scope,
        "config_key": config_key,
    }
    for arn in given:
        if arn and arn is not UNKNOWN:
            yield ManagedReference(arn=arn, **about)
    unknown = sum(arn is UNKNOWN for arn in given)
    if unknown:
        yield ManagedReference(arn=None, unknown=unknown, **about)


class ManagedPolicies:
    """The customer-managed policies of a run."""

    def __init__(self) -> None:
        self._by_urn: dict[str, AttachedPolicy] = {}
        self._parents: dict[str, str | None] = {}
        # `policy/` with path and name -> account or provider -> URN.
        self._by_name: dict[str, dict[str, str]] = {}

    def add(self, resource: Resource) -> None:
        """Take in a customer-managed policy; it counts for the roles that it is attached to."""
        name, path = text(resource.props, "name"), text(resource.props, "path")
        given = known(resource.props, "policy")
        self._by_urn[resource.urn] = AttachedPolicy(
            name=name or resource.name,
            kind=PolicyKind.CUSTOMER_MANAGED,
            document=document(given),
            urn=resource.urn,
            config_key=origin_of(resource.parent).made(resource.name),
            text=given if isinstance(given, str) else None,
        )
        self._parents[resource.urn] = resource.parent
        if name is not None:
            named = self._by_name.setdefault(f"policy{path or '/'}{name}", {})
            named[resource.scope] = resource.urn

    def attached(self, held: ManagedReference) -> Iterator[AttachedPolicy]:
        """Yield the policies that may be meant, as the attachment gives them to a role."""
        for found in self.meant(held):
            # What one component both makes and attaches stands in the config by itself.
            together = self._parents.get(found.urn, "") == held.parent
            key = found.config_key if together else held.config_key
            yield replace(found, urn=held.attachment, arn=held.arn, config_key=key)

    def meant(self, held: ManagedReference) -> list[AttachedPolicy]:
        """Return the managed policies that may be meant; what isn't here can't be checked."""
        found = [self._by_urn[urn] for urn in self.urns_of(held)]
        if held.arn is None:
            return found if len(found) >= held.unknown else [*found, UNKNOWN_POLICY]
        return found or [_elsewhere(held.arn)]

    def urns_of(self, held: ManagedReference) -> tuple[str, ...]:
        """Return the policies of the stack that may be meant: of one name, the same account's."""
        if held.arn is None:
            return tuple(urn for urn in held.urns if urn in self._by_urn)
        named = self._by_name.get(held.arn.split(":", 5)[-1], {})
        account = account_in(held.arn) or ""
        for scope in (account, held.scope):
            if scope in named:
                return (named[scope],)
        # A scope that is an account is another one than the ARN's.
        return tuple(urn for scope, urn in named.items() if not (account and scope.isdigit()))


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
