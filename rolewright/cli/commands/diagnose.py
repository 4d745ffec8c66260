"""Say what a pasted AccessDenied message means: who denied it, why, and what to do.

TEXT is a message, a traceback, a CloudTrail event, a failed job's reason or a policy document: in
quotes, a file's name, or `-` for standard input. With a role, from --config, by the name that the
text has, or from --documents and --trust, it also says whether the role as written allows the call,
and offers the smallest entry of the stack config that does.

Exits with 0 where the text tells of a denial, 1 where it doesn't or --write has nothing to write, 2
for input that can't be used.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rolewright.cli.batch import check_keys, run_batch
from rolewright.cli.diagnose_inputs import (
    asking_of_config,
    asking_of_documents,
    asking_of_role,
    text_of,
)
from rolewright.cli.diagnosis_text import as_json, show
from rolewright.cli.inputs import BadInput, BadLine
from rolewright.cli.options import (
    account_option,
    boundary_option,
    config_option,
    documents_option,
    format_option,
    jsonl_option,
    trust_option,
)
from rolewright.cli.output import Screen, print_json
from rolewright.cli.sources.json_role import role_of_json
from rolewright.explain.diagnosis import diagnose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolewright.explain import Asking
    from rolewright.explain.diagnosis import Denial, Diagnosis

DIAGNOSED, NOTHING = 0, 1


@click.command("diagnose", help=__doc__)
@click.argument("text", metavar="TEXT", nargs=-1)
@config_option
@account_option
@click.option("--role", metavar="NAME", help="With --config, for a text that names no role.")
@documents_option
@trust_option
@boundary_option
@click.option("--write", is_flag=True, help="Put the entry into the file of --config.")
@format_option
@jsonl_option
@click.pass_context
def COMMAND(  # noqa: N802, PLR0913  # found by this name; an option each
    context: click.Context,
    text: Sequence[str],
    *,
    config: str | None,
    account: str | None,
    role: str | None,
    documents: Sequence[str],
    trust: str | None,
    boundary: str | None,
    write: bool,
    form: str,
    jsonl: bool,
) -> None:
    """Diagnose a text."""
    from_documents = bool(documents) or trust is not None or boundary is not None
    if jsonl:
        if config or account or role or from_documents or write:
            raise BadInput("--jsonl reads roles from its lines; leave the other options out")
        context.exit(run_batch(_answer, text))
    if config and from_documents:
        raise BadInput("a role comes from --config or from its documents; leave one out")
    if (write or role) and not config:
        raise BadInput(f"--{'write' if write else 'role'} needs --config FILE")
    pasted = text_of(text)
    asking: Callable[[Denial], Asking | None] | None = None
    if config:
        asking = asking_of_config(config, pasted, role, account)
    elif from_documents:
        asking = asking_of_documents(documents, trust, boundary)
    found = diagnose(pasted, asking)
    _print(found, form)
    written = _write(found, config, form) if write and config else True
    context.exit(DIAGNOSED if found and written else NOTHING)


def _print(found: Sequence[Diagnosis], form: str) -> None:
    if form == "json":
        print_json([as_json(diagnosis) for diagnosis in found])
        return
    screen = Screen()
    if not found:
        screen.line("nothing in the text tells of a denied call")
        screen.wrapped(
            "Paste the whole message, with `User: ... is not authorized to perform: ...` where it "
            "has that, or the CloudTrail event of the call.",
            "",
        )
    for place, diagnosis in enumerate(found):
        if place:
            screen.line("")
        show(screen, diagnosis)


def _write(found: Sequence[Diagnosis], config: str, form: str) -> bool:
    """Put the entries that would allow what was denied into a stack's file. Raises BadInput."""
    # It alone needs a YAML parser.
    from rolewright.explain.write import UncleanPatch, apply  # noqa: PLC0415

    # The same entry may be missing for several calls.
    patches = {json.dumps(as_json(one)["patch"]): one.fix.patch for one in found if one.fix}
    for patch in patches.values():
        try:
            apply(patch, Path(config))
        except (UncleanPatch, OSError) as error:
            raise BadInput(f"{config}: {error}") from None
    said = [f"wrote     {patch.path} in {config}" for patch in patches.values()]
    if form == "text":
        click.echo()
    for line in said or ["wrote     nothing: no entry is missing that would help"]:
        click.echo(line, err=form != "text")
    return bool(patches)


def _answer(line: dict[str, Any]) -> dict[str, Any]:
    """Answer one line: the denial of its `text` that says most. Raises BadLine."""
    check_keys(line, ("text",), ("role",))
    if not isinstance(line["text"], str):
        raise BadLine("text: must be a string")
    role = line.get("role")
    asking = None if role is None else asking_of_role(role_of_json(role, "role"))
    return as_json(next(iter(diagnose(line["text"], asking)), None))
