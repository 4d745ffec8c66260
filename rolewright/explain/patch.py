"""A change of the stack config: one entry of one role."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rolewright.explain.placing import MAPPINGS, placed, steps
from rolewright.grants import join_paths, key_path, parse_role_args
from rolewright.grants.validation import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.grants import RoleArgs


@dataclass(frozen=True, kw_only=True, slots=True)
class Patch:
    """One entry of the stack config to write, as JSON.

    `key` is where, from the role. `buckets` or `policies.NAME.buckets` is a list, in which `index` is
    the entry to replace, None a new one at its end. `activities.manage-jobs` and `trust` are no
    lists: `index` is None, and `entry` is all that stands there then.
    """

    role: str
    key: str
    index: int | None
    entry: Mapping[str, Any]

    @property
    def listed(self) -> bool:
        """Whether the entry is one of a list."""
        return steps(self.key)[0] not in MAPPINGS

    @property
    def path(self) -> str:
        """The config key, such as `roles.TrainingRole.buckets[+]`, `[+]` for a new entry."""
        path = key_path("roles", self.role, *steps(self.key))
        if not self.listed:
            return path
        return join_paths(path, "[+]" if self.index is None else f"[{self.index}]")


def patched(args: RoleArgs, patch: Patch) -> RoleArgs:
    """Return a role with an entry written into it. Raises ConfigError for one that can't stand."""
    path = key_path("roles", patch.role)
    content: RoleArgs = json.loads(to_json(cast("Mapping[str, object]", args), path))
    changed = placed(content, patch.key, patch.index, patch.entry)
    return parse_role_args(patch.role, cast("Mapping[str, object]", changed))
