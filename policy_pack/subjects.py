"""From what the engine describes to what guardrails judge: roles and workloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_pack.properties import Resource, account_of, plain, text
from policy_pack.stack_view import ROLE, TYPES, StackView
from rolewright.guardrails import workload_types
from rolewright.roles import Workload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pulumi_policy import PolicyResource, ResourceValidationArgs

    from rolewright.roles import Role

UNREAD = {
    "aws-native:iam:Role": "is a role made by the aws-native provider",
    "aws-native:iam:RolePolicy": "is a role's policy made by the aws-native provider",
    "aws-native:iam:ManagedPolicy": "is a managed policy made by the aws-native provider",
    "aws:cloudformation/stack:Stack": "is a CloudFormation stack, which may make roles",
    "aws:cloudformation/stackSet:StackSet": "is a CloudFormation stack set, which may make roles",
}
"""Resources that may make roles or give them access, and that aren't read."""
_NAMES = ("name", "domainName", "userProfileName", "trainingJobName")


def is_read(resource_type: str) -> bool:
    """Whether a resource of a type is of use to some guardrail."""
    return resource_type in TYPES or resource_type in workload_types()


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
            props=args.props,
            parent=args.opts.parent,
            provider=args.provider.urn if args.provider else None,
            account=account_of(args.provider.props) if args.provider else None,
        )
        roles = self._view.add(resource) if resource.type in TYPES else ()
        found: list[Role | Workload] = list(map(self._view.role, roles))
        if resource.type in workload_types():
            found.append(_workload(resource, self._view, whole=False))
        return tuple(found)


def whole_subjects(resources: Iterable[PolicyResource]) -> tuple[Role | Workload, ...]:
    """Return what guardrails judge, of a whole stack."""
    ours = [_whole_resource(found) for found in resources if is_read(found.resource_type)]
    view = whole_view(ours)
    workloads = [_workload(one, view, whole=True) for one in ours if one.type in workload_types()]
    return (*view.roles(), *workloads)


def whole_view(resources: Iterable[Resource]) -> StackView:
    """Return the view of a whole stack; roles first, so that what names them by URN finds them."""
    view = StackView(whole=True)
    ours = (resource for resource in resources if resource.type in TYPES)
    for resource in sorted(ours, key=lambda found: found.type != ROLE):
        view.add(resource)
    return view


def unread(resources: Iterable[PolicyResource]) -> Iterator[tuple[Workload, str]]:
    """Yield what may have to do with roles and isn't read, and what it is, in words."""
    for resource in resources:
        if resource.resource_type in UNREAD:
            yield (
                Workload(
                    type=resource.resource_type,
                    name=resource.name,
                    urn=resource.urn,
                    properties={},
                ),
                UNREAD[resource.resource_type],
            )


def _whole_resource(resource: PolicyResource) -> Resource:
    return Resource(
        type=resource.resource_type,
        urn=resource.urn,
        name=resource.name,
        props=resource.props,
        parent=resource.parent.urn if resource.parent else None,
        provider=resource.provider.urn if resource.provider else None,
        account=account_of(resource.provider.props) if resource.provider else None,
        dependencies={
            name: [found.urn for found in held]
            for name, held in resource.property_dependencies.items()
        },
    )


def _workload(resource: Resource, view: StackView, *, whole: bool) -> Workload:
    named = (text(resource.props, key) for key in _NAMES)
    return Workload(
        type=resource.type,
        name=next(filter(None, named), resource.name),
        urn=resource.urn,
        properties=plain(resource.props),
        dependencies={key: tuple(urns) for key, urns in resource.dependencies.items()},
        whole=whole,
        roles=view.roles(),
    )
