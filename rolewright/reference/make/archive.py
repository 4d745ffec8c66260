"""Writing an archive of the snapshots, and comparing one with what would be written."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

from rolewright.reference.store import DATA

if TYPE_CHECKING:
    from collections.abc import Mapping


def write(name: str, members: Mapping[str, Any]) -> None:
    """Write an archive, the same bytes for the same members."""
    with zipfile.ZipFile(DATA / name, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for member, content in sorted(members.items()):
            entry = zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _text(content))


def differing_members(name: str, members: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the members that an archive lacks, has besides, or has with other content."""
    with zipfile.ZipFile(DATA / name) as archive:
        stored = {member: archive.read(member).decode() for member in archive.namelist()}
    wanted = {member: _text(content) for member, content in members.items()}
    return tuple(
        member for member in sorted(stored | wanted) if stored.get(member) != wanted.get(member)
    )


def _text(content: object) -> str:
    return json.dumps(content, separators=(",", ":"))
