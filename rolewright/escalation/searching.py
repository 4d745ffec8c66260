"""The paths that a role completes, and what each gains: by itself, or by what it leads on to."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from rolewright.escalation.aims import Aim, Aims, Kind
from rolewright.escalation.catalogue import PASS_ROLE, Path, by_service, every_action
from rolewright.iam.records import record
from rolewright.reference import action_set
from rolewright.roles import Uncheckable, access_beyond

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.escalation.uses import Use
    from rolewright.roles import Role

_TRIED = 8
"""How many roles of the stack are compared for an example of what a pattern takes in."""


@record(eq=False)
class Hop:
    """A step from a role to what a path leads to; `more` is what is gained there, in words."""

    role: Role
    path: Path
    aim: Aim
    more: str | None = None


@record(eq=False)
class Walk:
    """A path that a role completes.

    `gains` is None where that isn't known: it leads out of the stack, to one thing. `aim` is the end
    that gains most, `role` a role of the stack there, `more` what that role can do besides in words.
    `onward` are the hops from that role to more still.
    """

    path: Path
    gains: bool | None
    aim: Aim
    role: Role | None = None
    more: str | None = None
    onward: tuple[Hop, ...] = ()

    @property
    def uses(self) -> tuple[Use, ...]:
        """The uses of the path's permissions, in the path's order."""
        first = {use.action: use for use in reversed(self.aim.uses)}
        return tuple(first[action] for action in self.path.actions)

    @property
    def compares(self) -> bool:
        """Whether the verdict is about one role that is named, which must be seen whole for it."""
        return self.aim.lets is not None and self.aim.kind in (Kind.SIBLING, Kind.OUTSIDE)


def walks(role: Role) -> tuple[Walk, ...]:
    """Return every path of the catalogue that a role completes, in the order of their ids."""
    if not role.effective.actions & every_action():
        return ()
    search = _Search(role)
    found = (search.walk(path, aims) for path, aims in search.completed(role))
    return tuple(sorted(found, key=lambda walk: walk.path.id))


class _Search:
    """A search from one role over the roles of its stack; what is worked out is kept."""

    def __init__(self, role: Role) -> None:
        self._role = role
        self._siblings: tuple[Role, ...] | None = None
        self._completed: dict[str, tuple[tuple[Path, tuple[Aim, ...]], ...]] = {}
        self._beyond: dict[tuple[str, str], str | None] = {}
        self._chains: dict[tuple[str, str], tuple[Hop, ...]] = {}

    def completed(self, role: Role) -> tuple[tuple[Path, tuple[Aim, ...]], ...]:
        """Return the paths that a role completes, each with where it leads."""
        if role.key not in self._completed:
            self._completed[role.key] = tuple(self._complete(role))
        return self._completed[role.key]

    def walk(self, path: Path, aims: tuple[Aim, ...]) -> Walk:
        """Return what a completed path gains, by the aim that gains most."""
        best: Walk | None = None
        for aim in sorted(aims, key=lambda aim: _DANGER.index(aim.kind)):
            found = self._judged(path, aim)
            if best is None or _rank(found) > _rank(best):
                best = found
            if best.gains:
                break
        if best is None:
            raise AssertionError(path.id)
        return best

    def _complete(self, role: Role) -> Iterator[tuple[Path, tuple[Aim, ...]]]:
        actions = role.effective.actions
        passes = actions & action_set(PASS_ROLE)
        aims: Aims | None = None
        for mask, paths in by_service():
            if not actions & mask or (paths[0].passes and not passes):
                continue
            for path in paths:
                if actions & path.mask == path.mask:
                    aims = aims or Aims(role, self._others(role))
                    found = aims.of(path)
                    if found:
                        yield path, found

    def _others(self, role: Role) -> tuple[Role, ...]:
        if self._siblings is None:
            others = (other for other in self._role.siblings if other.key != self._role.key)
            self._siblings = (self._role, *others)
        return tuple(other for other in self._siblings if other.key != role.key)

    def _judged(self, path: Path, aim: Aim) -> Walk:
        gains, more = self._direct(aim, self._role)
        role = aim.role if aim.kind in (Kind.SIBLING, Kind.MORE) else None
        if aim.lets is not None and aim.kind is Kind.MORE and role is None:
            role, more = self._example(aim)
        onward: tuple[Hop, ...] = ()
        if role is not None:
            onward = self._onward(role, self._role if gains is False else role)
        if gains is False and onward:
            gains = self._direct(onward[-1].aim, self._role)[0]
        return Walk(path=path, gains=gains, aim=aim, role=role, more=more, onward=onward)

    def _direct(self, aim: Aim, base: Role) -> tuple[bool | None, str | None]:
        """Return whether an aim is by itself more than a role has, None if unknown, and what."""
        if aim.kind is Kind.SIBLING and aim.role is not None:
            more = self._more(aim.role, base)
            return more is not None, more
        return _GAINS[aim.kind], None

    def _more(self, role: Role, base: Role) -> str | None:
        """Return what a role can do and another can't, in words."""
        key = (role.key, base.key)
        if key not in self._beyond:
            unseen = [p for p in role.policies if isinstance(p.document, Uncheckable)]
            self._beyond[key] = (
                f"what its {unseen[0]} says, which can't be checked"
                if unseen
                else access_beyond(role, base)
            )
        return self._beyond[key]

    def _example(self, aim: Aim) -> tuple[Role | None, str | None]:
        """Return a role of the stack that a pattern takes in and that can do more, and what."""
        mine = self._role.effective.actions
        candidates = [
            other for other in self._others(self._role) if aim.lets is None or aim.lets(other)
        ]
        candidates.sort(key=lambda other: -(other.effective.actions & ~mine).bit_count())
        for other in candidates[:_TRIED]:
            more = self._more(other, self._role)
            if more is not None:
                return other, more
        return None, None

    def _onward(self, start: Role, base: Role) -> tuple[Hop, ...]:
        """Return the shortest hops from a role to more than another has; else to the unknown."""
        key = (start.key, base.key)
        if key not in self._chains:
            self._chains[key] = self._chain(start, base)
        return self._chains[key]

    def _chain(self, start: Role, base: Role) -> tuple[Hop, ...]:
        waiting: deque[tuple[Role, tuple[Hop, ...]]] = deque([(start, ())])
        seen = {start.key, base.key, self._role.key}
        unknown: tuple[Hop, ...] = ()
        while waiting:
            role, hops = waiting.popleft()
            for path, aims in self.completed(role):
                for aim in () if path.user else aims:
                    if aim.role is not None and aim.role.key in seen and aim.kind is Kind.SIBLING:
                        continue
                    gains, more = self._direct(aim, base)
                    there = (*hops, Hop(role=role, path=path, aim=aim, more=more))
                    if gains:
                        return there
                    if gains is None:
                        unknown = unknown or there
                    elif aim.kind is Kind.SIBLING and aim.role is not None:
                        seen.add(aim.role.key)
                        waiting.append((aim.role, there))
        return unknown


_DANGER = (Kind.MORE, Kind.SIBLING, Kind.OUTSIDE, Kind.OWN)
_GAINS: dict[Kind, bool | None] = {Kind.OWN: False, Kind.OUTSIDE: None, Kind.MORE: True}


def _rank(walk: Walk) -> int:
    return {True: 2, None: 1, False: 0}[walk.gains]
