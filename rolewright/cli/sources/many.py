"""Where commands that look at many roles get them: files, stacks, an account."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rolewright.audit import OpenDump, keep_pages
from rolewright.cli.inputs import STDIN, BadInput, is_there
from rolewright.cli.sources.config import read_stack_file
from rolewright.cli.sources.files import Found, Skipped, files_of, read_found
from rolewright.cli.sources.live import account_pages
from rolewright.cli.sources.programs import stack_export
from rolewright.grants import ANY_ACCOUNT, Environment
from rolewright.roles import Role

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """The sources that a command was given; `environment` is None where none was."""

    paths: Sequence[str]
    stack: str | None
    config: str | None
    account: str | None
    live: bool
    environment: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Everything:
    """What is in sources, and which environment it is for; `failed` says that some can't be read."""

    found: tuple[Found, ...]
    environment: Environment
    failed: bool


@contextmanager
def everything_in(sources: Sources, verb: str) -> Generator[Everything]:
    """Give what is in sources, as long as it is looked at; `verb` is what is done with it.

    A file that can't be read does not keep the others from being looked at. Raises BadInput.
    """
    if not (sources.paths or sources.stack or sources.config or sources.live):
        raise BadInput(f"nothing to {verb}; name files or folders, --stack, --config or --live")
    with tempfile.TemporaryDirectory(prefix="rolewright-") as name:
        folder = Path(name)
        if [*sources.paths].count(STDIN) > 1:
            raise BadInput("`-` stands twice; standard input can be read once")
        reader = _Reader(folder)
        found = [*reader.files(sources.paths)]
        environment = sources.environment
        if sources.stack is not None:
            found += reader.stack(sources.stack)
        if sources.config is not None:
            planned, stated = planned_roles(sources.config, sources.account or ANY_ACCOUNT)
            found.append(planned)
            environment = environment or stated.value
        if sources.live:
            found.append(Found(source=None, dump=keep_pages(account_pages(), folder)))
        yield Everything(
            found=tuple(found),
            environment=Environment(environment or Environment.PROD.value),
            failed=reader.failed,
        )


class _Reader:
    """Reads files one by one, and remembers whether one of them could not be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.failed = False

    def files(self, paths: Sequence[str], said: str | None = None) -> Iterator[Found]:
        """Yield what is in files; `said` is what people know one by, where it isn't its path."""
        for path, named in files_of(paths):
            try:
                yield read_found(path, self._folder, named=named, said=said)
            except BadInput as error:
                error.show()
                self.failed = True
            except Skipped as nothing:
                click.echo(f"skipped: {nothing}", err=True)

    def stack(self, stack: str) -> Iterator[Found]:
        """Yield what is in the export of a stack, which is a file, or is asked for by name."""
        if stack == STDIN or is_there(stack):
            yield from self.files((stack,))
            return
        kept = self._folder / "stack.json"
        kept.write_bytes(stack_export(stack))
        yield from self.files((str(kept),), f"stack {stack}")


def planned_roles(path: str, account: str, said: str | None = None) -> tuple[Found, Environment]:
    """Return the roles that a stack's file asks for, and its environment. Raises BadInput.

    `said` is what people know the file by, where it isn't its path.
    """
    file = read_stack_file(path, said)
    stack = file.roles(account)
    return Found(source=file.said, roles=tuple(stack.roles.values())), stack.environment


def roles_in(found: Found) -> Iterator[Role]:
    """Yield the roles that were found, those of a dump one after the other."""
    yield from (one for one in found.roles if isinstance(one, Role))
    if found.dump is not None:
        opened = OpenDump(found.dump)
        try:
            for batch in found.dump.batches:
                yield from map(opened.account.role, opened.details(batch))
        finally:
            opened.close()


def others_in(found: Found) -> int:
    """Return how many things were found that run as a role and are none."""
    return len(found.unread) + sum(not isinstance(one, Role) for one in found.roles)
