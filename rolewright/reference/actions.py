"""Actions and resource types, a service at a time.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from enum import Enum
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from rolewright.reference.store import read_service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.reference.store import ActionContent


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


_LEVELS = {level.value: level for level in AccessLevel}


class ResourceTypeUse(NamedTuple):
    """A resource type that an action takes, and the condition keys that it takes with it."""

    name: str
    required: bool
    condition_keys: tuple[str, ...]


class Action(NamedTuple):
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


class ResourceType(NamedTuple):
    """A resource type: its ARNs as templates with `${...}`, and the keys that describe it.

    Most types have one ARN; `apigateway`, `greengrass` and `lex` have types with two or more.
    """

    name: str
    arns: tuple[str, ...]
    condition_keys: tuple[str, ...]


def find_action(name: str) -> Action | None:
    """Return an action by its name, `s3:getobject` in any case, or None."""
    return _find_action(name.lower())


def resource_types_taken(name: str) -> tuple[str, ...] | None:
    """Return the names of the resource types that an action takes, None for an unknown action."""
    service, _, action = name.lower().partition(":")
    found = _contents(service).get(action)
    return found and tuple([kind for kind, _, _ in found[1].get("resources", ())])


def actions_of(service: str) -> Mapping[str, Action]:
    """Return a service's actions by their name in lower case; none for an unknown service."""
    return _actions_of(service.lower())


def resource_types_of(service: str) -> Mapping[str, ResourceType]:
    """Return a service's resource types by name; none for an unknown service."""
    return _resource_types_of(service.lower())


@lru_cache(maxsize=32768)
def _find_action(name: str) -> Action | None:
    service, _, action = name.partition(":")
    found = _contents(service).get(action)
    if found is None:
        return None
    spelled, content = found
    return Action(
        service=service,
        name=spelled,
        access_level=_LEVELS[content["level"]],
        resource_types=tuple(
            [
                ResourceTypeUse(kind, bool(need), tuple(keys))
                for kind, need, keys in content.get("resources", ())
            ]
        ),
        condition_keys=tuple(content.get("conditions", ())),
        dependent_actions=tuple(content.get("dependent", ())),
    )


@cache
def _contents(service: str) -> Mapping[str, tuple[str, ActionContent]]:
    """Return what the snapshot says of a service's actions, by their name in lower case."""
    actions = read_service(service)["actions"]
    return {name.lower(): (name, content) for name, content in actions.items()}


@cache
def _actions_of(service: str) -> Mapping[str, Action]:
    found = {name: _find_action(f"{service}:{name}") for name in _contents(service)}
    return MappingProxyType({name: action for name, action in found.items() if action})


@cache
def _resource_types_of(service: str) -> Mapping[str, ResourceType]:
    return MappingProxyType(
        {
            name: ResourceType(name=name, arns=tuple(arns), condition_keys=tuple(keys))
            for name, (arns, keys) in read_service(service)["resources"].items()
        }
    )
