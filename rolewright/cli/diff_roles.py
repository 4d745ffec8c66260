"""`diff` of roles: reads both sides, compares, prints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from rolewright.cli.diff_changes import change_json, print_changes
from rolewright.cli.inputs import BadInput
from rolewright.cli.names import names_of, unknown_role
from rolewright.cli.output import Screen, print_json
from rolewright.cli.progress import progress
from rolewright.cli.sources.files import read_found
from rolewright.cli.sources.many import planned_roles, roles_in
from rolewright.explain.change_markdown import changes_markdown
from rolewright.explain.changes import Change, RoleChange, change_of
from rolewright.explain.sides import Side, SourceKind, paired
from rolewright.grants import ANY_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rolewright.cli.diff_sources import Source
    from rolewright.cli.sources.files import Found
    from rolewright.roles import Role


def compare_roles(
    sources: Sequence[Source], folder: Path, account: str | None, role: str | None, form: str
) -> bool:
    """Print what changes of the roles in two sources; return whether none does. Raises BadInput."""
    old, new = read_sides(sources, account, folder)
    sides = old, new
    if role is not None:
        sides = narrowed(sides, role)
    _check_roles(*sides)
    changes = _changes(*sides)
    if form == "json":
        print_json(
            {
                "old": sides[0].source,
                "new": sides[1].source,
                "roles": list(map(change_json, changes)),
            }
        )
    elif form == "markdown":
        click.echo(changes_markdown(changes), nl=False)
    else:
        print_changes(Screen(), changes)
    alike = (Change.SAME, Change.REWRITTEN)
    return all(change.change in alike for change in changes)


def _changes(old: Side, new: Side) -> tuple[RoleChange, ...]:
    pairs = paired(old, new)
    return tuple(change_of(pair, old, new) for pair in progress(pairs, "diff"))


def _check_roles(old: Side, new: Side) -> None:
    """Refuse sides that have no roles to compare. Raises BadInput."""
    for one, other in ((old, new), (new, old)):
        if one.kind is SourceKind.DOCUMENT and len(other.roles) != 1:
            raise BadInput(
                f"{one.source}: is a policy document, which can be compared with another or with "
                f"one role; {other.source} has {len(other.roles)}, name one by --role"
            )
    if not (old.roles or new.roles):
        raise BadInput("there is no role on either side")


def read_sides(sources: Sequence[Source], account: str | None, folder: Path) -> tuple[Side, ...]:
    """Return what is in sources. Raises BadInput.

    A stack's file says no account; it is taken to be that of the other side, where that tells one.
    """
    found: dict[int, Side] = {}
    for place, source in enumerate(sources):
        if not source.is_config:
            kept = folder / f"side{place}"
            kept.mkdir()
            found[place] = _read(source, kept)
    told = (role.account for side in found.values() for role in side.roles)
    account = account or next(filter(None, told), ANY_ACCOUNT)
    for place, source in enumerate(sources):
        if source.is_config:
            planned, environment = planned_roles(source.path, account, source.said)
            found[place] = Side(
                source=source.said,
                kind=SourceKind.CONFIG,
                roles=tuple(roles_in(planned)),
                environment=environment.value,
            )
    return tuple(found[place] for place in sorted(found))


def _read(source: Source, folder: Path) -> Side:
    found = read_found(source.path, folder, said=source.said)
    roles = tuple(roles_in(found))
    for unread, what in found.unread:
        click.echo(f"not compared: {unread.name} {what}", err=True)
    return Side(source=source.said, kind=_kind(found, roles), roles=roles)


def _kind(found: Found, roles: Sequence[Role]) -> SourceKind:
    if found.text is not None:
        return SourceKind.DOCUMENT
    if found.dump is not None:
        return SourceKind.ACCOUNT
    return SourceKind.ROLE if len(roles) == 1 and not roles[0].urn else SourceKind.DEPLOYED


def narrowed(sides: tuple[Side, Side], name: str) -> tuple[Side, Side]:
    """Return sides with the roles alone that have a name, in IAM or in the stack config.

    A lone document is whichever role's it is compared with. Raises BadInput where there is none.
    """
    old, new = (
        replace(side, roles=tuple(role for role in side.roles if name in names_of(role)))
        if side.kind is not SourceKind.DOCUMENT
        else side
        for side in sides
    )
    if not any(side.roles for side in (old, new) if side.kind is not SourceKind.DOCUMENT):
        names = sorted({tuple(names_of(role)) for side in sides for role in side.roles})
        raise unknown_role(name, names, "--role")
    return old, new
