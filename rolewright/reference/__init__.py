"""What AWS says there is: actions, resource types, condition keys, AWS-managed policies.

Snapshots with their source and date, read lazily. May import `rolewright.iam` only.
"""

from rolewright.reference.actions import (
    AccessLevel,
    Action,
    ResourceType,
    ResourceTypeUse,
    access_level_set,
    action_set,
    actions_of,
    condition_key_type,
    expand,
    find_action,
    names_in,
    resource_types_of,
    services,
)
from rolewright.reference.managed import ManagedPolicy, managed_policy, managed_policy_names
from rolewright.reference.nearest import nearest
from rolewright.reference.store import Source, sources

__all__ = [
    "AccessLevel",
    "Action",
    "ManagedPolicy",
    "ResourceType",
    "ResourceTypeUse",
    "Source",
    "access_level_set",
    "action_set",
    "actions_of",
    "condition_key_type",
    "expand",
    "find_action",
    "managed_policy",
    "managed_policy_names",
    "names_in",
    "nearest",
    "resource_types_of",
    "services",
    "sources",
]
