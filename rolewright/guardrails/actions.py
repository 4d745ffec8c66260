"""Sets of actions that guardrails ask for, as bit sets over the actions that AWS documents."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rolewright.iam import contains
from rolewright.reference import AccessLevel, access_level_set, action_set, names_in, services

if TYPE_CHECKING:
    from collections.abc import Iterable

_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
_BEHIND_PARTITION = len("arn:aws-us-gov:*")


def union(sets: Iterable[int]) -> int:
    """Return the actions that are in any of the sets."""
    everything = 0
    for actions in sets:
        everything |= actions
    return everything


@cache
def actions(*patterns: str) -> int:
    """Return the set of the documented actions that some pattern matches."""
    return union(action_set(pattern) for pattern in patterns)


@cache
def writing_actions() -> int:
    """Return the set of actions that change something: Write, Tagging, Permissions management.

    AWS gives these levels to actions that only read too.
    """
    levels = (AccessLevel.WRITE, AccessLevel.TAGGING, AccessLevel.PERMISSIONS_MANAGEMENT)
    listing = actions("*:ListTagsForResource", "iot:ListSubscriptions")
    return union(access_level_set(level) for level in levels) & ~reading_permissions() & ~listing


@cache
def reading_permissions() -> int:
    """Return the set of actions to which AWS gives the level of managing permissions, and that read."""
    reading = actions("*:Describe*", "*:Get*", "*:List*", "*:Search*", "glue:BatchGet*")
    level = access_level_set(AccessLevel.PERMISSIONS_MANAGEMENT)
    return level & reading & ~action_set("datazone:GetIamPortalLoginUrl")


def whole_services(those: int) -> int:
    """Return how many services a set holds every action of.

    One added to a service's bits, where all are set, carries into the bit behind them. So that it
    is seen there, every other service is looked at, and then the rest.
    """
    if those.bit_count() < least_actions(1):
        return 0
    return sum(
        ((those & bits) + first & behind).bit_count() for bits, first, behind in _service_bits()
    )


@cache
def least_actions(count: int) -> int:
    """Return how many actions the smallest services have together, so many of them."""
    return sum(sorted(action_set(f"{name}:*").bit_count() for name in services())[:count])


@cache
def _service_bits() -> tuple[tuple[int, int, int], ...]:
    """Return twice, of every other service: all bits, the first of each, the one behind each."""
    sets = [action_set(f"{name}:*") for name in services()]
    return tuple(
        (
            union(sets[start::2]),
            union(bits & -bits for bits in sets[start::2]),
            union(1 << bits.bit_length() for bits in sets[start::2]),
        )
        for start in (0, 1)
    )


def may_match(pattern: str) -> bool:
    """Whether a pattern stands for more than itself."""
    return "*" in pattern or "?" in pattern


def is_everything(resource: str) -> bool:
    """Whether a resource pattern is for every resource, however that is spelled."""
    # Behind the longest of the partitions, no wildcard makes up for what stands before it.
    return resource == "*" or (may_match(resource[:_BEHIND_PARTITION]) and _is_everything(resource))


@lru_cache(maxsize=4096)
def _is_everything(resource: str) -> bool:
    return any(contains(resource, f"arn:{partition}:*") for partition in _PARTITIONS)


def named(those: int, most: int = 3, telling: tuple[str, ...] = ()) -> str:
    """Return some actions of a set in words, `telling` ones first, and how many more there are."""
    first = [name for name in telling if those & action_set(name)][:most]
    shown = first or list(names_in(those, limit=most))
    more = those.bit_count() - len(shown)
    text = ", ".join(f"`{name}`" for name in shown)
    return f"{text} and {more} more" if more else text
