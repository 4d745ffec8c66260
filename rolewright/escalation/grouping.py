"""Paths that the same statements complete, together, so that a wide statement is told of once."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rolewright.iam.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.escalation.searching import Walk
    from rolewright.escalation.uses import Use

MANY = 4
"""From how many paths on a group is told of as one."""

_TELLING = ("sagemaker-002", "iam-009", "sts-001")
"""Paths that everybody knows, for the example of a group."""


@record(eq=False)
class Group:
    """Paths that the same statements complete, of one verdict, walked by roles or by users alone."""

    walks: tuple[Walk, ...]

    @property
    def gains(self) -> bool | None:
        """What all of them gain, None where that isn't known."""
        return self.walks[0].gains

    @property
    def user(self) -> bool:
        """Whether only a user can walk them."""
        return self.walks[0].path.user

    @property
    def ids(self) -> str:
        """The ids of the paths in words."""
        return listed_ids(walk.path.id for walk in self.walks)

    @property
    def example(self) -> Walk:
        """One that is well known, or else the first."""
        by_id = {walk.path.id: walk for walk in self.walks}
        return next((by_id[known] for known in _TELLING if known in by_id), self.walks[0])

    @property
    def uses(self) -> tuple[tuple[Use, ...], ...]:
        """The uses of all of them, those of one statement together, each action once."""
        found: dict[int, dict[str, Use]] = {}
        for walk in self.walks:
            for use in walk.uses:
                found.setdefault(id(use.grant.statement), {}).setdefault(use.action, use)
        return tuple(tuple(uses.values()) for uses in found.values())


def grouped(walks: Iterable[Walk]) -> tuple[Group, ...]:
    """Return the walks in groups, by the first id; those of fewer than MANY are groups of one.

    What some of a group's statements complete by themselves belongs to it.
    """
    by_verdict: dict[tuple[bool | None, bool], list[Walk]] = {}
    for walk in walks:
        by_verdict.setdefault((walk.gains, walk.path.user), []).append(walk)
    groups: list[Group] = []
    for left in by_verdict.values():
        of_walk = {id(walk): _statements(walk) for walk in left}
        for statements in sorted(dict.fromkeys(of_walk.values()), key=len, reverse=True):
            together = [walk for walk in left if of_walk[id(walk)] <= statements]
            if len(together) >= MANY:
                groups.append(Group(walks=tuple(together)))
                left[:] = [walk for walk in left if walk not in together]
        groups += (Group(walks=(walk,)) for walk in left)
    return tuple(sorted(groups, key=lambda group: group.walks[0].path.id))


def _statements(walk: Walk) -> frozenset[int]:
    return frozenset([id(use.grant.statement) for use in walk.uses])


def listed_ids(ids: Iterable[str]) -> str:
    """Return ids in words, such as `iam-001 to 006, 009; sts-001`."""
    runs: list[tuple[str, int, int]] = []
    for name in ids:
        service, _, number = name.rpartition("-")
        if runs and runs[-1][0] == service and runs[-1][2] == int(number) - 1:
            runs[-1] = (service, runs[-1][1], int(number))
        else:
            runs.append((service, int(number), int(number)))
    parts: list[str] = []
    for service, mine in groupby(runs, key=lambda run: run[0]):
        numbers = ", ".join(_run(first, last) for _, first, last in mine)
        parts.append(f"{service}-{numbers}")
    return "; ".join(parts)


def _run(first: int, last: int) -> str:
    if first == last:
        return f"{first:03}"
    return f"{first:03}{', ' if last == first + 1 else ' to '}{last:03}"
