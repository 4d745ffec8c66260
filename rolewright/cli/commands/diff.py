"""Compare documents or roles: what access NEW adds to OLD and removes, each with an example.

OLD and NEW are two policy documents, or any two of: a stack's file such as Pulumi.dev.yaml, a role as
JSON, the output of `pulumi stack export` or of `aws iam get-account-authorization-details`; `-` is
standard input. With `--since` OLD is what NEW was in a revision of git; with `--stack NAME` OLD is what
is deployed and NEW is Pulumi.NAME.yaml. Roles are paired by their name in IAM, those of two stack's
files by their key there.

With `--jsonl`, both are documents of each line, `{"id": ..., "old": {...}, "new": {...}}`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rolewright.cli.batch import check_keys, run_batch
from rolewright.cli.diff_json import as_json
from rolewright.cli.diff_sources import (
    Source,
    deployed_source,
    earlier_source,
    file_source,
    lone_document,
)
from rolewright.cli.diff_text import print_difference
from rolewright.cli.inputs import STDIN, BadInput, BadLine
from rolewright.cli.options import account_option, format_choice, jsonl_option
from rolewright.cli.output import Screen, print_json
from rolewright.iam import InvalidDocument, PolicyDocument, Relation, diff, parse_document
from rolewright.roles.difference_words import known_actions

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAME, _DIFFERENT = 0, 1
_TWO = 2


def compare(line: dict[str, Any]) -> dict[str, Any]:
    """Answer one line: `relation` of the new document to the old, `added` and `removed`.

    Raises BadLine, with the path in the line, for what is no document.
    """
    check_keys(line, ("old", "new"))
    found = diff(_document(line, "old"), _document(line, "new"), known=known_actions)
    return as_json(found)


def _document(line: dict[str, Any], key: str) -> PolicyDocument:
    try:
        return parse_document(line[key])
    except InvalidDocument as error:
        where = f"{key}.{error.path}" if error.path else key
        raise BadLine(f"{where}: {error.message}") from None


@click.command(name="diff", help=__doc__)
@click.argument("files", metavar="OLD NEW", nargs=-1)
@click.option("--since", metavar="REV", help="Compare one file with what it was in REV of git.")
@click.option("--stack", metavar="NAME", help="Compare what is deployed with Pulumi.NAME.yaml.")
@click.option("--deployed", metavar="FILE", help="With --stack: its `pulumi stack export`.")
@click.option("--role", metavar="NAME", help="Compare this role alone.")
@account_option
@format_choice("text", "json", "markdown", help_="For people, programs, or a pull request.")
@jsonl_option
@click.pass_context
def COMMAND(  # noqa: N802, PLR0913  # found by this name; an option each
    context: click.Context,
    files: Sequence[str],
    *,
    since: str | None,
    stack: str | None,
    deployed: str | None,
    role: str | None,
    account: str | None,
    form: str,
    jsonl: bool,
) -> None:
    """Compare."""
    if jsonl:
        if since or stack or deployed or role or account or form == "markdown":
            raise BadInput("--jsonl reads documents from its lines; leave the other options out")
        context.exit(run_batch(compare, files))
    with tempfile.TemporaryDirectory(prefix="rolewright-") as name:
        folder = Path(name)
        sources = _sources(files, since, stack, deployed, folder)
        old, new = map(lone_document, sources)
        if old is not None and new is not None:
            if role is not None:
                raise BadInput("--role is for roles, and these are policy documents")
            context.exit(_documents(old, new, form))
        # Two documents are compared without loading all that roles take.
        from rolewright.cli.diff_roles import compare_roles  # noqa: PLC0415

        same = compare_roles(sources, folder, account, role, form)
        context.exit(_SAME if same else _DIFFERENT)


def _sources(
    files: Sequence[str], since: str | None, stack: str | None, deployed: str | None, folder: Path
) -> tuple[Source, Source]:
    if deployed is not None and stack is None:
        raise BadInput("--deployed goes with --stack NAME; or name both files")
    if stack is not None:
        if files or since is not None:
            raise BadInput("--stack says both sides; leave out files and --since")
        old = deployed_source(stack, folder) if deployed is None else file_source(deployed, folder)
        path = f"Pulumi.{stack.rpartition('/')[2]}.yaml"
        return old, file_source(path, folder)
    if since is not None:
        if len(files) != 1:
            raise BadInput("--since compares one file with what it was; name one")
        return earlier_source(files[0], since, folder), file_source(files[0], folder)
    if len(files) != _TWO:
        raise BadInput("name two documents or stack's files: the old one and the new one")
    if tuple(files) == (STDIN, STDIN):
        raise BadInput("only one of the two can be standard input")
    return file_source(files[0], folder), file_source(files[1], folder)


def _documents(old: PolicyDocument, new: PolicyDocument, form: str) -> int:
    found = diff(old, new, known=known_actions)
    if form == "json":
        print_json(as_json(found))
    elif form == "markdown":
        from rolewright.explain.change_markdown import difference_markdown  # noqa: PLC0415

        click.echo(difference_markdown(found), nl=False)
    else:
        print_difference(Screen(), found)
    return _SAME if found.relation is Relation.EQUIVALENT else _DIFFERENT
