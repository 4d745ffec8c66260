"""The stack config as a whole: environment, defaults and roles, merged.

How `defaults` merge into a role: the role's own key wins; `tags` and `trust` merge key by key;
lists are replaced, never joined. Roles that exist already take nothing from `defaults`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, cast

from rolewright.grants.problems import ConfigError, Problem, key_path
from rolewright.grants.role import RoleArgs, RoleDefaults
from rolewright.grants.validation import to_json, validate_text
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

_MERGED_BY_KEY = ("tags", "trust")


class Environment(Enum):
    """The stack's environment, which says how strict the guardrails are."""

    LOCAL = "local"
    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


@dataclass(frozen=True, kw_only=True, slots=True)
class StackConfig:
    """A stack's environment and its roles by name, with the defaults merged in."""

    environment: Environment
    roles: Mapping[str, RoleArgs]


def parse_stack_config(environment: str | None, roles: str, defaults: str | None) -> StackConfig:
    """Return the stack config from its values: `roles` and `defaults` are JSON text.

    Raises ConfigError with every problem that can be seen without knowing the account.
    """
    problems: list[Problem] = []
    try:
        kind = Environment(environment)
    except ValueError:
        kind = Environment.PROD
        problems.append(Problem(path="environment", message=_environment_fault(environment)))
    common = RoleDefaults()
    try:
        common = validate_text(defaults or "{}", RoleDefaults, "defaults")
    except ConfigError as error:
        problems += error.problems
    own: dict[str, RoleArgs] = {}
    try:
        own = validate_text(roles, dict[str, RoleArgs], "roles")
        if not own:
            problems.append(Problem(path="roles", message="is empty; name at least one role"))
    except ConfigError as error:
        problems += error.problems
    if problems:
        raise ConfigError(problems)
    merged = {name: _merge(common, args) for name, args in own.items()}
    return StackConfig(environment=kind, roles=merged)


def parse_role_args(name: str, args: Mapping[str, object]) -> RoleArgs:
    """Return a component's arguments, checked as the stack config is. Raises ConfigError."""
    path = key_path("roles", name)
    return validate_text(to_json(args, path), RoleArgs, path)


def _environment_fault(given: str | None) -> str:
    words = [member.value for member in Environment]
    if given is None:
        return f"is missing; set it to one of {', '.join(words)}"
    found = nearest(given, words)
    hint = f"; did you mean `{found}`?" if found else ""
    return f"`{given}` is not an environment{hint} ({', '.join(words)})"


def _merge(defaults: RoleDefaults, args: RoleArgs) -> RoleArgs:
    if args.get("existing", False):
        return args
    merged: dict[str, object] = {**defaults, **args}
    for key in _MERGED_BY_KEY:
        both = {
            **cast("dict[str, object]", defaults.get(key, {})),
            **cast("dict[str, object]", args.get(key, {})),
        }
        if both:
            merged[key] = both
    return cast("RoleArgs", cast("object", merged))
