"""Where `adopt` reads a role from: files, or AWS itself."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any, cast

from rolewright.cli.inputs import BadInput, read_bytes
from rolewright.explain.adopting.held import HeldRole, InvalidHeld, role_of_detail, role_of_json
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_GZIP = b"\x1f\x8b"
_DETAILS = "RoleDetailList"


def held_in_files(name: str, paths: Iterable[str]) -> HeldRole:
    """Return the role of a name or ARN that some file tells of. Raises BadInput."""
    names: list[str] = []
    for path in paths:
        for role in _roles(path, name):
            if name in (role.get("RoleName"), role.get("Arn"), role.get("name"), role.get("arn")):
                return _read(path, role)
            names.append(str(role.get("RoleName") or role.get("name")))
    meant = nearest(name, names)
    hint = f"; did you mean `{meant}`?" if meant else ""
    raise BadInput(f"no role `{name}` is in what was read{hint}")


def held_in_aws(name: str) -> HeldRole:
    """Return a role as AWS has it now. Raises BadInput."""
    try:
        import boto3  # noqa: PLC0415  # nobody else needs it
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
    except ImportError:
        raise BadInput("--live needs boto3; install `rolewright[live]`") from None
    session: Any = boto3
    try:
        # IAM has one endpoint for all regions.
        return _read("live", _detail(session.client("iam", region_name="us-east-1"), name))
    except (BotoCoreError, ClientError) as error:
        raise BadInput(f"live: {error}") from None


def _detail(iam: Any, name: str) -> dict[str, Any]:
    """Return a role as the account's authorization details have it, with what only `get-role` says.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
    """
    detail: dict[str, Any] = iam.get_role(RoleName=name.rpartition("/")[2])["Role"]
    given = {"RoleName": detail["RoleName"]}
    inline = iam.get_paginator("list_role_policies").paginate(**given)
    attached = iam.get_paginator("list_attached_role_policies").paginate(**given)
    return {
        **detail,
        "RolePolicyList": [
            iam.get_role_policy(**given, PolicyName=policy)
            for page in inline
            for policy in page["PolicyNames"]
        ],
        "AttachedManagedPolicies": [
            policy for page in attached for policy in page["AttachedPolicies"]
        ],
    }


def _roles(path: str, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the roles of a file as they are written there. Raises BadInput."""
    content = _content(path)
    for part in cast("list[Any]", content if isinstance(content, list) else [content]):
        if not isinstance(part, dict):
            raise BadInput(f"{path}: must be a JSON object")
        found = cast("dict[str, Any]", part)
        listed = found.get(_DETAILS)
        if isinstance(listed, list):
            for entry in cast("list[Any]", listed):
                if isinstance(entry, dict):
                    yield cast("dict[str, Any]", entry)
        elif set(found) == {"Role"}:
            raise BadInput(
                f"{path}: is from `get-role`, which tells no policies; use --live, or the output "
                "of `aws iam get-account-authorization-details --filter Role`"
            )
        elif "RoleName" in found:
            yield found
        else:
            yield {"name": name, **found}


def _content(path: str) -> Any:
    content = read_bytes(path)
    try:
        if content.startswith(_GZIP):
            content = gzip.decompress(content)
        return json.loads(content)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(f"{path}: can't be unpacked: {error}") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}: not JSON: {str(error).partition(chr(10))[0]}") from None


def _read(path: str, role: Mapping[str, Any]) -> HeldRole:
    try:
        return role_of_detail(role) if "RoleName" in role else role_of_json(role)
    except InvalidHeld as error:
        raise BadInput(f"{path}: {error}") from None
