"""Suggest the smallest grants that allow what a role did, from CloudTrail's events.

EVENTS are files, folders or `-`: CloudTrail's log files, gzip or not, the output of `aws cloudtrail
lookup-events`, or one event a line. It prints a whole stack's file, with the events that each
grant covers; one for each account and region.

Exits with 0 where grants cover every event, 1 where they can't, 2 where the input is none.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rolewright.cli.inputs import STDIN, BadInput, decoded, is_there, read_unpacked
from rolewright.cli.names import unknown_role
from rolewright.cli.options import format_option
from rolewright.cli.output import print_json
from rolewright.cli.progress import progress
from rolewright.explain.suggesting.events import Event, InvalidEvents, read_events
from rolewright.explain.suggesting.showing import as_json, as_text
from rolewright.explain.suggesting.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COVERED, PARTLY = 0, 1
_SUFFIXES = (".json", ".jsonl", ".json.gz", ".jsonl.gz")


@click.command("suggest", help=__doc__)
@click.argument("events", nargs=-1, required=True)
@click.option("--role", multiple=True, help="Only this role's, by name or ARN.")
@format_option
@click.pass_context
def COMMAND(  # noqa: N802  # found by this name
    context: click.Context, events: Sequence[str], *, role: Sequence[str], form: str
) -> None:
    """Suggest grants."""
    by_role: dict[str, list[Event]] = {}
    others = 0
    for path in progress(list(_files(events)), "read"):
        for event in _events(path):
            if event.role is None:
                others += 1
            else:
                by_role.setdefault(event.role, []).append(event)
    wanted = {arn: found for arn, found in _joined(by_role).items() if _is_wanted(arn, role)}
    if role and not wanted:
        names = [(arn.rpartition("/")[2],) for arn in by_role]
        raise unknown_role(role[0], names, ", ".join(events))
    if not wanted:
        raise BadInput("no event is of a role: there is nothing to suggest grants for")
    found = [
        suggest(arn.rpartition("/")[2], wanted[arn]) for arn in progress(sorted(wanted), "suggest")
    ]
    left_out = 0 if role else others
    if form == "json":
        print_json(as_json(found, left_out))
    else:
        click.echo(as_text(found, left_out), nl=False)
    context.exit(COVERED if all(one.whole for one in found) else PARTLY)


def _files(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if path == STDIN or not is_there(path, Path.is_dir):
            yield path
            continue
        inside = sorted(
            str(file) for file in Path(path).rglob("*") if file.name.endswith(_SUFFIXES)
        )
        if not inside:
            raise BadInput(f"{path}: has no files of events ({', '.join(_SUFFIXES)})")
        yield from inside


def _events(path: str) -> Iterator[Event]:
    try:
        yield from read_events(decoded(read_unpacked(path), path))
    except InvalidEvents as error:
        raise BadInput(f"{path}: {error}") from None


def _joined(by_role: dict[str, list[Event]]) -> dict[str, list[Event]]:
    """Join a role's events with those of sessions whose ARN has not the role's path."""
    known = {
        (arn.split(":")[4], arn.rpartition("/")[2]): arn
        for arn, events in by_role.items()
        if any(event.path_known for event in events)
    }
    found: dict[str, list[Event]] = {}
    for arn, events in by_role.items():
        home = known.get((arn.split(":")[4], arn.rpartition("/")[2]), arn)
        found.setdefault(home, []).extend(events)
    return found


def _is_wanted(arn: str, roles: Sequence[str]) -> bool:
    return not roles or any(role in (arn, arn.rpartition("/")[2]) for role in roles)
