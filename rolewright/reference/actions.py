"""Actions and resource types, a service at a time.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from rolewright.reference.store import read_service

if TYPE_CHECKING:
    from collections.abc import Mapping


class AccessLevel(Enum):
    """AWS's access level of an action.

    AWS writes `Tagging, Write` and `Permissions management, Write` where a change is of tags or of
    permissions alone; the level is then the one that says what is changed.
    """

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    TAGGING = "Tagging"
    PERMISSIONS_MANAGEMENT = "Permissions management"


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceTypeUse:
    """A resource type that an action takes, and the condition keys that it takes with it."""

    name: str
    required: bool
    condition_keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One action; one that takes no resource type takes the resource `*` alone.

    `service` is the prefix in lower case, `name` is spelled as AWS does (`GetObject`);
    `dependent_actions` are whole names (`iam:PassRole`) of what the caller needs besides.
    """

    service: str
    name: str
    access_level: AccessLevel
    resource_types: tuple[ResourceTypeUse, ...]
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceType:
    """A resource type: its ARNs as templates with `${...}`, and the keys that describe it.

    Most types have one ARN; `apigateway`, `greengrass` and `lex` have types with two or more.
    """

    name: str
    arns: tuple[str, ...]
    condition_keys: tuple[str, ...]


def find_action(name: str) -> Action | None:
    """Return an action by its name, `s3:getobject` in any case, or None."""
    service, _, action = name.partition(":")
    return actions_of(service).get(action.lower())


def actions_of(service: str) -> Mapping[str, Action]:
    """Return a service's actions by their name in lower case; none for an unknown service."""
    return _actions_of(service.lower())


def resource_types_of(service: str) -> Mapping[str, ResourceType]:
    """Return a service's resource types by name; none for an unknown service."""
    return _resource_types_of(service.lower())


@cache
def _actions_of(service: str) -> Mapping[str, Action]:
    return MappingProxyType(
        {
            name.lower(): Action(
                service=service,
                name=name,
                access_level=AccessLevel(content["level"]),
                resource_types=tuple(
                    ResourceTypeUse(name=kind, required=bool(need), condition_keys=tuple(keys))
                    for kind, need, keys in content.get("resources", ())
                ),
                condition_keys=tuple(content.get("conditions", ())),
                dependent_actions=tuple(content.get("dependent", ())),
            )
            for name, content in read_service(service)["actions"].items()
        }
    )


@cache
def _resource_types_of(service: str) -> Mapping[str, ResourceType]:
    return MappingProxyType(
        {
            name: ResourceType(name=name, arns=tuple(arns), condition_keys=tuple(keys))
            for name, (arns, keys) in read_service(service)["resources"].items()
        }
    )
