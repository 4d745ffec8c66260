"""Where `adopt` reads a role from: files, or AWS itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from rolewright.audit import InvalidStream, read_entries
from rolewright.cli.inputs import BadInput, parse_json
from rolewright.cli.names import unknown_role
from rolewright.cli.sources.files import text_or_dump
from rolewright.cli.sources.live import role_detail
from rolewright.explain.adopting.held import HeldRole, InvalidHeld, role_of_detail, role_of_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DETAILS = "RoleDetailList"


def held_in_files(name: str, paths: Iterable[str]) -> HeldRole:
    """Return the role of a name or ARN that some file tells of. Raises BadInput."""
    paths = tuple(paths)
    names: list[tuple[str]] = []
    for path in paths:
        found: Mapping[str, Any] | None = None
        for role in _roles(path, name):
            if name in (role.get("RoleName"), role.get("Arn"), role.get("name"), role.get("arn")):
                found = found or role
            names.append((str(role.get("RoleName") or role.get("name")),))
        if found is not None:
            return _read(path, found)
    raise unknown_role(name, names, ", ".join(paths))


def held_in_aws(name: str) -> HeldRole:
    """Return a role as AWS has it now. Raises BadInput."""
    return _read("live", role_detail(name))


def _roles(path: str, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the roles of a file as they are written there, to its end. Raises BadInput."""
    with text_or_dump(path, path) as given:
        if isinstance(given, str):
            content = parse_json(given, path)
            parts = cast("list[Any]", content if isinstance(content, list) else [content])
            yield from _roles_in(parts, path, name)
            return
        try:
            for entry in read_entries(given):
                if entry.key == _DETAILS and isinstance(entry.value, dict):
                    yield cast("dict[str, Any]", entry.value)
        except InvalidStream as error:
            raise BadInput(f"{path}: {error}") from None


def _roles_in(parts: list[Any], path: str, name: str) -> Iterator[Mapping[str, Any]]:
    for part in parts:
        if not isinstance(part, dict):
            raise BadInput(f"{path}: must be a JSON object")
        found = cast("dict[str, Any]", part)
        listed = found.get(_DETAILS)
        if isinstance(listed, list):
            yield from (role for role in cast("list[Any]", listed) if isinstance(role, dict))
        elif set(found) == {"Role"}:
            raise BadInput(
                f"{path}: is from `get-role`, which tells no policies; use --live, or the output "
                "of `aws iam get-account-authorization-details --filter Role`"
            )
        elif "RoleName" in found:
            yield found
        else:
            yield {"name": name, **found}


def _read(path: str, role: Mapping[str, Any]) -> HeldRole:
    try:
        return role_of_detail(role) if "RoleName" in role else role_of_json(role)
    except InvalidHeld as error:
        raise BadInput(f"{path}: {error}") from None
