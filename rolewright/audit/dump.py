"""The output of `aws iam get-account-authorization-details`, or its pages, kept on disk.

The roles come before the managed policies that they have, so they are read through once: roles go
to a file, of which a part at a time is judged, and the policies are kept.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rolewright.audit.account import (
    ROLE_ARN,
    Account,
    InvalidDetail,
    check_role,
    default_version,
    is_service_linked,
)
from rolewright.audit.json_stream import CHUNK, read_entries

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from rolewright.audit.json_stream import Text

ROLES, POLICIES = "RoleDetailList", "Policies"
KEYS = frozenset(
    {ROLES, POLICIES, "UserDetailList", "GroupDetailList", "IsTruncated", "Marker", "NextToken"}
)
"""What tells a dump from other JSON."""
_BATCH = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Dump:
    """Roles on disk, as JSON: `batches` are the places of some together, each ended by a comma.

    `places` are those of single roles by ARN; `policies` are texts by ARN; `trusting` are the roles
    whose trust policy names a role. `service_linked` roles are counted and left out.
    """

    path: Path
    batches: tuple[tuple[int, int], ...]
    places: Mapping[str, tuple[int, int]]
    policies: Mapping[str, str]
    trusting: Mapping[str, tuple[str, ...]]
    service_linked: int

    @property
    def roles(self) -> int:
        """How many roles there are to judge."""
        return len(self.places)


class OpenDump:
    """A dump to read from, in one process."""

    def __init__(self, dump: Dump) -> None:
        self._dump = dump
        self._file = os.open(dump.path, os.O_RDONLY)
        self.account = Account(policies=dump.policies, find=self._find, trusting=dump.trusting)

    def details(self, batch: tuple[int, int]) -> list[Mapping[str, Any]]:
        """Return the entries of one batch."""
        start, end = batch
        # Each entry ends in a comma, the last as well.
        return cast("list[Any]", json.loads(b"[%b]" % self._read(start, end - 1)))

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _find(self, arn: str) -> Mapping[str, Any] | None:
        place = self._dump.places.get(arn)
        return None if place is None else cast("dict[str, Any]", json.loads(self._read(*place)))

    def _read(self, start: int, end: int) -> bytes:
        return os.pread(self._file, end - start, start)


def keep_dump(stream: Text, folder: Path, *, chunk: int = CHUNK) -> Dump:
    """Read a dump from a stream and keep it in a folder.

    Raises InvalidStream where it is not JSON, InvalidDetail where it is not as AWS writes it.
    """
    keeper = _Keeper(folder)
    seen: set[str] = set()
    with keeper.file:
        for entry in read_entries(stream, chunk=chunk):
            seen.add(entry.key)
            if entry.place is None and entry.key in (ROLES, POLICIES) and entry.value != []:
                raise InvalidDetail(f"{entry.key}: must be a list")
            if entry.key == ROLES and entry.place is not None:
                keeper.add_role(entry.value, entry.text, f"{ROLES}[{entry.place}]")
            elif entry.key == POLICIES and entry.place is not None:
                keeper.add_policy(entry.value, f"{POLICIES}[{entry.place}]")
            elif entry.key == "IsTruncated" and entry.value is True:
                raise InvalidDetail(
                    "IsTruncated: the dump is cut off, so roles are missing; get the rest too"
                )
            elif entry.key == "NextToken" and entry.value:
                raise InvalidDetail(
                    "NextToken: the dump is cut off, so roles are missing; leave out --max-items"
                )
        if ROLES not in seen:
            raise InvalidDetail(
                f"{ROLES}: is missing; ask get-account-authorization-details for roles too"
            )
        return keeper.dump()


def keep_pages(pages: Iterable[Mapping[str, Any]], folder: Path) -> Dump:
    """Keep the pages of the API's answer, as boto3 gives them, in a folder."""
    keeper = _Keeper(folder)
    with keeper.file:
        for page in pages:
            for place, detail in enumerate(page.get(ROLES, ())):
                keeper.add_role(detail, json.dumps(detail, default=str), f"{ROLES}[{place}]")
            for place, policy in enumerate(page.get(POLICIES, ())):
                keeper.add_policy(policy, f"{POLICIES}[{place}]")
        return keeper.dump()


class _Keeper:
    def __init__(self, folder: Path) -> None:
        handle, name = tempfile.mkstemp(dir=folder)
        self.file: BinaryIO = os.fdopen(handle, "wb")
        self._path = folder / name
        self._places: dict[str, tuple[int, int]] = {}
        self._policies: dict[str, str] = {}
        self._trusting: dict[str, list[str]] = {}
        self._batches: list[tuple[int, int]] = []
        self._service_linked = self._first = self._end = self._held = 0

    def add_role(self, detail: Any, text: str, path: str) -> None:
        arn = _arn(detail, path)
        if is_service_linked(detail):
            self._service_linked += 1
            return
        if arn in self._places:
            raise InvalidDetail(f"{path}: {arn} stands twice")
        with _below(path):
            check_role(detail)
        content = text.encode("utf-8", "surrogatepass")
        self.file.write(content + b",")
        self._places[arn] = (self._end, self._end + len(content))
        self._end += len(content) + 1
        self._held += 1
        if self._held == _BATCH:
            self._close_batch()
        trust = json.dumps(detail.get("AssumeRolePolicyDocument"))
        for trusted in dict.fromkeys(ROLE_ARN.findall(trust)):
            self._trusting.setdefault(trusted, []).append(arn)

    def add_policy(self, policy: Any, path: str) -> None:
        arn = _arn(policy, path)
        with _below(path):
            text = default_version(policy)
        if text is not None:
            self._policies[arn] = text

    def dump(self) -> Dump:
        if self._held:
            self._close_batch()
        self.file.flush()
        return Dump(
            path=self._path,
            batches=tuple(self._batches),
            places=self._places,
            policies=self._policies,
            trusting={arn: tuple(found) for arn, found in self._trusting.items()},
            service_linked=self._service_linked,
        )

    def _close_batch(self) -> None:
        self._batches.append((self._first, self._end))
        self._first, self._held = self._end, 0


@contextmanager
def _below(path: str) -> Generator[None]:
    """Tell what is wrong with an entry by its place in the dump."""
    try:
        yield
    except InvalidDetail as error:
        raise InvalidDetail(f"{path}.{error}") from None


def _arn(entry: Any, path: str) -> str:
    arn = cast("dict[str, Any]", entry).get("Arn") if isinstance(entry, dict) else None
    if not isinstance(arn, str):
        raise InvalidDetail(f"{path}: has no `Arn`; is it from get-account-authorization-details?")
    return arn
