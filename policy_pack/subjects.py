"""From what the engine describes, unknown values and all, to what guardrails judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pulumi_policy.proxy import UnknownValueError

from rolewright.guardrails import workload_types
from rolewright.roles import UNKNOWN
from rolewright.stack import TYPES, Resource, StackView, account_of, workload

if TYPE_CHECKING:
    from pulumi_policy import PolicyResource, ResourceValidationArgs

    from rolewright.roles import Role, Workload


class Subjects:
    """What guardrails judge, of the resources seen so far."""

    def __init__(self) -> None:
        self._view = StackView(whole=False)

    def add(self, args: ResourceValidationArgs) -> tuple[Role | Workload, ...]:
        """Take in a resource of a type that is read; return what can be judged anew by it."""
        resource = Resource(
            type=args.resource_type,
            urn=args.urn,
            name=args.name,
            props=plain(args.props),
            parent=args.opts.parent,
            provider=args.provider.urn if args.provider else None,
            account=account_of(plain(args.provider.props)) if args.provider else None,
        )
        roles = self._view.add(resource) if resource.type in TYPES else ()
        found: list[Role | Workload] = list(map(self._view.role, roles))
        if resource.type in workload_types():
            found.append(workload(resource, self._view, whole=False))
        return tuple(found)


def whole_resource(resource: PolicyResource) -> Resource:
    """Return a resource as the engine describes it to a stack rule."""
    return Resource(
        type=resource.resource_type,
        urn=resource.urn,
        name=resource.name,
        props=plain(resource.props),
        parent=resource.parent.urn if resource.parent else None,
        provider=resource.provider.urn if resource.provider else None,
        account=account_of(plain(resource.provider.props)) if resource.provider else None,
        dependencies={
            name: [found.urn for found in held]
            for name, held in resource.property_dependencies.items()
        },
    )


def plain(given: Any) -> Any:
    """Return a value as plain mappings and lists, `UNKNOWN` for what in it isn't known yet."""
    if isinstance(given, Mapping):
        return {key: _plain_at(given, key) for key in given}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [_plain_at(given, place) for place in range(len(given))]  # pyright: ignore[reportUnknownArgumentType]
    return given


def _plain_at(holder: Any, key: Any) -> Any:
    try:
        return plain(holder[key])
    except UnknownValueError:
        return UNKNOWN
