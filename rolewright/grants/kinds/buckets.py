"""Access to S3 buckets: list, read, write, delete; the whole bucket or prefixes of it.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
Names: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NotRequired

from pydantic import ConfigDict
from typing_extensions import TypedDict

from rolewright.grants.kind import GrantKind, Target
from rolewright.grants.problems import Problem
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Condition, Statement


class BucketAccess(Enum):
    """What a role may do in a bucket."""

    LIST = "list"
    """See which objects there are: s3:ListBucket, nothing else."""
    READ = "read"
    """Fetch objects and learn the bucket's region: s3:GetObject, s3:GetBucketLocation."""
    WRITE = "write"
    """Put objects and give up unfinished uploads: s3:PutObject, s3:AbortMultipartUpload."""
    DELETE = "delete"
    """Delete objects: s3:DeleteObject."""


class BucketGrant(TypedDict):
    """Access to one bucket."""

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True)  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    name: str
    """The bucket's name, not its ARN."""
    access: list[BucketAccess]
    """Any of list, read, write, delete."""
    prefixes: NotRequired[list[str]]
    """Only keys that begin with one of these, such as `team-a/`; binds `list` too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Level:
    """The actions of one access level, by the resource type that they take."""

    verb: str
    on_bucket: tuple[str, ...] = ()
    on_objects: tuple[str, ...] = ()


_LEVELS = {
    BucketAccess.LIST: _Level(verb="List", on_bucket=("s3:ListBucket",)),
    BucketAccess.READ: _Level(
        verb="Read", on_bucket=("s3:GetBucketLocation",), on_objects=("s3:GetObject",)
    ),
    BucketAccess.WRITE: _Level(
        verb="Write", on_objects=("s3:AbortMultipartUpload", "s3:PutObject")
    ),
    BucketAccess.DELETE: _Level(verb="Delete", on_objects=("s3:DeleteObject",)),
}

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_IP_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def _name_fault(name: str) -> str | None:
    """Return why S3 can't have a bucket of this name, or None."""
    if name.startswith("arn:"):
        return f"is an ARN; give the bucket's name alone: `{name.rpartition(':')[2].partition('/')[0]}`"
    if not _NAME.fullmatch(name):
        return (
            "is not a bucket name; it takes 3 to 63 lowercase letters, digits, dots and hyphens, "
            "with a letter or digit at each end"
        )
    faults = {
        "it has two dots in a row": ".." in name,
        "it is formatted as an IP address": bool(_IP_ADDRESS.fullmatch(name)),
        **{f"S3 reserves the prefix `{p}`": name.startswith(p) for p in _RESERVED_PREFIXES},
        **{f"S3 reserves the suffix `{p}`": name.endswith(p) for p in _RESERVED_SUFFIXES},
    }
    return next((f"is not a bucket name; {why}" for why, holds in faults.items() if holds), None)


def _problems(grant: BucketGrant) -> Iterator[Problem]:
    fault = _name_fault(grant["name"])
    if fault:
        yield Problem(path="name", message=f"`{grant['name']}` {fault}")
    if not grant["access"]:
        yield Problem(path="access", message="is empty; name one of list, read, write, delete")
    prefixes = grant.get("prefixes")
    if prefixes == []:
        yield Problem(
            path="prefixes", message="is empty; name a prefix, or leave it out for the whole bucket"
        )
    for index, prefix in enumerate(prefixes or ()):
        if not prefix.strip("/") or any(sign in prefix for sign in ("*", "?", "${")):
            yield Problem(
                path=f"prefixes[{index}]",
                message=f"`{prefix}` is not a prefix; "
                "write the first characters of the keys, such as `team-a/`, without wildcards",
            )
        elif prefix.startswith("/"):
            yield Problem(
                path=f"prefixes[{index}]",
                message=f"`{prefix}` begins with a slash, which S3 keys seldom do; "
                f"write `{prefix.lstrip('/')}`",
            )


def _statements(grants: Sequence[BucketGrant], target: Target) -> Iterator[Statement]:
    """Render one or two statements a bucket and level; None as a prefix is the whole bucket."""
    wanted: dict[tuple[str, BucketAccess], set[str] | None] = {}
    for grant in grants:
        for level in grant["access"]:
            key = (grant["name"], level)
            prefixes = grant.get("prefixes")
            held = wanted.get(key, set())
            wanted[key] = None if prefixes is None or held is None else held | set(prefixes)
    order = list(_LEVELS)
    for (name, access), prefixes in sorted(
        wanted.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
    ):
        yield from _bucket_level(f"arn:{target.partition}:s3:::{name}", name, access, prefixes)


def _bucket_level(
    arn: str, name: str, access: BucketAccess, prefixes: set[str] | None
) -> Iterator[Statement]:
    level = _LEVELS[access]
    word = sid_word(name)
    keys = ("*",) if prefixes is None else tuple(f"{prefix}*" for prefix in sorted(prefixes))
    listed = access is BucketAccess.LIST and prefixes is not None
    if level.on_bucket:
        verb = "Locate" if level.on_objects else level.verb
        conditions = (
            (Condition(operator="StringLike", key="s3:prefix", values=keys),) if listed else ()
        )
        yield allow(f"{verb}{word}", level.on_bucket, (arn,), conditions=conditions)
    if level.on_objects:
        yield allow(f"{level.verb}{word}", level.on_objects, tuple(f"{arn}/{key}" for key in keys))


KIND: GrantKind[BucketGrant] = GrantKind(
    key="buckets",
    least={"name": "xxx", "access": [BucketAccess.LIST]},
    problems=_problems,
    statements=_statements,
)
