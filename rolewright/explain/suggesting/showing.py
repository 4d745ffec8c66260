"""How suggestions are shown: YAML whose comments say what each grant covers, or JSON."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from rolewright.explain.stack_text import USE, stack_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rolewright.explain.suggesting.events import Event
    from rolewright.explain.suggesting.suggest import Suggested, Suggestion

_WIDTH = 80
_DAY = len("2026-11-01")
_MOST_ACTIONS = 3
_ACTIVITY = "activities."


def as_text(found: Sequence[Suggestion], others: int) -> str:
    """Return a stack's file of all roles, or several where no stack can have them all.

    `others` counts events that no role made.
    """
    by_place: dict[tuple[str, str], list[Suggestion]] = {}
    for one in found:
        by_place.setdefault((one.target.account, one.target.region), []).append(one)
    left_out = f"# {_events(others)} not of a role: left out\n#\n" if others else ""
    if len(by_place) == 1:
        return _file(found, left_out)
    files = (
        _file(beside, f"# these are of account {account} in {region}\n#\n")
        for (account, region), beside in by_place.items()
    )
    return left_out + "---\n".join(files)


def _file(found: Sequence[Suggestion], besides: str) -> str:
    """Return the file of roles of one stack; `besides` is told below what is said of the roles."""
    lines = [*USE, "# a role that exists takes `existing: true`, or `rolewright adopt` first", "#"]
    for one in found:
        lines += [*_head(one), "#"]
    roles = {one.role: one.args for one in found}
    comments = {path: text for one in found for path, text in _comments(one).items()}
    config = stack_text(roles, comments, found[0].target)
    return "".join(f"{line}\n" for line in lines) + besides + config


def as_json(found: Sequence[Suggestion], others: int) -> dict[str, Any]:
    """Return what programs get."""
    return {
        "roles": [
            {
                "role": one.role,
                "region": one.target.region,
                "config": dict(one.args),
                "grants": [_grant_json(grant) for grant in one.grants],
                "uncovered": [
                    {
                        "action": unused.action,
                        "reason": unused.reason,
                        **_events_json(unused.events),
                    }
                    for unused in one.unused
                ],
                "needNoPermission": one.free,
            }
            for one in found
        ],
        "notOfARole": others,
    }


def _grant_json(grant: Suggested) -> dict[str, Any]:
    return {
        "key": grant.patch.key,
        "entry": dict(grant.patch.entry),
        "actions": _actions(grant),
        "note": grant.note,
        **_events_json(grant.events),
    }


def _events_json(events: Sequence[Event]) -> dict[str, Any]:
    times = sorted(event.time for event in events)
    return {
        "events": [event.id for event in events],
        "count": len(events),
        "denied": sum(event.denied for event in events),
        "first": times[0],
        "last": times[-1],
    }


def _head(one: Suggestion) -> Iterator[str]:
    count = len({id(event) for grant in one.grants for event in grant.events})
    grants = f"{len(one.grants)} grant{'' if len(one.grants) == 1 else 's'}"
    verb = "allows" if len(one.grants) == 1 else "allow"
    yield f"# {one.role}: {grants} {verb} {_events(count)}"
    if one.free:
        yield f"#   {_events(one.free)} need{'s' if one.free == 1 else ''} no permission"
    if one.grants:
        yield "#"
        yield "#   EVENTS  DENIED  FIRST       LAST        GRANT"
        for place, grant in _places(one):
            told = _events_json(grant.events)
            yield (
                f"#   {told['count']:>6}  {told['denied'] or '':>6}  "
                f"{told['first'][:_DAY]}  {told['last'][:_DAY]}  {place}"
            )
    if one.unused:
        yield "#"
        yield "#   in none of them:"
        for unused in one.unused:
            denied = sum(event.denied for event in unused.events)
            marked = f", {denied} denied" if denied else ""
            yield from _wrapped(
                f"{_events(len(unused.events))}{marked}  {unused.action}: {unused.reason}", "    "
            )


def _places(one: Suggestion) -> Iterator[tuple[str, Suggested]]:
    """Yield each grant with where it stands, `buckets[0]`."""
    for path, grant in _paths(one):
        _, *keys = path
        yield "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)[1:], grant


def _paths(one: Suggestion) -> Iterator[tuple[tuple[str | int, ...], Suggested]]:
    for grant in one.grants:
        if grant.patch.listed:
            place = list(one.args[grant.patch.key]).index(grant.patch.entry)
            yield (one.role, grant.patch.key, place), grant
        else:
            yield (one.role, "activities", grant.patch.key.removeprefix(_ACTIVITY)), grant


def _comments(one: Suggestion) -> Mapping[tuple[str | int, ...], str]:
    found: dict[tuple[str | int, ...], str] = {}
    for path, grant in _paths(one):
        actions = _actions(grant)
        named = ", ".join(actions[:_MOST_ACTIONS])
        more = f" and {len(actions) - _MOST_ACTIONS} more" if len(actions) > _MOST_ACTIONS else ""
        said = f"{_events(len(grant.events))}: {named}{more}"
        indent = 2 * len(path) + 6
        lines = textwrap.wrap(said, _WIDTH - indent)
        lines += textwrap.wrap(grant.note, _WIDTH - indent)
        found[path] = "\n".join(lines)
    return found


def _actions(grant: Suggested) -> list[str]:
    return list(dict.fromkeys(call.request.action for call in grant.calls))


def _events(count: int) -> str:
    return f"{count} event" if count == 1 else f"{count} events"


def _wrapped(text: str, indent: str) -> Iterator[str]:
    lines = textwrap.wrap(
        text, _WIDTH - 2 - len(indent) - 2, break_long_words=False, break_on_hyphens=False
    )
    for place, line in enumerate(lines):
        yield f"# {indent}{'  ' if place else ''}{line}"
