"""What runs as a role, such as a notebook instance: a resource's properties, unknown ones told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.roles.role import Role


class Unknown(Enum):
    """The value of a property that isn't known at preview."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One resource that runs as a role, or holds what does.

    `type` is Pulumi's, such as `aws:sagemaker/model:Model`. `properties` are plain values, `UNKNOWN`
    for what isn't known yet, at any depth. `dependencies` are the URNs of the resources that a
    property comes from. `whole` is False while more resources may come: dependencies aren't told
    then, and `roles` are not all of the stack's.
    """

    type: str
    name: str
    urn: str
    properties: Mapping[str, Any]
    dependencies: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict[str, "tuple[str, ...]"]
    )
    whole: bool = True
    config_key: str | None = None
    roles: Iterable[Role] = field(default=(), compare=False, repr=False)

    def value(self, *keys: str) -> Any:
        """Return a property below others, None where it isn't there, or `UNKNOWN`."""
        return value_in(self.properties, *keys)

    def comes_from(self, key: str, resource_type: str) -> bool:
        """Whether a property comes from a resource of the stack, of a type that begins so."""
        return any(type_of(urn).startswith(resource_type) for urn in self.dependencies.get(key, ()))


def value_in(properties: Any, *keys: str) -> Any:
    """Return what stands below keys of a mapping, None where nothing does, or `UNKNOWN`."""
    found = properties
    for key in keys:
        if found is UNKNOWN:
            return UNKNOWN
        found = cast("Mapping[str, Any]", found).get(key) if isinstance(found, Mapping) else None
    return found


def type_of(urn: str) -> str:
    """Return the type of the resource that a URN is of."""
    # urn:pulumi:STACK::PROJECT::TYPES::NAME, where TYPES ends in the resource's own type.
    types = (urn.split("::", 3) + [""] * 3)[2]
    return types.rpartition("$")[2]
