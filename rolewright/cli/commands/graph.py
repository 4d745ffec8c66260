"""Draw roles: who may assume them, what they reach, by which statement.

PATHS are what `audit` reads: policy documents, roles as JSON, the output of `aws iam
get-account-authorization-details` or of `pulumi stack export`, `-` for standard input. The page needs
nothing from elsewhere; up to 24 roles are drawn with lines, more as a map of roles and services.

What guardrails find is marked. Exits with 0, or 2 where some input can't be used.
"""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rolewright.audit import audit_subject, read_rules
from rolewright.cli.audit_inputs import Found, together
from rolewright.cli.audit_sources import (
    ANY_ACCOUNT,
    Inputs,
    live_roles,
    others_in,
    planned_roles,
    roles_in,
)
from rolewright.cli.inputs import BadInput
from rolewright.cli.progress import progress
from rolewright.explain.graph import graph_of
from rolewright.explain.graph_html import graph_html
from rolewright.explain.graph_json import graph_json
from rolewright.explain.graph_svg import graph_svg
from rolewright.grants import Environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.explain.graph_model import Graph

_DRAWN, _BAD_INPUT = 0, 2


@click.command("graph", help=__doc__)
@click.argument("paths", nargs=-1)
@click.option("--stack", metavar="FILE", help="The output of `pulumi stack export`.")
@click.option("--config", metavar="FILE", help="A stack's file, such as Pulumi.dev.yaml.")
@click.option("--account", default=ANY_ACCOUNT, help="The account, with --config.")
@click.option("--live", is_flag=True, help="The account of your AWS credentials; needs boto3.")
@click.option(
    "--environment",
    type=click.Choice([known.value for known in Environment]),
    help="How strict to be; the stack's own with --config, otherwise prod.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("html", "svg", "json")),
    default="html",
    show_default=True,
    help="A page, a picture, or for programs.",
)
@click.option("--output", metavar="FILE", help="Where to write it; standard output if left out.")
@click.pass_context
def COMMAND(  # noqa: N802, PLR0913  # found by this name; an option each
    context: click.Context,
    paths: Sequence[str],
    *,
    stack: str | None,
    config: str | None,
    account: str,
    live: bool,
    environment: str | None,
    form: str,
    output: str | None,
) -> None:
    """Draw roles."""
    if not (paths or stack or config or live):
        raise BadInput("nothing to draw; name files or folders, --stack, --config or --live")
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="rolewright-")))
        reader = Inputs(folder)
        found = [*reader.files((*paths, *((stack,) if stack else ())))]
        if config:
            of_config, stated = planned_roles(config, account)
            found.append(of_config)
            environment = environment or stated.value
        if live:
            found.append(live_roles(folder))
        others = sum(map(others_in, found))
        if others:
            said = "resource that is no role; `audit` judges it"
            many = "resources that are no roles; `audit` judges them"
            click.echo(f"not drawn: {others} {said if others == 1 else many}", err=True)
        if not sum(one.count for one in found) > others:
            if reader.failed:
                context.exit(_BAD_INPUT)
            raise BadInput("there is no role in it to draw")
        graph = _graph(found, Environment(environment or Environment.PROD.value), live=live)
    _write(_drawn(graph, form), output)
    context.exit(_BAD_INPUT if reader.failed else _DRAWN)


def _graph(found: Sequence[Found], environment: Environment, *, live: bool) -> Graph:
    rules = read_rules(environment, {})
    count = sum(one.count - others_in(one) for one in found)
    roles = (
        (role, audit_subject(role, rules, one.source))
        for one in together(found)
        for role in roles_in(one)
    )
    return graph_of(_title(found, live=live), progress(roles, "graph", count))


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
    return f"{json.dumps(graph_json(graph), indent=2)}\n"


def _write(content: str, output: str | None) -> None:
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        Path(output).write_text(content, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"{output}: can't be written: {reason.lower()}") from None
