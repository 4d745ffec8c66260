"""Write the stack config that gives an existing role the same access.

ROLE is its name or ARN. It prints a whole stack's file: grants where they say the same as the role's
policies, statements where none does, each proved by comparing. FILES are the output of
`aws iam get-account-authorization-details`, a role of it, or a role as JSON with `name`, `trust` and
`inlinePolicies`; `-` is standard input.

Exits with 0 where the stack config says all of the role, 1 where it can't, 2 where the input is none.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

import click

from rolewright.cli.inputs import STDIN, BadInput, write_text
from rolewright.cli.options import format_option, live_option
from rolewright.cli.output import print_json
from rolewright.cli.sources.config import StackFile, read_stack_file
from rolewright.cli.sources.held import held_in_aws, held_in_files
from rolewright.explain.adopting.adopt import Adoption, CantAdopt, adopt
from rolewright.explain.adopting.importing import import_file as content_of
from rolewright.explain.adopting.showing import as_json, as_text
from rolewright.grants import NAMESPACE, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.explain.adopting.held import HeldRole

WHOLE, PARTLY = 0, 1
_REGION = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:([a-z]{2}(?:-[a-z]+)+-\d):")
_ANY_REGION = "us-east-1"


@click.command("adopt", help=__doc__)
@click.argument("role")
@click.option(
    "--documents", metavar="FILE", multiple=True, help="A file that tells of the role; repeat it."
)
@live_option
@click.option("--existing", is_flag=True, help="Only add grants; the role is not the stack's own.")
@click.option(
    "--config", metavar="FILE", help="The stack's file it is for: region, environment, defaults."
)
@click.option("--region", help="The stack's region; the one that the policies name most.")
@click.option("--import-file", metavar="FILE", help="Write the file for `pulumi import --file`.")
@format_option
@click.pass_context
def COMMAND(  # noqa: N802, PLR0913  # found by this name; an option each
    context: click.Context,
    role: str,
    *,
    documents: Sequence[str],
    live: bool,
    existing: bool,
    config: str | None,
    region: str | None,
    import_file: str | None,
    form: str,
) -> None:
    """Adopt it."""
    if live == bool(documents):
        raise BadInput("name where to read the role: --documents FILE, or --live")
    held = held_in_aws(role) if live else held_in_files(role, documents)
    file = read_stack_file(config) if config else StackFile(said="", settings={})
    target = Target(
        partition=held.partition,
        account=held.account,
        region=region or file.region or _usual_region(held),
        environment=str(file.settings.get(f"{NAMESPACE}:environment") or "dev"),
    )
    try:
        adoption = adopt(held, target, file.defaults, existing=existing)
    except CantAdopt as error:
        raise BadInput(f"`{held.name}`: {error}") from None
    if import_file:
        _write(import_file, adoption)
    if form == "json":
        print_json(as_json(adoption))
    else:
        click.echo(as_text(adoption, import_file), nl=False)
    context.exit(WHOLE if adoption.whole else PARTLY)


def _write(path: str, adoption: Adoption) -> None:
    text = json.dumps(content_of(adoption), indent=2) + "\n"
    if path == STDIN:
        raise BadInput("--import-file takes a file: standard output has the stack config")
    write_text(path, text)


def _usual_region(held: HeldRole) -> str:
    """Return the region that a role's policies name most often; any, where they name none."""
    named = Counter(region for _, text in held.inline for region in _REGION.findall(text))
    return named.most_common(1)[0][0] if named else _ANY_REGION
