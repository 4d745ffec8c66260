"""A change of the stack config: one entry of one role."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rolewright.grants import join_paths, key_path, parse_role_args
from rolewright.grants.validation import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.grants import RoleArgs

_MAPPINGS = ("activities", "trust")


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
        return self.keys[0] not in _MAPPINGS

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys from the role to the list, or to the entry itself."""
        section, _, rest = self.key.partition(".")
        if section == "policies":
            # A policy's name may have dots, a kind of grant has none.
            name, _, kind = rest.rpartition(".")
            return (section, name, kind)
        return (section, rest) if rest else (section,)

    @property
    def path(self) -> str:
        """The config key, such as `roles.TrainingRole.buckets[+]`, `[+]` for a new entry."""
        path = key_path("roles", self.role, *self.keys)
        if not self.listed:
            return path
        return join_paths(path, "[+]" if self.index is None else f"[{self.index}]")


def patched(args: RoleArgs, patch: Patch) -> RoleArgs:
    """Return a role with an entry written into it. Raises ConfigError for one that can't stand."""
    content: dict[str, Any] = json.loads(
        to_json(cast("Mapping[str, object]", args), key_path("roles", patch.role))
    )
    *above, last = patch.keys
    place = content
    for key in above:
        place = place.setdefault(key, {})
    entry = dict(patch.entry)
    if not patch.listed:
        place[last] = entry
    elif patch.index is None:
        place[last] = [*place.get(last, ()), entry]
    else:
        place[last][patch.index] = entry
    return parse_role_args(patch.role, content)
