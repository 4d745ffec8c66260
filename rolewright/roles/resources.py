"""Resources as patterns: whether some, or all, of one are of another, whatever variables stand for."""

from __future__ import annotations

from functools import lru_cache

from rolewright.iam import Undecided, contains, overlaps, resource_pattern
from rolewright.lint.arns import without_variables


def narrow(resources: tuple[str, ...], limits: tuple[str, ...]) -> tuple[str, ...]:
    """Return resources within limits; where the two only overlap, as they were."""
    found: dict[str, None] = {}
    for resource in resources:
        for limit in limits:
            if covers_all(limit, resource):
                found[resource] = None
            elif covers_all(resource, limit):
                found[limit] = None
            elif overlap(resource, limit):
                found[resource] = None
    return tuple(found)


def covers_all(outer: str, inner: str) -> bool:
    """Whether every resource of `inner` surely is one of `outer`."""
    if outer in (inner, "*"):
        return True
    if "${" in outer:
        return False
    one, other = _pattern(outer), _pattern(inner)
    if one is None or other is None:
        return other is None
    try:
        return contains(one, other)
    except Undecided:
        return False


def overlap(one: str, other: str) -> bool:
    """Whether some resource may be one of both."""
    if one == other or "*" in {one, other}:
        return True
    first, second = _pattern(one), _pattern(other)
    return first is not None and second is not None and overlaps(first, second)


def is_exact(resource: str) -> bool:
    """Whether a resource is one ARN, without wildcards and variables."""
    return resource.startswith("arn:") and not any(sign in resource for sign in ("*", "?", "${"))


@lru_cache(maxsize=8192)
def _pattern(resource: str) -> str | None:
    """Return a pattern of all that a resource may be, whatever its variables stand for."""
    return resource_pattern(without_variables(resource))
