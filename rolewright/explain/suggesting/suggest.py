"""The smallest part of a stack config that allows what a role's events did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rolewright.explain.patch import Patch
from rolewright.explain.suggesting.calls import Call, Calls, Unused, calls_of
from rolewright.explain.suggesting.choosing import ACTIVITIES, OBJECT, choose
from rolewright.explain.suggesting.trial import Trial
from rolewright.grants import Target
from rolewright.grants.kinds import grant_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rolewright.explain.suggesting.events import Event

_ANY_REGION = "us-east-1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggested:
    """A grant, and the calls that it allows; `note` says what it is wider than."""

    patch: Patch
    calls: tuple[Call, ...]
    note: str = ""

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that it covers, each once, in time's order."""
        found = {id(event): event for call in self.calls for event in call.events}
        return tuple(sorted(found.values(), key=lambda event: event.time))


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """What a role's events come to: grants, what is in none of them, and what needs none."""

    role: str
    target: Target
    args: Mapping[str, Any]
    grants: tuple[Suggested, ...]
    unused: tuple[Unused, ...]
    free: int

    @property
    def whole(self) -> bool:
        """Whether every event is allowed by some grant, or needs none."""
        return not self.unused


def suggest(role: str, events: Sequence[Event]) -> Suggestion:
    """Return what would allow the events of one role, proved by evaluating each request."""
    target = _target(events)
    found = calls_of(sorted(events, key=lambda event: event.time))
    args, faults = choose(found.calls, role, target)
    entries = _entries(role, args, found, target)
    trial = Trial(args=args, role=role, target=target)
    refused = [call for call in found.calls if not trial.allows(call.request)]
    told = [
        Unused(action=call.request.action, reason=faults[id(call)], events=call.events)
        for call in refused
    ]
    covered = [one for one in entries if one.calls]
    return Suggestion(
        role=role,
        target=target,
        args=args,
        grants=tuple(covered),
        unused=(*found.unused, *told),
        free=found.free,
    )


def _target(events: Sequence[Event]) -> Target:
    regions = Counter(event.region for event in events if event.region)
    first = events[0]
    return Target(
        partition=first.partition,
        account=(first.role or "").split(":")[4],
        region=regions.most_common(1)[0][0] if regions else _ANY_REGION,
        environment="dev",
    )


def _entries(role: str, args: Mapping[str, Any], found: Calls, target: Target) -> list[Suggested]:
    """Return each entry with the calls that it allows, told once though several allow it."""
    listed: list[Suggested] = []
    told: set[int] = set()
    patches = [
        Patch(role=role, key=f"{ACTIVITIES}{name}", index=None, entry=inputs)
        for name, inputs in args.get("activities", {}).items()
    ]
    patches += [
        Patch(role=role, key=kind.key, index=None, entry=entry)
        for kind in grant_kinds()
        for entry in args.get(kind.key, ())
    ]
    for patch in patches:
        alone: dict[str, Any] = (
            {patch.key: [patch.entry]}
            if patch.listed
            else {"activities": {patch.key.removeprefix(ACTIVITIES): patch.entry}}
        )
        trial = Trial(args=alone, role=role, target=target)
        calls = [
            call for call in found.calls if id(call) not in told and trial.allows(call.request)
        ]
        told |= {id(call) for call in calls}
        listed.append(Suggested(patch=patch, calls=tuple(calls), note=_note(patch, calls)))
    return listed


def _note(patch: Patch, calls: Iterable[Call]) -> str:
    """Return what a bucket's prefixes stand for."""
    if patch.key != "buckets":
        return ""
    keys = {found[1] for call in calls if (found := OBJECT.fullmatch(call.request.resource))}
    if not keys:
        return ""
    count = f"{len(keys)} key" if len(keys) == 1 else f"{len(keys)} keys"
    prefixes = patch.entry.get("prefixes")
    if prefixes is None:
        return f"the whole bucket for {count}: they have no few folders"
    return f"all below {', '.join(prefixes)} for {count}"
