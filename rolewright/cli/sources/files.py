"""Files that many roles are read from: documents, roles, dumps of an account, exports of stacks."""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rolewright.audit import (
    DUMP_KEYS,
    audit_dump,
    audit_subject,
    keep_dump,
    role_of_identity,
    role_of_trust,
)
from rolewright.cli.inputs import (
    GZIP,
    STDIN,
    BadInput,
    BadLine,
    is_there,
    not_json,
    open_bytes,
    unique_keys,
)
from rolewright.cli.sources.json_role import role_of_json
from rolewright.iam import line_of, parse_document
from rolewright.lint import Kind, guess_kind
from rolewright.roles import Role
from rolewright.stack import subjects_of_export

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from typing import BinaryIO, TextIO

    from rolewright.audit import Audited, Dump, Rules, Text
    from rolewright.roles import Workload

_FIRST_KEY = re.compile(r'\s*\{\s*"([^"\\]*)"\s*:')
_HEAD = 4096
_SUFFIXES = (".json", ".json.gz")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Roles to judge: some that are at hand, or a dump; `text` is that of a lone document."""

    source: str | None
    roles: tuple[Role | Workload, ...] = ()
    unread: tuple[tuple[Workload, str], ...] = ()
    dump: Dump | None = None
    text: str | None = None

    @property
    def count(self) -> int:
        """How many roles there are."""
        return self.dump.roles if self.dump else len(self.roles) + len(self.unread)

    def audited(self, rules: Rules) -> Iterator[Audited]:
        """Yield what is found of each role."""
        if self.dump is not None:
            yield from audit_dump(self.dump, rules, self.source)
        for role in self.roles:
            audited = audit_subject(role, rules, self.source)
            if self.text is not None:
                audited = replace(audited, lines=_lines(self.text, audited))
            yield audited
        for workload, what in self.unread:
            yield audit_subject(workload, rules, self.source, what)


class Skipped(Exception):  # noqa: N818  # it is no error
    """A file of a folder that is JSON, but nothing to audit."""


def files_of(paths: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield the files that paths name, those of folders in order; True where it was named itself."""
    for path in paths:
        if path != STDIN and is_there(path, Path.is_dir):
            for file in sorted(Path(path).rglob("*")):
                if file.name.endswith(_SUFFIXES) and file.is_file():
                    yield str(file), False
        else:
            yield path, True


def read_found(path: str, folder: Path, *, named: bool = True, said: str | None = None) -> Found:
    """Return what is in a file, or in standard input for `-`; a dump is kept in a folder.

    `said` is what people know the file by, where it isn't its path. Raises BadInput, or Skipped
    where the file was not named itself and has nothing to audit.
    """
    said = said or path
    source = None if said == STDIN else said
    try:
        with text_or_dump(path, said) as given:
            if not isinstance(given, str):
                return Found(source=source, dump=keep_dump(given, folder))
        return _of_text(said, given, folder, named=named)
    except ValueError as error:
        raise not_json(said, str(error)) from None


@contextmanager
def text_or_dump(path: str, said: str) -> Generator[str | Text]:
    """Give a file's text, unpacked where it is packed; of a dump of an account, a stream of it.

    A dump is told by its first key. Raises BadInput where the file can't be read.
    """
    try:
        with _text_of(path, said) as stream:
            head = stream.read(_HEAD)
            first = _FIRST_KEY.match(head)
            is_dump = first and first[1] in DUMP_KEYS
            yield _Joined(head, stream) if is_dump else head + stream.read()
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{said}: is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadInput(f"{said}: can't be unpacked: {str(error).lower()}") from None


def _of_text(path: str, text: str, folder: Path, *, named: bool) -> Found:
    try:
        parsed = _json(text)
    except ValueError:
        # The document's own reader says best what is wrong, and where; it takes nothing else.
        parsed = parse_document(text)
    content = cast("dict[str, Any]", parsed) if isinstance(parsed, dict) else {}
    source = None if path == STDIN else path
    name = "stdin" if path == STDIN else Path(path).name.removesuffix(".gz").removesuffix(".json")
    if not content.keys().isdisjoint(DUMP_KEYS):
        return Found(source=source, dump=keep_dump(io.StringIO(text), folder))
    if "deployment" in content or "steps" in content:
        roles, others = subjects_of_export(content)
        return Found(source=source, roles=roles, unread=others)
    if "identityPolicies" in content or "trust" in content:
        return Found(source=source, roles=(role_of_json(content, name=name),))
    if "Statement" in content:
        kind = guess_kind(parse_document(text))
        if kind is not Kind.RESOURCE:
            make = role_of_trust if kind is Kind.TRUST else role_of_identity
            return Found(source=source, roles=(make(name, text),), text=text)
        said = "is the policy of a resource, which is no role"
    else:
        said = (
            "is no policy document, role, output of get-account-authorization-details or of "
            "`pulumi stack export`"
        )
    if named:
        raise BadInput(f"{path}: {said}")
    raise Skipped(f"{path}: {said}")


def _json(text: str) -> Any:
    """Return JSON. Raises ValueError, also for a key that stands twice."""
    try:
        return json.loads(text, object_pairs_hook=unique_keys)
    except RecursionError:
        raise BadLine("nested too deep") from None


@contextmanager
def _text_of(path: str, said: str) -> Generator[TextIO]:
    """Give a file's text, unpacked where it is packed. Raises BadInput where it can't be read."""
    with open_bytes(path, said) as file:
        raw = cast("BinaryIO", io.BufferedReader(cast("Any", file)))
        packed = cast("io.BufferedReader", raw).peek(2)[:2] == GZIP
        source = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
        yield io.TextIOWrapper(source, encoding="utf-8-sig", newline="")


class _Joined:
    """A stream of which the beginning was read already."""

    def __init__(self, head: str, stream: TextIO) -> None:
        self._head, self._stream = head, stream

    def read(self, size: int, /) -> str:
        head, self._head = self._head, ""
        return head or self._stream.read(size)


def _lines(text: str, audited: Audited) -> dict[int, int]:
    places = {finding.place for finding in audited.findings if finding.place is not None}
    return {place: line_of(text, f"Statement[{place}]") or 1 for place in sorted(places)}


def together(found: Iterable[Found]) -> tuple[Found, ...]:
    """Return the same, with the roles that stand alone beside one another."""
    beside: list[Role] = []
    everything: list[Found] = []
    for one in found:
        roles = tuple(_beside(role, beside) for role in one.roles)
        everything.append(replace(one, roles=roles))
    return tuple(everything)


def _beside(role: Role | Workload, others: list[Role]) -> Role | Workload:
    if not isinstance(role, Role) or role.siblings != ():
        return role
    alone = replace(role, siblings=others)
    others.append(alone)
    return alone
