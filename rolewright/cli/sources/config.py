"""A stack's file, and the roles that it asks for, read without an engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rolewright.cli.inputs import BadInput, read_bytes
from rolewright.grants import NAMESPACE, ConfigError, Target, partition_of, plan_stack
from rolewright.roles.planned import roles_of_plans

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.grants import Environment, RoleArgs, StackDraft
    from rolewright.roles import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class StackRoles:
    """Roles by their key in the stack config, and what stands there of each, defaults merged in."""

    roles: Mapping[str, Role]
    args: Mapping[str, RoleArgs]
    target: Target
    environment: Environment


@dataclass(frozen=True, kw_only=True, slots=True)
class StackFile:
    """The settings of a stack's file; `said` is what people know it by."""

    said: str
    settings: Mapping[str, Any]

    @property
    def region(self) -> str:
        """The region of the stack; empty where the file doesn't say."""
        return str(self.settings.get("aws:region") or "")

    @property
    def defaults(self) -> Mapping[str, Any]:
        """What roles are given where they don't say. Raises BadInput."""
        given: Any = self.settings.get(f"{NAMESPACE}:defaults") or {}
        if not isinstance(given, dict):
            raise BadInput(f"{self.said}: defaults: is not a mapping")
        return cast("dict[str, Any]", given)

    def draft(self) -> StackDraft:
        """Return what the file says, with what is wrong with it. Raises BadInput."""
        # It alone needs a YAML parser.
        from rolewright.grants.stack_file import (  # noqa: PLC0415
            InvalidStackFile,
            draft_of_config,
        )

        try:
            return draft_of_config(self.settings)
        except InvalidStackFile as error:
            raise BadInput(f"{self.said}: {error}") from None

    def roles(self, account: str, region: str = "") -> StackRoles:
        """Return the roles of an account; `region` is for a file that has none. Raises BadInput."""
        draft = self.draft()
        region = self.region or region
        target = Target(
            partition=partition_of(region),
            account=account,
            region=region,
            environment=draft.config.environment.value,
        )
        try:
            plans = plan_stack(draft, target)
        except ConfigError as error:
            raise faulty(self.said, error) from None
        roles = roles_of_plans(plans)
        return StackRoles(
            roles={plan.key: role for plan, role in zip(plans, roles, strict=True)},
            args=draft.config.roles,
            target=target,
            environment=draft.config.environment,
        )


def read_stack_file(path: str, said: str | None = None) -> StackFile:
    """Return a stack's file. Raises BadInput."""
    # It alone needs a YAML parser.
    from rolewright.grants.stack_file import InvalidStackFile, parse_config  # noqa: PLC0415

    said = said or path
    try:
        return StackFile(said=said, settings=parse_config(read_bytes(path, said), said))
    except InvalidStackFile as error:
        raise BadInput(str(error)) from None


def faulty(said: str, error: ConfigError) -> BadInput:
    """Return what is wrong with a config, a problem a line below the name of its file."""
    return BadInput("\n  ".join((said, *str(error).split("\n"))))
