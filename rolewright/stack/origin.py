"""From a resource of our component back to the stack config key that asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from rolewright.grants import OWN_PREFIX, key_path
from rolewright.grants.kinds import grant_kinds

COMPONENT = "rolewright:index:SageMakerRole"


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """The config keys of one role; all None for a role that another program wrote."""

    role_key: str | None = None

    @property
    def trust(self) -> str | None:
        """The key of the trust policy."""
        return self._below("trust")

    @property
    def boundary(self) -> str | None:
        """The key of the permissions boundary."""
        return self._below("permissionsBoundary")

    @property
    def managed(self) -> str | None:
        """The key of the attached managed policies."""
        return self._below("managedPolicies")

    def policy(self, name: str) -> str | None:
        """Return the key of an inline policy, by its name in IAM."""
        bare = name.removeprefix(OWN_PREFIX)
        if bare != name and any(kind.key == bare for kind in grant_kinds()):
            return self._below(bare)
        return self._below(key_path("policies", bare))

    def made(self, resource: str) -> str | None:
        """Return the key of a managed policy of the role's own, by its resource's name.

        The component names it by the role, where in the config it is, and its name there.
        """
        section, found, name = resource.rpartition("/")
        section = section.rpartition("/")[2]
        return self._below(key_path(section, name)) if found else self.role_key

    def _below(self, key: str) -> str | None:
        return None if self.role_key is None else f"{self.role_key}.{key}"


def origin_of(parent: str | None) -> Origin:
    """Return where a resource comes from, by the URN of its parent."""
    if parent is None:
        return Origin()
    # urn:pulumi:STACK::PROJECT::TYPES::NAME, where TYPES ends in the parent's own type.
    _, _, types, name = parent.split("::", 3)
    if types.rpartition("$")[2] != COMPONENT:
        return Origin()
    return Origin(role_key=key_path("roles", name))
