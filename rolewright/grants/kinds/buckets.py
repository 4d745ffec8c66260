"""Access to S3 buckets: list, read, write, delete; the whole bucket or prefixes of it.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
Names: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import arn_word, partition_problems
from rolewright.grants.key_use import (
    DECRYPT,
    PRODUCE,
    KeyUse,
    key_partition_problems,
    named_key,
    one_or_all,
)
from rolewright.grants.kind import STRICT, Companion, GrantKind, Target
from rolewright.grants.network import key_problems
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import folder, has, with_key
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Condition, Request, Statement


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

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    name: str
    """The bucket's name, not its ARN."""
    access: list[BucketAccess]
    """Any of list, read, write, delete."""
    prefixes: NotRequired[list[str]]
    """Only keys that begin with one of these, such as `team-a/`; binds `list` too."""
    key: NotRequired[str]
    """The ARN of the KMS key that the bucket is encrypted with."""
    accessPoints: NotRequired[list[str]]
    """Only by these access points: names of this account and region, or ARNs."""


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

_KEY_BYTES = 1024

_ACCESS_POINT = re.compile(r"[a-z0-9][a-z0-9-]{1,48}[a-z0-9]")
_ACCESS_POINT_ARN = re.compile(
    r"arn:[a-z-]+:s3:[a-z0-9-]+:\d{12}:accesspoint/" + _ACCESS_POINT.pattern
)
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_IP_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def bucket_name_fault(name: str) -> str | None:
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
    fault = bucket_name_fault(grant["name"])
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
        elif len(prefix.encode()) > _KEY_BYTES:
            yield Problem(
                path=f"prefixes[{index}]",
                message=f"has {len(prefix.encode())} bytes, but an object's key takes up to "
                f"{_KEY_BYTES}; shorten it",
            )
        elif prefix.startswith("/"):
            yield Problem(
                path=f"prefixes[{index}]",
                message=f"`{prefix}` begins with a slash, which S3 keys seldom do; "
                f"write `{prefix.lstrip('/')}`",
            )
    if "key" in grant:
        yield from key_problems(grant["key"], "key")
    yield from _access_point_problems(grant.get("accessPoints"))


def _access_point_problems(given: list[str] | None) -> Iterator[Problem]:
    if given == []:
        yield Problem(
            path="accessPoints", message="is empty; name an access point, or leave it out"
        )
    for index, name in enumerate(given or ()):
        if not _ACCESS_POINT.fullmatch(name) and not _ACCESS_POINT_ARN.fullmatch(name):
            yield Problem(
                path=f"accessPoints[{index}]",
                message=f"`{name}` is not an access point; give its name, 3 to 50 lowercase "
                "letters, digits and hyphens, or its ARN",
            )


def _problems_there(grants: Sequence[BucketGrant], target: Target) -> Iterator[Problem]:
    yield from key_partition_problems(grants, target)
    owners: dict[str, str] = {}
    for index, grant in enumerate(grants):
        for place, given in enumerate(grant.get("accessPoints", ())):
            path = f"[{index}].accessPoints[{place}]"
            yield from partition_problems(given, path, target)
            owner = owners.setdefault(_access_point(given, target), grant["name"])
            if owner != grant["name"]:
                yield Problem(
                    path=path,
                    message=f"`{given}` is an access point of bucket `{owner}` above; it can't be "
                    "one of two buckets",
                )


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class _Place:
    """Where objects are reached: a bucket itself, or one of its access points by ARN."""

    bucket: str
    access_point: str = ""

    def arn(self, target: Target) -> str:
        return self.access_point or f"arn:{target.partition}:s3:::{self.bucket}"

    def objects(self, keys: Sequence[str], target: Target) -> tuple[str, ...]:
        between = "/object/" if self.access_point else "/"
        return tuple(f"{self.arn(target)}{between}{key}" for key in keys)

    def sid(self, verb: str) -> str:
        if self.access_point:
            return f"Point{verb}{arn_word(self.access_point)}"
        return f"{verb}{sid_word(self.bucket)}"


def _places(grant: BucketGrant, target: Target) -> Iterator[_Place]:
    if "accessPoints" not in grant:
        yield _Place(bucket=grant["name"])
    for given in grant.get("accessPoints", ()):
        yield _Place(bucket=grant["name"], access_point=_access_point(given, target))


def _access_point(given: str, target: Target) -> str:
    return given if given.startswith("arn:") else target.arn("s3", f"accesspoint/{given}")


def _wanted(
    grants: Sequence[BucketGrant], target: Target
) -> Iterator[tuple[_Place, BucketAccess, tuple[str, ...] | None]]:
    """Yield each place and level once, with its prefixes; None is the whole bucket."""
    wanted: dict[tuple[_Place, BucketAccess], set[str] | None] = {}
    for grant in grants:
        prefixes = grant.get("prefixes")
        for place in _places(grant, target):
            for level in grant["access"]:
                held = wanted.get((place, level), set())
                wanted[place, level] = (
                    None if prefixes is None or held is None else held | set(prefixes)
                )
    order = list(_LEVELS)
    for (place, access), found in sorted(
        wanted.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
    ):
        yield place, access, None if found is None else _shortest(found)


def _shortest(prefixes: Iterable[str]) -> tuple[str, ...]:
    """Return the prefixes that begin with none of the others, in order."""
    kept: list[str] = []
    for prefix in sorted(set(prefixes)):
        if not kept or not prefix.startswith(kept[-1]):
            kept.append(prefix)
    return tuple(kept)


def _statements(grants: Sequence[BucketGrant], target: Target) -> Iterator[Statement]:
    """Render one or two statements a place and level, and what its key takes."""
    for place, access, prefixes in _wanted(grants, target):
        yield from _level_statements(place, access, prefixes, target)
    for _, use in _key_uses(grants, target):
        yield use.statement(target)


