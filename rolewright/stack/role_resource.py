"""A role's own resource: what it says of the role, and the policies that stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rolewright.roles import UNKNOWN, AttachedPolicy, PolicyKind
from rolewright.stack.managed_policies import ManagedReference, managed_references
from rolewright.stack.origin import Origin, origin_of
from rolewright.stack.properties import account_in, document, entries, known, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rolewright.stack.properties import Resource

Held = AttachedPolicy | ManagedReference
"""What a role is given: a document, or a managed policy that other resources may tell of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleSeen:
    """A role as its resource says it is; what its boundary allows, others tell."""

    name: str
    urn: str
    path: str
    account: str | None
    external: bool
    trust: AttachedPolicy
    boundary: ManagedReference | None
    origin: Origin
    tags: Mapping[str, str]
    max_session_duration: int | None


def role_seen(resource: Resource, name: str) -> RoleSeen:
    """Return what a role's resource says of it, under the name that it goes by."""
    props, origin = resource.props, origin_of(resource.parent)
    given, longest = known(props, "assumeRolePolicy"), known(props, "maxSessionDuration")
    return RoleSeen(
        name=name,
        urn=resource.urn,
        path=text(props, "path") or "/",
        account=resource.account or account_in(text(props, "arn")),
        external=resource.external,
        trust=AttachedPolicy(
            name="trust",
            kind=PolicyKind.TRUST,
            document=document(given),
            urn=resource.urn,
            config_key=origin.trust,
            text=given if isinstance(given, str) else None,
        ),
        boundary=next(managed_references(resource, "permissionsBoundary", origin.boundary), None),
        origin=origin,
        tags=_tags(props),
        # A number is a float where it comes from the engine.
        max_session_duration=int(longest) if isinstance(longest, int | float) else None,
    )


def held_in(resource: Resource) -> Iterator[Held]:
    """Yield the policies that a role's resource names or holds itself."""
    origin = origin_of(resource.parent)
    yield from _inline_policies(resource, origin)
    yield from managed_references(resource, "managedPolicyArns", origin.managed)


def _tags(props: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags; one whose value isn't known yet has an empty one."""
    given = known(props, "tags")
    if given is None or given is UNKNOWN:
        return {}
    return {key: text(given, key) or "" for key in given}


def _inline_policies(resource: Resource, origin: Origin) -> Iterator[AttachedPolicy]:
    """Yield the inline policies that stand in the role's own resource."""
    for place, entry in enumerate(entries(known(resource.props, "inlinePolicies"))):
        if entry is UNKNOWN:
            name, given = None, UNKNOWN
        else:
            name, given = known(entry, "name"), known(entry, "policy")
        if not name and not given:
            continue  # One empty entry is how a program says that there are none.
        yield AttachedPolicy(
            name=name if isinstance(name, str) else f"inlinePolicies[{place}]",
            kind=PolicyKind.INLINE,
            document=document(given),
            urn=resource.urn,
            config_key=origin.role_key,
            text=given if isinstance(given, str) else None,
        )
