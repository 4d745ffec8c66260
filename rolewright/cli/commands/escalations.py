"""List the ways from a role to access that it was not given.

FILES are the identity policies of one role: inline and attached ones, and any number of them. The
catalogue has the paths of all services and more for SageMaker; each that the role completes is
listed, with what it gains. Exits with 0 where nothing can be gained, 1 where something can or may
be, 2 for files that can't be used.

With --jsonl, a line may also have `siblings`: roles that the role could pass or assume.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from rolewright.cli.batch import run_batch
from rolewright.cli.inputs import BadInput, BadLine
from rolewright.cli.options import format_option, jsonl_option
from rolewright.cli.output import Screen, print_json
from rolewright.cli.roles import SOME_ROLE, check_arn, make_role, role_of_line
from rolewright.cli.sources.documents import read_document
from rolewright.escalation import (
    Group,
    Walk,
    evidence,
    evidence_together,
    grouped,
    said,
    said_together,
    walks,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rolewright.iam import PolicyDocument
    from rolewright.roles import AttachedPolicy

_NOTHING, _SOMETHING = 0, 1
_VERDICTS = {True: ("gains access", "red"), None: ("may gain access", "yellow")}
_NO_GAIN = ("gains nothing", "green")


def escalations(line: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one line: each path that is completed, what it gains, and because of what.

    Raises BadLine, with the path in the line, for what can't be judged.
    """
    return {"paths": [_as_json(walk) for walk in walks(role_of_line(line))]}


def _as_json(walk: Walk) -> dict[str, Any]:
    because: list[dict[str, Any]] = [
        {
            "permission": use.action,
            "policy": int(use.grant.policy.name),
            "statement": use.grant.statement.sid or use.grant.statement.index,
            "resource": use.resource,
        }
        for use in walk.uses
    ]
    because.append({"may": said(walk)})
    because += [
        {"then": hop.path.id, "role": hop.role.urn, "resource": hop.aim.resource}
        for hop in walk.onward
    ]
    return {
        "id": walk.path.id,
        "startsFrom": "user" if walk.path.user else "role",
        "gains": "unknown" if walk.gains is None else walk.gains,
        "because": because,
    }


def _read(paths: Sequence[str]) -> list[PolicyDocument]:
    return [read_document(path)[1] for path in paths]


def _print(found: Sequence[Walk], files: Sequence[str]) -> None:
    screen = Screen()
    for group in grouped(found):
        _print_group(screen, group, files)
    gaining = [walk for walk in found if walk.gains is not False]
    paths = "1 path" if len(found) == 1 else f"{len(found)} paths"
    screen.line(f"{paths}, {len(gaining)} that gain or may gain access")


def _print_group(screen: Screen, group: Group, files: Sequence[str]) -> None:
    def named(policy: AttachedPolicy) -> str:
        return files[int(policy.name)]

    verdict = _NO_GAIN if group.gains is False else _VERDICTS[group.gains]
    only = "  (only a user can walk it)" if group.user else ""
    screen.line(verdict, f"  {group.ids}{only}")
    if len(group.walks) == 1:
        walk = group.example
        text, rows = said(walk), evidence(walk, named)
    else:
        text, rows = said_together(group), evidence_together(group, named)
    screen.wrapped(f"may {text}", "  ")
    for heading, line in rows:
        screen.line(f"    {heading}")
        screen.wrapped(line, "      ")
    screen.line("")


@click.command(name="escalations", help=__doc__)
@click.argument("files", metavar="FILE...", nargs=-1)
@click.option("--arn", help="The role's own ARN, to tell it from other roles.")
@click.option(
    "--boundary",
    "boundaries",
    metavar="FILE",
    multiple=True,
    help="The role's permissions boundary; several files together are one.",
)
@format_option
@jsonl_option
@click.pass_context
def COMMAND(  # noqa: N802, PLR0913  # found by this name; an option each
    context: click.Context,
    files: tuple[str, ...],
    arn: str | None,
    boundaries: tuple[str, ...],
    form: str,
    *,
    jsonl: bool,
) -> None:
    """Read one role's documents and list the paths that it completes."""
    if jsonl:
        if arn or boundaries:
            raise BadInput("--arn and --boundary don't go with --jsonl: each line says what it has")
        context.exit(run_batch(escalations, files))
    if not files:
        raise BadInput("name the role's identity policies, or `-` for standard input")
    if arn is not None:
        try:
            check_arn(arn)
        except BadLine as error:
            raise BadInput(f"--arn: {error}") from None
    role = make_role(arn or SOME_ROLE, _read(files), _read(boundaries) if boundaries else None)
    found = walks(role)
    if form == "json":
        print_json([_as_json(walk) for walk in found])
    else:
        _print(found, files)
    context.exit(_SOMETHING if any(walk.gains is not False for walk in found) else _NOTHING)
