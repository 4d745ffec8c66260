"""The snapshots on disk: zip archives of JSON members, read one member at a time.

`service-authorization.zip` holds `sources.json`, `index.json` (names and access levels of all
services), `condition-keys.json` (types of all keys) and `services/*.json` (a service's details);
`managed-policies.zip` holds `sources.json`, `names.json` and `policies/*.json`.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict

DATA = Path(__file__).with_name("data")
AUTHORIZATION = "service-authorization.zip"
MANAGED = "managed-policies.zip"


class ActionContent(TypedDict):
    """An action in a service's member; what is empty is left out."""

    level: str
    resources: NotRequired[list[tuple[str, int, list[str]]]]
    """Resource type, 1 where it is required, condition keys."""
    conditions: NotRequired[list[str]]
    dependent: NotRequired[list[str]]


class ServiceContent(TypedDict):
    """A service's member."""

    actions: dict[str, ActionContent]
    resources: dict[str, tuple[list[str], list[str]]]
    """ARN templates and condition keys of each resource type."""
    conditions: dict[str, str]


class PolicyContent(TypedDict):
    """An AWS-managed policy's member."""

    path: str
    version: str
    updated: str
    document: dict[str, Any]


class SourceContent(TypedDict):
    """A source of an archive; the fields of Source."""

    package: str
    version: str
    date: str
    license: str
    gives: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where facts come from: a package and its version, the date of the facts, what it gives.

    `date` is a day (`2026-09-26`), or a month where no more is known.
    """

    package: str
    version: str
    date: str
    license: str
    gives: str


def read_index() -> dict[str, dict[str, str]]:
    """Return the action names of each service, joined by spaces, by access level's first letter."""
    return _read(AUTHORIZATION, "index.json")


def read_condition_keys() -> dict[str, str]:
    """Return the type of each condition key and template."""
    return _read(AUTHORIZATION, "condition-keys.json")


@cache
def read_service(service: str) -> ServiceContent:
    """Return a service's details, empty for an unknown one."""
    try:
        return _read(AUTHORIZATION, f"services/{service}.json")
    except KeyError:
        return {"actions": {}, "resources": {}, "conditions": {}}


def read_policy_names() -> list[str]:
    """Return the names of all AWS-managed policies, in order."""
    return _read(MANAGED, "names.json")


def read_policy(name: str) -> PolicyContent:
    """Return an AWS-managed policy by its name. Raises KeyError where there is none."""
    return _read(MANAGED, f"policies/{name}.json")


@cache
def read_sources() -> tuple[Source, ...]:
    """Return the sources of both archives."""
    found: list[SourceContent] = [
        *_read(AUTHORIZATION, "sources.json"),
        *_read(MANAGED, "sources.json"),
    ]
    return tuple(Source(**source) for source in found)


@cache
def _archive(name: str) -> zipfile.ZipFile:
    # In memory, since forked processes would share an open file's position.
    return zipfile.ZipFile(io.BytesIO((DATA / name).read_bytes()))


def _read(archive: str, member: str) -> Any:  # JSON of the member's own shape
    """Return a member's JSON. Raises KeyError where the archive has no such member."""
    return json.loads(_archive(archive).read(member))
