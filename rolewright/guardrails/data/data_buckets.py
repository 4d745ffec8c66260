"""Which buckets a role reaches."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.actions import may_match, named, union, writing_actions
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.holding import taking
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.iam import overlaps
from rolewright.reference import action_set, actions_of
from rolewright.roles import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Grant

_BUCKET_ARN = re.compile(r"arn:[a-z-]+:s3:::([^/]+)(?:/.*)?", re.DOTALL)
_LAST_PART = 5
_KINDS = {
    "s3": ("bucket", "object"),
    "s3express": ("bucket",),
    "s3-object-lambda": ("objectlambdaaccesspoint",),
    "s3-outposts": ("bucket", "object"),
    "s3tables": ("TableBucket", "Table"),
}
"""The services that have buckets, and their types of resources that hold data."""
_ANY_BUCKET = "arn:*:s3:::*"


class DataBucketsSettings(GuardrailSettings):
    """The buckets that roles may use."""

    allowed: NotRequired[list[str]]
    """Names of buckets; where given, access to any other is a violation."""


def _check(role: Role, settings: DataBucketsSettings) -> Iterator[Violation]:
    allowed = settings.get("allowed")
    for policy, statement, grants in role.effective.held(_bucket_actions()):
        for bucket, actions in _buckets(grants).items():
            found = _fault(bucket, actions, allowed)
            if found:
                message, level = found
                yield Violation(message=message, policy=policy, statement=statement, level=level)


def _fault(bucket: str, actions: int, allowed: list[str] | None) -> tuple[str, Level | None] | None:
    """Return what is wrong with access to one bucket or pattern of buckets, and a milder level."""
    # Behind `/object/` stand keys, as behind a bucket's name.
    name = bucket.partition("/object/")[0]
    wildcard = may_match(name) or "${" in name
    if not wildcard and (allowed is None or bucket in allowed):
        return None
    writes = actions & writing_actions()
    way_in = bucket.startswith("arn:")
    if bucket.strip("*") == "":
        which = "every bucket"
    else:
        which = f"buckets {'through' if way_in else 'that match'} `{bucket}`"
    if writes and wildcard:
        return f"may change {which} ({named(writes, 2, ('s3:PutObject', 's3:DeleteObject'))})", None
    if allowed is not None and bucket not in allowed:
        it = which if wildcard else f"`{bucket}`" if way_in else f"bucket `{bucket}`"
        return f"reaches {it}, which this guardrail's `allowed` does not name", None
    found = named(actions, 2, ("s3:GetObject", "s3:ListBucket"))
    return f"may read {which} ({found})", Level.BY_ENVIRONMENT


def _buckets(grants: tuple[Grant, ...]) -> dict[str, int]:
    """Return the actions that grants are for by the name of a bucket, `*` for what names none.

    An access point stands for the bucket it leads to by its ARN, as does a bucket that has no name
    of its own: one of a directory, on Outposts, of tables.
    """
    by_bucket: dict[str, int] = {}
    for grant in grants:
        held = grant.actions & _bucket_actions()
        for resource in grant.resources:
            actions = taking(held, resource)
            if actions:
                name = _bucket_of(resource)
                by_bucket[name] = by_bucket.get(name, 0) | actions
    return by_bucket


def _bucket_of(resource: str) -> str:
    named = _BUCKET_ARN.fullmatch(resource)
    if named:
        return named[1]
    return "*" if _may_be(resource, _ANY_BUCKET) else resource


def _may_be(resource: str, kind: str) -> bool:
    """Whether a resource pattern may stand for an ARN of a kind, part by part if it has them all."""
    parts, others = resource.split(":", _LAST_PART), kind.split(":", _LAST_PART)
    if len(parts) <= _LAST_PART:
        return overlaps(resource, kind)
    return all(overlaps(part, other) for part, other in zip(parts, others, strict=True))


@lru_cache(maxsize=1)
def _bucket_actions() -> int:
    """Return the set of actions on buckets and what is in them, leaving out those on the account."""
    return union(
        action_set(f"{service}:{action.name}")
        for service, kinds in _KINDS.items()
        for action in actions_of(service).values()
        if any(use.name in kinds for use in action.resource_types)
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
