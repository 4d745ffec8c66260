"""Writing to a part of a bucket, and not to what keeps its objects.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.actions import actions, named, union, writing_actions
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.holding import usable
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.iam import overlaps
from rolewright.lint.arns import PARTS, without_variables
from rolewright.reference import action_set, actions_of
from rolewright.roles import Part, Role, accepts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolewright.roles import Grant

_LASTING = (
    "s3:DeleteObjectVersion",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
)
_BUCKET = re.compile(r"(?:\$\{[^}]*\}|[^/])*")
_TELLING = ("s3:PutObject", "s3:DeleteObject")


class DataWriteScopedSettings(GuardrailSettings):
    """The buckets that take writes below a prefix only."""

    prefixRequired: NotRequired[list[str]]
    """Names of buckets that no role may write to as a whole; wildcards are taken, `*` is all."""


def _check(role: Role, settings: DataWriteScopedSettings) -> Iterator[Violation]:
    buckets = settings.get("prefixRequired", [])
    lasting, writing = actions(*_LASTING), _object_writing() if buckets else 0
    for policy, statement, grants in role.effective.held(lasting | writing):
        destroying = union(usable(grant, lasting) for grant in grants)
        if destroying:
            yield Violation(
                message=f"may undo what a bucket keeps: {named(destroying)}",
                policy=policy,
                statement=statement,
            )
        whole: dict[str, int] = {}
        for grant in grants:
            for bucket in _whole_buckets(grant, buckets):
                whole[bucket] = whole.get(bucket, 0) | usable(grant, writing)
        for bucket, held in whole.items():
            if held:
                yield Violation(
                    message=f"may write to the whole of `{bucket}`, where a prefix is required "
                    f"({named(held, 2, _TELLING)})",
                    policy=policy,
                    statement=statement,
                )


@lru_cache(maxsize=1)
def _object_writing() -> int:
    """Return the set of S3's actions that write, delete or tag objects."""
    return writing_actions() & union(
        action_set(f"s3:{action.name}")
        for action in actions_of("s3").values()
        if any(use.name == "object" for use in action.resource_types)
    )


def _whole_buckets(grant: Grant, buckets: Sequence[str]) -> Iterator[str]:
    """Yield the buckets of a list that the grant reaches without a prefix, and access points.

    Which bucket lies behind an access point is not known, so it counts as one of the list.
    """
    for resource in grant.resources:
        place = resource.split(":", PARTS - 1)[-1]
        through = place.startswith("accesspoint/")
        bucket, slash, key = place.partition("/object/") if through else _parted(place)
        if not accepts("s3:PutObject", resource) or (slash and key[:1] not in ("*", "?")):
            continue
        for required in buckets:
            if through:
                yield bucket
            elif overlaps(bucket, required) and grant.reaches(_objects(resource, bucket, required)):
                yield required


def _parted(place: str) -> tuple[str, str, str]:
    """Return a bucket's name, variables as `*`, and what comes behind the first slash after it."""
    end = len(_BUCKET.findall(place)[0])
    return without_variables(place[:end]), place[end : end + 1], place[end + 1 :]


def _objects(resource: str, bucket: str, required: str) -> str:
    """Return the objects of a required bucket, as the resource writes them where it names one."""
    if any(sign in bucket for sign in ("*", "?")):
        return f"arn:aws:s3:::{required}/*"
    return resource


GUARDRAIL: Guardrail[DataWriteScopedSettings] = Guardrail(
    id="data-write-scoped",
    description="A role writes below prefixes where that is required, and keeps old versions.",
    level=Level.BY_ENVIRONMENT,
    severity=Severity.MEDIUM,
    reads=frozenset({Part.IDENTITY}),
    why="A job that may write everywhere in a bucket overwrites the work of others; one that deletes "
    "versions, or lets a lifecycle do it, leaves nothing to go back to.",
    fix="give the bucket's grant `prefixes`, and leave versions, lifecycle and replication to the "
    "bucket's owner",
    settings=DataWriteScopedSettings,
    check=_check,
)
