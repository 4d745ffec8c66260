"""Names of roles that people write: found whatever path stands before them, or what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.cli.inputs import BadInput
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_LISTED = 10


def index_of(name: str, names: Sequence[str]) -> int | None:
    """Return the place of a role's name or ARN among names, whose case doesn't tell roles apart.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    bare = name.rpartition("/")[2]
    if bare in names:
        return names.index(bare)
    lower = [known.lower() for known in names]
    return lower.index(bare.lower()) if bare.lower() in lower else None


def unknown_role(name: str, names: Iterable[str], where: str) -> BadInput:
    """Return that there is no role of a name somewhere, with the one that was meant."""
    known = list(dict.fromkeys(names))
    meant = nearest(name.rpartition("/")[2], known)
    hint = f"; did you mean `{meant}`?" if meant else ""
    more = f" and {len(known) - _MOST_LISTED} more" if len(known) > _MOST_LISTED else ""
    listed = f"{', '.join(known[:_MOST_LISTED]) or 'it has none'}{more}"
    return BadInput(f"{where}: has no role `{name}`{hint} ({listed})")
