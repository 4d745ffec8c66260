"""Roles whose key was renamed: what is deployed under the old one is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.problems import Problem, key_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rolewright.grants.role import RoleArgs


def renaming_problems(roles: Mapping[str, RoleArgs]) -> Iterator[Problem]:
    """Yield a problem for each `formerly` whose deployed resources can't be the role's alone."""
    first: dict[str, str] = {}
    for key, args in roles.items():
        if "formerly" not in args:
            continue
        former = args["formerly"]
        path = f"{key_path('roles', key)}.formerly"
        other = first.setdefault(former, path)
        if former in roles:
            whose = "this very role" if former == key else "still a role of the stack"
            yield Problem(path=path, message=f"`{former}` is {whose}; name the key it had before")
        elif other != path:
            yield Problem(path=path, message=f"`{former}` is named by {other} too; remove one")
