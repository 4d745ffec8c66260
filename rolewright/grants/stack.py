"""The stack config as a whole: environment, defaults and roles, merged.

How `defaults` merge into a role: the role's own key wins; `tags` and `trust` merge key by key;
lists are replaced, never joined. Roles that exist already take nothing from `defaults`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from rolewright.grants.keys import unknown_keys
from rolewright.grants.kinds import grant_kinds
from rolewright.grants.problems import ConfigError, Problem, join_paths, key_path
from rolewright.grants.role import RoleArgs, RoleDefaults
from rolewright.grants.trimming import longest_known, paths_in
from rolewright.grants.validation import MISSING, Checked, to_json, validate_rest, validate_text
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MERGED_BY_KEY = ("tags", "trust")
_NAMING = ("name", "nameFormat", "existing")
_GRANT_KEY = re.compile(r"(?P<kind>\w+)\[\d+\]\.(?P<key>\w+)$")


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


@dataclass(frozen=True, kw_only=True, slots=True)
class StackDraft:
    """A stack config as it was read: `config` is what of it fits, `problems` what does not.

    It is to be planned only to find more problems, where there are some: what does not fit may have
    something in its place. `config.environment` is the one that was probably meant where it is none. `unnamed` are the
    roles whose name in IAM hangs on something that was left out.
    """

    config: StackConfig
    problems: tuple[Problem, ...]
    defaults: Checked[RoleDefaults]
    own: Checked[dict[str, RoleArgs]]
    unnamed: frozenset[str]

    def traced(self, key: str, problem: Problem) -> Problem:
        """Return a problem of a role, whose path is from the role, with the path it was written at.

        What the role has from `defaults` is traced to them, so that it is told once.
        """
        own: Mapping[str, Any] = self.own.value[key]
        if _is_inherited(problem.path, own, self.defaults.value):
            return self.traced_default(problem)
        path = self.own.trimmed.old_path(join_paths(key_path("roles", key), problem.path))
        return Problem(path=path, message=problem.message)

    def traced_default(self, problem: Problem) -> Problem:
        """Return a problem of `defaults`, whose path is from there, as it was written."""
        path = self.defaults.trimmed.old_path(join_paths("defaults", problem.path))
        return Problem(path=path, message=problem.message)

    def error(self, problems: Iterable[Problem]) -> ConfigError:
        """Return the error of these problems, in the order of the config: by role, then key."""
        paths = (
            "environment",
            *paths_in(self.defaults.written, "defaults"),
            *paths_in(self.own.written, "roles"),
        )
        order = {path: index for index, path in enumerate(paths)}

        def place(problem: Problem) -> int:
            known = longest_known(problem.path, order)
            return -1 if known is None else order[known]

        # What stands in for a missing value is nobody's: nothing more is said of it.
        missing = {problem.path for problem in self.problems if problem.message == MISSING}
        told = (p for p in problems if p.path not in missing or p.message == MISSING)
        return ConfigError(sorted(told, key=place))


def draft_stack_config(
    environment: str | None, roles: str, defaults: str | None, keys: Iterable[str] = ()
) -> StackDraft:
    """Return what a stack's config says: `roles` and `defaults` are JSON text.

    `keys` are all keys that the stack's config has, such as `sagemaker-roles:roles`: one that the
    program does not know is a problem, like all that can be seen without knowing the account.
    """
    problems = list(unknown_keys(keys))
    try:
        kind = Environment(environment)
    except ValueError:
        problems.append(Problem(path="environment", message=_environment_fault(environment)))
        # The shortest, so that no name is held to be too long for what it will not be.
        kind = Environment(_meant(environment) or "dev")
    common = validate_rest(defaults or "{}", RoleDefaults, "defaults", keep=1)
    own = validate_rest(roles, dict[str, RoleArgs], "roles", keep=2, least=_least)
    problems += (*common.problems, *own.problems)
    if own.written == {}:
        problems.append(Problem(path="roles", message="is empty; name at least one role"))
    merged = {name: _merge(common.value, args) for name, args in own.value.items()}
    return StackDraft(
        config=StackConfig(environment=kind, roles=merged),
        problems=tuple(problems),
        defaults=common,
        own=own,
        unnamed=frozenset(_unnamed(common, own)),
    )


def parse_stack_config(environment: str | None, roles: str, defaults: str | None) -> StackConfig:
    """Return the stack config from its values: `roles` and `defaults` are JSON text.

    Raises ConfigError with every problem that can be seen without knowing the account.
    """
    draft = draft_stack_config(environment, roles, defaults)
    if draft.problems:
        raise draft.error(draft.problems)
    return draft.config


def parse_role_args(name: str, args: Mapping[str, object]) -> RoleArgs:
    """Return a component's arguments, checked as the stack config is. Raises ConfigError."""
    path = key_path("roles", name)
    return validate_text(to_json(args, path), RoleArgs, path)


def _least(path: str) -> object:
    """Return what stands in for a key that is missing in an entry of a grant, by the key's path."""
    least = {kind.key: kind.least for kind in grant_kinds()}
    entry = _GRANT_KEY.search(path)
    return entry and least[entry["kind"]][entry["key"]]


def _meant(environment: str | None) -> str | None:
    return nearest(environment or "", [member.value for member in Environment])


def _environment_fault(given: str | None) -> str:
    words = [member.value for member in Environment]
    if given is None:
        return f"is missing; set it to one of {', '.join(words)}"
    found = _meant(given)
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


def _is_inherited(path: str, own: Mapping[str, Any], defaults: Mapping[str, Any]) -> bool:
    """Whether what stands at a path of a role is there by `defaults`, as `_merge` merges them."""
    if own.get("existing", False):
        return False
    inherited = {key for key in defaults if key not in own}
    for key in _MERGED_BY_KEY:
        if key in own:
            inherited |= {
                key_path(key, name) for name in defaults.get(key, {}) if name not in own[key]
            }
    return longest_known(path, inherited) is not None


def _unnamed(defaults: Checked[RoleDefaults], own: Checked[dict[str, RoleArgs]]) -> Iterator[str]:
    """Yield the roles whose name hangs on a key that was left out: one of naming, or a misspelled."""
    by_defaults = _lost_naming(defaults.written, defaults.value, RoleDefaults)
    for name, args in own.value.items():
        written: Any = own.written[name]
        if _lost_naming(written, args, RoleArgs) or (by_defaults and "nameFormat" not in args):
            yield name


def _lost_naming(written: Any, kept: Mapping[str, Any], model: Any) -> bool:
    if not isinstance(written, dict):
        return True
    known: frozenset[str] = model.__required_keys__ | model.__optional_keys__
    lost = set(cast("dict[str, Any]", written)) - set(kept)
    return any(key in _NAMING or key not in known for key in lost)
