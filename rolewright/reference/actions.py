"""Actions, resource types and condition keys of every service.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rolewright.iam import matches
from rolewright.reference.store import AUTHORIZATION, read

if TYPE_CHECKING:
    from collections.abc import Mapping


class AccessLevel(Enum):
    """AWS's access level of an action; where AWS gives two, the graver one."""

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
    """One action; one that takes no resource type takes the resource `*` alone."""

    service: str
    name: str
    access_level: AccessLevel
    resource_types: tuple[ResourceTypeUse, ...]
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceType:
    """A resource type: its ARN as a template with `${...}`, and the keys that describe it."""

    name: str
    arn: str
    condition_keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Index:
    """All action names in one order, lower case as in policies; bit `i` of a set is name `i`."""

    names: tuple[str, ...]
    lowered: tuple[str, ...]
    places: Mapping[str, int]
    services: Mapping[str, tuple[int, int]]
    """Each service's first place and the one after its last."""
    levels: Mapping[AccessLevel, int]


@cache
def _index() -> _Index:
    content: dict[str, dict[str, str]] = read(AUTHORIZATION, "index.json")
    names: list[str] = []
    bounds: dict[str, tuple[int, int]] = {}
    bits: dict[AccessLevel, list[str]] = {level: [] for level in AccessLevel}
    letters = {level.value[0]: level for level in AccessLevel}
    for service, actions in content.items():
        first = len(names)
        for letter, joined in actions.items():
            found = joined.split(" ")
            names += [f"{service}:{name}" for name in found]
            for level, signs in bits.items():
                signs.append(("1" if letters[letter] is level else "0") * len(found))
        bounds[service] = (first, len(names))
    lowered = tuple(name.lower() for name in names)
    return _Index(
        names=tuple(names),
        lowered=lowered,
        places={name: place for place, name in enumerate(lowered)},
        services=bounds,
        levels={level: int("".join(signs)[::-1] or "0", 2) for level, signs in bits.items()},
    )


def services() -> tuple[str, ...]:
    """Return every service's prefix in actions, such as `s3`, in alphabetical order."""
    return tuple(_index().services)


@lru_cache(maxsize=65536)
def action_set(pattern: str) -> int:
    """Return the documented actions that an action pattern matches, as a bit set.

    `s3:Get*`, `*`, `*:*` and so on; without case. 0 where AWS documents no such action.
    """
    index = _index()
    pattern = pattern.lower()
    if "*" not in pattern and "?" not in pattern:
        place = index.places.get(pattern)
        return 0 if place is None else 1 << place
    prefix, colon, rest = pattern.partition(":")
    if colon and "*" not in prefix and "?" not in prefix:
        first, end = index.services.get(prefix, (0, 0))
        if rest.strip("*") == "":
            return (1 << end) - (1 << first)
        found = (place for place in range(first, end) if matches(pattern, index.lowered[place]))
        return sum(1 << place for place in found)
    if pattern.strip("*") in ("", ":"):
        return (1 << len(index.names)) - 1
    return sum(1 << place for place, name in enumerate(index.lowered) if matches(pattern, name))


def access_level_set(level: AccessLevel) -> int:
    """Return all actions of an access level, as a bit set."""
    return _index().levels[level]


def names_in(actions: int, limit: int | None = None) -> tuple[str, ...]:
    """Return the names of the actions in a bit set, such as `s3:GetObject`, in a fixed order."""
    names: list[str] = []
    while actions and (limit is None or len(names) < limit):
        lowest = actions & -actions
        names.append(_index().names[lowest.bit_length() - 1])
        actions ^= lowest
    return tuple(names)


def find_action(name: str) -> Action | None:
    """Return an action by its name, `s3:getobject` in any case, or None."""
    service, _, action = name.partition(":")
    return actions_of(service.lower()).get(action.lower())


def expand(pattern: str) -> tuple[Action, ...]:
    """Return all actions that an action pattern matches."""
    found = (find_action(name) for name in names_in(action_set(pattern)))
    return tuple(action for action in found if action is not None)


@cache
def _service(service: str) -> Any:  # noqa: ANN401  # JSON
    try:
        return read(AUTHORIZATION, f"services/{service}.json")
    except KeyError:
        return {"actions": {}, "resources": {}, "conditions": {}}


@cache
def actions_of(service: str) -> Mapping[str, Action]:
    """Return a service's actions by their name in lower case; none for an unknown service."""
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
            for name, content in _service(service)["actions"].items()
        }
    )


@cache
def resource_types_of(service: str) -> Mapping[str, ResourceType]:
    """Return a service's resource types by name."""
    return MappingProxyType(
        {
            name: ResourceType(name=name, arn=arn, condition_keys=tuple(keys))
            for name, (arn, keys) in _service(service)["resources"].items()
        }
    )


def condition_key_type(key: str) -> str | None:
    """Return a condition key's type as AWS names it (`String`, `ArrayOfString`, `ARN`, ...).

    Keys with a part of one's own, `aws:RequestTag/team`, are found by their template. None for a
    key that AWS does not document.
    """
    service = key.partition(":")[0].lower()
    templates = (
        *_key_templates("aws" if service == "aws" else service),
        *(() if service == "aws" else _key_templates("aws")),
    )
    return next((kind for template, kind in templates if template.fullmatch(key)), None)


@cache
def _key_templates(service: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    keys: dict[str, str] = (
        read(AUTHORIZATION, "globals.json")
        if service == "aws"
        else _service(service)["conditions"]
    )
    return tuple(_template(key, kind) for key, kind in keys.items())


_OWN_PART = re.compile(r"\$\{[^}]*\}|<[^>]*>|tag-key")


def _template(key: str, kind: str) -> tuple[re.Pattern[str], str]:
    fixed = (re.escape(part) for part in _OWN_PART.split(key))
    return re.compile(".+".join(fixed), re.IGNORECASE | re.DOTALL), kind


