"""Which buckets a role reaches."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.actions import named, union, writing_actions
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.iam import overlaps
from rolewright.reference import action_set, actions_of
from rolewright.roles import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Grant

_BUCKET_ARN = re.compile(r"arn:[a-z-]+:s3:::([^/]+)(?:/.*)?", re.DOTALL)
_LAST_PART = 5
_ANY_BUCKET = "arn:*:s3:::*"
# Access points, also of Object Lambda, of several regions and on Outposts.
_ANY_WAY_IN = "arn:*:s3*:*:*:*"


class DataBucketsSettings(GuardrailSettings):
    """The buckets that roles may use."""

    allowed: NotRequired[list[str]]
    """Names of buckets; where given, access to any other is a violation."""


def _check(role: Role, settings: DataBucketsSettings) -> Iterator[Violation]:
    allowed = settings.get("allowed")
    for grant in role.effective.of(_bucket_actions()):
        actions = grant.actions & _bucket_actions()
        for bucket in _buckets(grant):
            found = _violation(bucket, actions, allowed, grant)
            if found:
                yield found


def _violation(
    bucket: str, actions: int, allowed: list[str] | None, grant: Grant
) -> Violation | None:
    """Return what is wrong with access to one bucket or pattern of buckets."""
    writes, policy, statement = actions & writing_actions(), grant.policy, grant.statement
    access_point = bucket.startswith("arn:")
    if bucket.strip("*") == "":
        which = "every bucket"
    else:
        which = f"buckets {'through' if access_point else 'that match'} `{bucket}`"
    # Behind `/object/` stand keys, as behind a bucket's name.
    wildcard = any(sign in bucket.partition("/object/")[0] for sign in ("*", "?", "${"))
    if writes and wildcard:
        names = named(writes, 2, ("s3:PutObject", "s3:DeleteObject"))
        return Violation(
            message=f"may change {which} ({names})", policy=policy, statement=statement
        )
    if allowed is not None and bucket not in allowed:
        exact = f"`{bucket}`" if access_point else f"bucket `{bucket}`"
        name = which if wildcard else exact
        return Violation(
            message=f"reaches {name}, which this guardrail's `allowed` does not name",
            policy=policy,
            statement=statement,
        )
    if wildcard:
        names = named(actions, 2, ("s3:GetObject", "s3:ListBucket"))
        return Violation(
            message=f"may read {which} ({names})",
            policy=policy,
            statement=statement,
            level=Level.BY_ENVIRONMENT,
        )
    return None


def _buckets(grant: Grant) -> tuple[str, ...]:
    """Return the bucket names of a grant's resources, `*` for what names none.

    An access point stands for the bucket it leads to by its ARN.
    """
    names: dict[str, None] = {}
    for resource in grant.resources:
        named = _BUCKET_ARN.fullmatch(resource)
        if named:
            names[named[1]] = None
        elif _may_be(resource, _ANY_BUCKET):
            names["*"] = None
        elif _may_be(resource, _ANY_WAY_IN):
            names[resource] = None
    return tuple(names)


def _may_be(resource: str, kind: str) -> bool:
    """Whether a resource pattern may stand for an ARN of a kind, part by part if it has them all."""
    parts, others = resource.split(":", _LAST_PART), kind.split(":", _LAST_PART)
    if len(parts) <= _LAST_PART:
        return overlaps(resource, kind)
    return all(overlaps(part, other) for part, other in zip(parts, others, strict=True))


@lru_cache(maxsize=1)
def _bucket_actions() -> int:
    """Return the set of S3's actions on buckets and objects, leaving out those on the account."""
    return union(
        action_set(f"s3:{action.name}")
        for action in actions_of("s3").values()
        if any(use.name in ("bucket", "object") for use in action.resource_types)
    )


GUARDRAIL: Guardrail[DataBucketsSettings] = Guardrail(
    id="data-buckets",
    description="A role reaches named buckets, and those only that are allowed.",
    level=Level.MANDATORY,
    severity=Severity.HIGH,
    reads=frozenset({Part.IDENTITY}),
    why="A wildcard in a bucket's name takes in buckets of other teams, also those made later.",
    fix="name the buckets under `buckets`, or add them to this guardrail's `allowed`",
    settings=DataBucketsSettings,
    check=_check,
)
