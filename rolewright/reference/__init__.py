"""What AWS says there is: actions, resource types, condition keys, AWS-managed policies.

Snapshots with their source and date, read lazily. May import `rolewright.iam` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.reference.action_sets import (
    access_level_set,
    action_set,
    actions_matching,
    expand,
    known,
    names_in,
    services,
    undocumented,
)
from rolewright.reference.actions import (
    AccessLevel,
    Action,
    ResourceType,
    ResourceTypeUse,
    actions_of,
    find_action,
    resource_types_of,
    resource_types_taken,
)
from rolewright.reference.condition_keys import condition_key_type, condition_keys_of
from rolewright.reference.managed import ManagedPolicy, managed_policy, managed_policy_names
from rolewright.reference.nearest import nearest
from rolewright.reference.store import Source, read_sources

if TYPE_CHECKING:
    SOURCES: tuple[Source, ...]
    """Where the snapshots come from."""

__all__ = [
    "SOURCES",
    "AccessLevel",
    "Action",
    "ManagedPolicy",
    "ResourceType",
    "ResourceTypeUse",
    "Source",
    "access_level_set",
    "action_set",
    "actions_matching",
    "actions_of",
    "condition_key_type",
    "condition_keys_of",
    "expand",
    "find_action",
    "known",
    "managed_policy",
    "managed_policy_names",
    "names_in",
    "nearest",
    "resource_types_of",
    "resource_types_taken",
    "services",
    "undocumented",
]


def __getattr__(name: str) -> tuple[Source, ...]:
    """Return `SOURCES`, read only when asked for: importing the room opens no file."""
    if name == "SOURCES":
        return read_sources()
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
