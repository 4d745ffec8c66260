"""EFS file systems that a role may mount: read, write; by access point, if wanted.

FSx has no such actions: who reaches an FSx file system through the network may mount it.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticfilesystem.html
Conditions: https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.kind import STRICT, Companion, GrantKind, Target
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import named
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Condition, Request, Statement


class FileSystemAccess(Enum):
    """What a role may do with a file system; never as root."""

    READ = "read"
    """Mount it and read: elasticfilesystem:ClientMount."""
    WRITE = "write"
    """Mount it, read and write: elasticfilesystem:ClientMount and ClientWrite."""


class FileSystemGrant(TypedDict):
    """Access to one EFS file system in the stack's own account and region."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    fileSystem: str
    """The file system's ID, such as `fs-0123456789abcdef0`."""
    accessPoint: NotRequired[str]
    """Only through this access point, such as `fsap-0123456789abcdef0`."""
    access: list[FileSystemAccess]
    """Any of read, write."""


_SYSTEM = re.compile(r"fs-[0-9a-f]{8,40}")
_POINT = re.compile(r"fsap-[0-9a-f]{8,40}")
_LEVELS = {
    "MountRead": ("elasticfilesystem:ClientMount", set(FileSystemAccess)),
    "MountWrite": ("elasticfilesystem:ClientWrite", {FileSystemAccess.WRITE}),
}


def _problems(grant: FileSystemGrant) -> Iterator[Problem]:
    if not _SYSTEM.fullmatch(grant["fileSystem"]):
        yield Problem(
            path="fileSystem",
            message=f"`{grant['fileSystem']}` is not the ID of a file system; write it like "
            "`fs-0123456789abcdef0`",
        )
    point = grant.get("accessPoint")
    if point is not None and not _POINT.fullmatch(point):
        yield Problem(
            path="accessPoint",
            message=f"`{point}` is not the ID of an access point; write it like "
            "`fsap-0123456789abcdef0`",
        )
    if not grant["access"]:
        yield Problem(path="access", message="is empty; name one of read, write")


def _statements(grants: Sequence[FileSystemGrant], target: Target) -> Iterator[Statement]:
    for name in sorted({grant["fileSystem"] for grant in grants}):
        for verb, (action, levels) in _LEVELS.items():
            wanted = [
                grant.get("accessPoint")
                for grant in grants
                if grant["fileSystem"] == name and levels & set(grant["access"])
            ]
            if not wanted:
                continue
            points = {
                target.arn("elasticfilesystem", f"access-point/{point}")
                for point in wanted
                if point is not None
            }
            by_point = Condition(
                operator="StringEquals",
                key="elasticfilesystem:AccessPointArn",
                values=tuple(sorted(points)),
            )
            yield allow(
                f"{verb}{sid_word(name)}",
                (action,),
                (target.arn("elasticfilesystem", f"file-system/{name}"),),
                conditions=() if None in wanted else (by_point,),
            )


def _companions(grants: Sequence[FileSystemGrant], _: Target) -> Iterator[Companion]:
    for name in sorted({grant["fileSystem"] for grant in grants}):
        yield Companion(
            what=f"way through the network to {name}",
            why="A file system is mounted through the network: it has to have a mount target in "
            "the subnets that jobs run in (`vpc`), and a security group that lets NFS in, port "
            "2049; FSx for Lustre takes no IAM action at all, only ports 988 and 1018 to 1023.",
            snippet=f"aws efs describe-mount-targets --file-system-id {name}",
        )


def _propose(
    request: Request, _: Sequence[FileSystemGrant], target: Target
) -> Iterator[FileSystemGrant]:
    """Propose the access point that the request comes through, then the file system."""
    name = named(request.resource, target, "elasticfilesystem", "file-system/")
    if name is None:
        return
    points = [
        point
        for arn in request.lowered.get("elasticfilesystem:accesspointarn", ())
        if (point := named(arn, target, "elasticfilesystem", "access-point/"))
    ]
    for access in FileSystemAccess:
        for action, levels in _LEVELS.values():
            if access in levels and action.lower() == request.action.lower():
                entry: FileSystemGrant = {"fileSystem": name, "access": [access]}
                for point in points:
                    yield {**entry, "accessPoint": point}
                yield entry


KIND: GrantKind[FileSystemGrant] = GrantKind(
    key="fileSystems",
    least={"fileSystem": "fs-00000000", "access": [FileSystemAccess.READ]},
    problems=_problems,
    statements=_statements,
    companions=_companions,
    propose=_propose,
)