def _level_statements(
    place: _Place, access: BucketAccess, prefixes: tuple[str, ...] | None, target: Target
) -> Iterator[Statement]:
    level = _LEVELS[access]
    keys = _patterns(prefixes)
    if level.on_bucket:
        verb = "Locate" if level.on_objects else level.verb
        conditions = (
            (Condition(operator="StringLike", key="s3:prefix", values=keys),)
            if access is BucketAccess.LIST and prefixes is not None
            else ()
        )
        yield allow(place.sid(verb), level.on_bucket, (place.arn(target),), conditions=conditions)
    if level.on_objects:
        yield allow(place.sid(level.verb), level.on_objects, place.objects(keys, target))


def _patterns(prefixes: Sequence[str] | None) -> tuple[str, ...]:
    return ("*",) if prefixes is None else tuple(f"{prefix}*" for prefix in prefixes)


def _key_uses(grants: Sequence[BucketGrant], target: Target) -> Iterator[tuple[str, KeyUse]]:
    """Yield what each bucket's keys are used for, with the bucket's name.

    Writing in parts decrypts as well. With a bucket key the encryption context is the bucket's
    ARN, without the object's.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    encrypted = [grant for grant in grants if "key" in grant]
    for name in sorted({grant["name"] for grant in encrypted}):
        bucket = _Place(bucket=name)
        for verb, actions, levels in (
            ("Unseal", DECRYPT, {BucketAccess.READ, BucketAccess.WRITE}),
            ("Seal", PRODUCE, {BucketAccess.WRITE}),
        ):
            used = [g for g in encrypted if g["name"] == name and levels & set(g["access"])]
            if not used:
                continue
            prefixes = [grant.get("prefixes") for grant in used]
            keys = _shortest(key for given in prefixes for key in given or ())
            patterns = _patterns(None if None in prefixes else keys)
            arns = (bucket.arn(target), *bucket.objects(patterns, target))
            yield (
                name,
                KeyUse(
                    sid=bucket.sid(verb),
                    keys=tuple(sorted({grant.get("key", "") for grant in used})),
                    actions=actions,
                    service="s3",
                    context=("aws:s3:arn", arns),
                ),
            )


def _companions(grants: Sequence[BucketGrant], target: Target) -> Iterator[Companion]:
    for name, use in _key_uses(grants, target):
        yield from use.companions(target, f"bucket `{name}`")
        if use.actions == PRODUCE:
            yield from (named_key(name, key) for key in use.keys)
    for place, access, prefixes in _wanted(grants, target):
        if place.access_point:
            yield _delegation(place, access, prefixes, target)


def _delegation(
    place: _Place, access: BucketAccess, prefixes: tuple[str, ...] | None, target: Target
) -> Companion:
    """Return what the bucket's policy must say for an access point.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
    """
    level = _LEVELS[access]
    bucket = _Place(bucket=place.bucket)
    resources = [bucket.arn(target)] if level.on_bucket else []
    if level.on_objects:
        resources += bucket.objects(_patterns(prefixes), target)
    statement = {
        "Sid": place.sid(level.verb),
        "Effect": "Allow",
        "Principal": {"AWS": "ROLE_ARN"},
        "Action": one_or_all((*level.on_bucket, *level.on_objects)),
        "Resource": one_or_all(resources),
        "Condition": {"StringEquals": {"s3:DataAccessPointArn": place.access_point}},
    }
    return Companion(
        what=f"bucket policy of {bucket.arn(target)}",
        why=f"What `{place.access_point}` lets through is allowed only where the bucket's own "
        "policy allows it too.",
        snippet=json.dumps(statement, indent=2),
    )


_BUCKET_ARN = re.compile(r"arn:[a-z-]+:s3:::([^/]+)(?:/(.+))?", re.DOTALL)
_POINT_ARN = re.compile(rf"({_ACCESS_POINT_ARN.pattern})(?:/object/(.+))?", re.DOTALL)


def _propose(
    request: Request, held: Sequence[BucketGrant], target: Target
) -> Iterator[BucketGrant]:
    """Propose the key's folder, then the whole; of an access point whose bucket is known.

    `read` is not proposed for a bucket's region alone, which would hand out objects with it.
    """
    whole = _BUCKET_ARN.fullmatch(request.resource)
    point = _POINT_ARN.fullmatch(request.resource)
    bases: list[BucketGrant] = []
    if whole and request.resource.startswith(f"arn:{target.partition}:"):
        bases = [{"name": whole[1], "access": []}]
    elif point:
        names = (point[1], point[1].rpartition("/")[2])
        known = [g for g in held if set(names) & set(g.get("accessPoints", ()))]
        bases = [{"name": g["name"], "access": [], "accessPoints": [point[1]]} for g in known[:1]]
    found = whole or point
    for base in bases:
        key = found and found[2]
        starts = (key,) if key else request.lowered.get("s3:prefix", ())
        for access, level in _LEVELS.items():
            alone = not key and not level.on_objects and has(level.on_bucket, request)
            if alone or (key and has(level.on_objects, request)):
                entry: BucketGrant = {**base, "access": [access]}
                if access in (BucketAccess.READ, BucketAccess.WRITE):
                    entry = with_key(entry, held, "name")
                if starts and starts[0]:
                    yield {**entry, "prefixes": [folder(starts[0])]}
                yield entry


KIND: GrantKind[BucketGrant] = GrantKind(
    key="buckets",
    least={"name": "xxx", "access": [BucketAccess.LIST]},
    problems=_problems,
    statements=_statements,
    companions=_companions,
    problems_there=_problems_there,
    propose=_propose,
)
