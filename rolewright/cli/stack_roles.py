"""The roles that a stack's file asks for, read without an engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rolewright.cli.inputs import BadInput
from rolewright.grants import ConfigError, Target, plan_stack
from rolewright.roles.planned import roles_of_plans

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.grants import RoleArgs
    from rolewright.roles import Role

ANY_ACCOUNT = "123456789012"
"""The account of roles that are not in any yet, as AWS's documentation writes it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StackRoles:
    """Roles by their key in the stack config, and what stands there of each, defaults merged in."""

    roles: Mapping[str, Role]
    args: Mapping[str, RoleArgs]
    target: Target

    def key_of(self, name: str) -> str | None:
        """Return the key of a role, by its key or by its name in IAM, whose case doesn't matter."""
        if name in self.roles:
            return name
        lower = name.lower()
        return next((key for key, role in self.roles.items() if role.name.lower() == lower), None)


def read_stack_roles(path: str, account: str = ANY_ACCOUNT) -> StackRoles:
    """Return the roles of a stack's file. Raises BadInput."""
    # It alone needs a YAML parser.
    from rolewright.grants.stack_file import (  # noqa: PLC0415
        InvalidStackFile,
        draft_of_config,
        read_config,
    )

    try:
        config = read_config(Path(path))
        draft = draft_of_config(config)
        region = str(config.get("aws:region") or "")
        target = Target(
            partition=partition_of(region),
            account=account,
            region=region,
            environment=draft.config.environment.value,
        )
        plans = plan_stack(draft, target)
    except OSError as error:
        raise BadInput(f"{path}: can't be read: {(error.strerror or '').lower()}") from None
    except InvalidStackFile as error:
        raise BadInput(str(error)) from None
    except ConfigError as error:
        raise BadInput(f"{path}\n  {str(error).replace(chr(10), chr(10) + '  ')}") from None
    roles = roles_of_plans(plans)
    return StackRoles(
        roles={plan.key: role for plan, role in zip(plans, roles, strict=True)},
        args=draft.config.roles,
        target=target,
    )


def partition_of(region: str) -> str:
    """Return the partition that a region is of."""
    for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(prefix):
            return partition
    return "aws"
