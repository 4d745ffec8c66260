"""The snapshots on disk: zip archives of JSON members, read one member at a time."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data")
AUTHORIZATION = "service-authorization.zip"
MANAGED = "managed-policies.zip"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a snapshot comes from: a package and its version, and the date of its facts."""

    package: str
    version: str
    date: str
    license: str


@cache
def _archive(name: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(DATA / name)


def read(archive: str, member: str) -> Any:  # noqa: ANN401  # JSON of the member's own shape
    """Return a member's JSON. Raises KeyError where the archive has no such member."""
    return json.loads(_archive(archive).read(member))


@cache
def sources() -> dict[str, Source]:
    """Return the source of each snapshot, by archive name."""
    return {name: Source(**read(name, "source.json")) for name in (AUTHORIZATION, MANAGED)}
