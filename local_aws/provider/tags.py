"""Tags, between Pulumi's maps and AWS's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

AwsTags = list[dict[str, str]]


def to_aws(tags: Mapping[str, str] | None) -> AwsTags:
    """Return a map of tags as AWS's list."""
    return [{"Key": key, "Value": value} for key, value in sorted((tags or {}).items())]


def from_aws(tags: Sequence[Mapping[str, str]] | None) -> dict[str, str]:
    """Return AWS's list of tags as a map."""
    return {tag["Key"]: tag["Value"] for tag in tags or ()}


def sync_tags(
    before: Mapping[str, str] | None,
    after: Mapping[str, str] | None,
    *,
    tag: Callable[[AwsTags], object],
    untag: Callable[[list[str]], object],
) -> None:
    """Make the calls that bring a resource from one map of tags to another."""
    before, after = before or {}, after or {}
    if gone := sorted(set(before) - set(after)):
        untag(gone)
    if changed := {key: value for key, value in after.items() if before.get(key) != value}:
        tag(to_aws(changed))
