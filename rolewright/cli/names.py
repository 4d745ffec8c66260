"""Names of roles that people write: found whatever path stands before them, or what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.cli.inputs import BadInput
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rolewright.roles import Role

    Names = Sequence[str]
    """All names of one role, the usual one first."""

_MOST_LISTED = 10
_COMMON = "role"
"""What the names of roles have in common, which doesn't make one like another."""


def names_of(role: Role) -> Names:
    """Return a role's key in the stack config, where it has one, and its name in IAM."""
    key = key_of(role)
    return (key, role.name) if key else (role.name,)


def key_of(role: Role) -> str:
    """Return a role's key in the stack config; empty where it isn't known."""
    return (role.config_key or "").removeprefix("roles").strip('.[]"')


def index_of(name: str, roles: Sequence[Names]) -> int | None:
    """Return the place of the role with a name or ARN. Case doesn't tell roles apart.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    bare = name.rpartition("/")[2]
    for place, names in enumerate(roles):
        if bare in names:
            return place
    lower = bare.lower()
    for place, names in enumerate(roles):
        if lower in map(str.lower, names):
            return place
    return None


def unknown_role(name: str, roles: Iterable[Names], where: str) -> BadInput:
    """Return that there is no role of a name somewhere, with the one that was meant."""
    known = list(dict.fromkeys(map(tuple, roles)))
    by_stem: dict[str, str] = {}
    for spelling in (spelling for names in known for spelling in names):
        by_stem.setdefault(_stem(spelling), spelling)
    meant = nearest(_stem(name.rpartition("/")[2]), by_stem)
    hint = f"; did you mean `{by_stem[meant]}`?" if meant else ""
    listed = ", ".join(names[0] for names in known[:_MOST_LISTED]) or "it has none"
    more = f" and {len(known) - _MOST_LISTED} more" if len(known) > _MOST_LISTED else ""
    return BadInput(f"{where}: has no role `{name}`{hint} ({listed}{more})")


def _stem(name: str) -> str:
    """Return what tells a role's name from others; all of it where nothing else is in it."""
    lower = name.lower()
    return lower.replace(_COMMON, "") or lower
