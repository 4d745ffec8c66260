"""Draw roles: who may assume them, what they reach, by which statement.

PATHS are what `audit` reads: policy documents, roles as JSON, the output of `aws iam
get-account-authorization-details` or of `pulumi stack export`, `-` for standard input. The page needs
nothing from elsewhere; up to 24 roles are drawn with lines, more as a map of roles and services.

What guardrails find is marked. Exits with 0, or 2 where some input can't be used.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rolewright.audit import audit_subject, read_rules
from rolewright.cli.graph_text import graph_lines
from rolewright.cli.inputs import BadInput, write_text
from rolewright.cli.options import (
    account_option,
    config_option,
    environment_option,
    format_choice,
    live_option,
    stack_option,
)
from rolewright.cli.output import Screen, plain
from rolewright.cli.progress import progress
from rolewright.cli.sources.files import together
from rolewright.cli.sources.many import Sources, everything_in, others_in, roles_in
from rolewright.explain.graph import graph_of
from rolewright.explain.graph_html import graph_html
from rolewright.explain.graph_json import graph_json
from rolewright.explain.graph_svg import graph_svg
from rolewright.grants import Environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.cli.sources.files import Found
    from rolewright.cli.sources.many import Everything
    from rolewright.explain.graph_model import Graph

_DRAWN, _BAD_INPUT = 0, 2
_WIDTH = 80
"""How wide a text is in a file."""


@click.command("graph", help=__doc__)
@click.argument("paths", nargs=-1)
@config_option
@account_option
@stack_option
@live_option
@environment_option([known.value for known in Environment])
@format_choice("html", "svg", "text", "json", help_="A page, a picture, text, or for programs.")
@click.option("--output", metavar="FILE", help="Where to write it; standard output if left out.")
@click.pass_context
def COMMAND(  # noqa: N802, PLR0913  # found by this name; an option each
    context: click.Context,
    paths: Sequence[str],
    *,
    stack: str | None,
    config: str | None,
    account: str | None,
    live: bool,
    environment: str | None,
    form: str,
    output: str | None,
) -> None:
    """Draw roles."""
    sources = Sources(
        paths=paths,
        stack=stack,
        config=config,
        account=account,
        live=live,
        environment=environment,
    )
    with everything_in(sources, "draw") as every:
        others = sum(map(others_in, every.found))
        if others:
            said = "resource that is no role; `audit` judges it"
            many = "resources that are no roles; `audit` judges them"
            click.echo(f"not drawn: {others} {said if others == 1 else many}", err=True)
        if not sum(one.count for one in every.found) > others:
            if every.failed:
                context.exit(_BAD_INPUT)
            raise BadInput("there is no role in it to draw")
        graph = _graph(every, live=live)
    if form == "text" and output is None:
        screen = Screen()
        for line in graph_lines(graph, screen.width):
            screen.line(*line)
    elif output is None:
        click.echo(_drawn(graph, form), nl=False)
    else:
        write_text(output, _drawn(graph, form))
    context.exit(_BAD_INPUT if every.failed else _DRAWN)


def _graph(every: Everything, *, live: bool) -> Graph:
    rules = read_rules(every.environment, {})
    count = sum(one.count - others_in(one) for one in every.found)
    roles = (
        (role, audit_subject(role, rules, one.source))
        for one in together(every.found)
        for role in roles_in(one)
    )
    return graph_of(_title(every.found, live=live), progress(roles, "graph", count))


def _title(found: Sequence[Found], *, live: bool) -> str:
    if len(found) != 1:
        return f"Roles of {len(found)} files"
    if found[0].source is not None:
        return f"Roles of {Path(found[0].source).name}"
    return "Roles of the account" if live else "Roles of standard input"


def _drawn(graph: Graph, form: str) -> str:
    if form == "html":
        return graph_html(graph)
    if form == "svg":
        return graph_svg(graph)
    if form == "text":
        return "".join(f"{plain(*line)}\n" for line in graph_lines(graph, _WIDTH))
    return f"{json.dumps(graph_json(graph), indent=2)}\n"
