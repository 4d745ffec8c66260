"""A role as it stands in IAM, whatever it was read from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from rolewright.grants import ANY_ACCOUNT
from rolewright.reference import nearest
from rolewright.roles import document_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ROLE_KEYS = (
    "name",
    "arn",
    "trust",
    "identityPolicies",
    "inlinePolicies",
    "managedPolicies",
    "permissionsBoundary",
    "permissionsBoundaries",
    "path",
    "description",
    "tags",
    "maxSessionDuration",
)
_ARN = re.compile(r"arn:(?P<partition>[a-z-]+):iam::(?P<account>\d{12}):role(?P<path>/.*?)[^/]+")
_DEFAULT_SESSION = 3600


class InvalidHeld(ValueError):  # noqa: N818  # named as InvalidDocument is
    """What is no role; the message begins with the path of what is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldRole:
    """A role's settings and documents: `inline` are texts by name, `attached` ARNs.

    `trust` is None where it isn't known. `complete` says whether the source tells description and
    session length too: the account's authorization details don't.
    """

    name: str
    partition: str = "aws"
    account: str = ANY_ACCOUNT
    path: str = "/"
    trust: str | None = None
    inline: tuple[tuple[str, str], ...] = ()
    attached: tuple[str, ...] = ()
    boundary: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    description: str = ""
    max_session_duration: int = _DEFAULT_SESSION
    complete: bool = True


def role_of_json(given: Any, name: str = "role") -> HeldRole:
    """Return a role from `name`, `trust`, `identityPolicies` and the like, as other commands take it.

    `inlinePolicies` are documents by name; those of `identityPolicies` are named by their place.
    `managedPolicies` are ARNs. Raises InvalidHeld.
    """
    role = _mapping(given, "")
    for key in role:
        if key not in _ROLE_KEYS:
            meant = nearest(key, _ROLE_KEYS)
            hint = f"; did you mean `{meant}`?" if meant else ""
            raise InvalidHeld(f"`{key}` is not a key of a role{hint} ({', '.join(_ROLE_KEYS)})")
    if role.get("permissionsBoundaries"):
        raise InvalidHeld(
            "permissionsBoundaries: is a document; a stack config names the boundary by ARN: give "
            "it as `permissionsBoundary`"
        )
    arn = _optional_text(role, "arn")
    partition, account, path = _parts(arn)
    listed = _list(role, "identityPolicies")
    named = _mapping(role.get("inlinePolicies") or {}, "inlinePolicies")
    inline = [(f"policy-{place}", document) for place, document in enumerate(listed)]
    inline += named.items()
    return HeldRole(
        name=_optional_text(role, "name") or (arn.rpartition("/")[2] if arn else name),
        partition=partition,
        account=account,
        path=_optional_text(role, "path") or path,
        trust=None if role.get("trust") is None else document_text(role["trust"]),
        inline=tuple((key, document_text(document)) for key, document in inline),
        attached=tuple(_texts(role, "managedPolicies")),
        boundary=_optional_text(role, "permissionsBoundary"),
        tags={key: str(value) for key, value in _mapping(role.get("tags") or {}, "tags").items()},
        description=_optional_text(role, "description") or "",
        max_session_duration=_session(role.get("maxSessionDuration"), "maxSessionDuration"),
    )


def role_of_detail(given: Any) -> HeldRole:
    """Return a role from its entry in the account's authorization details. Raises InvalidHeld.

    `Description` and `MaxSessionDuration`, which `get-role` gives, are taken where they are there.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html
    """
    detail = _mapping(given, "")
    arn = _text(detail, "Arn")
    partition, account, path = _parts(arn)
    boundary = _mapping(detail.get("PermissionsBoundary") or {}, "PermissionsBoundary")
    trust = detail.get("AssumeRolePolicyDocument")
    return HeldRole(
        name=_text(detail, "RoleName"),
        partition=partition,
        account=account,
        path=_optional_text(detail, "Path") or path,
        trust=None if trust is None else document_text(trust),
        inline=tuple(
            (_text(entry, "PolicyName"), document_text(entry.get("PolicyDocument")))
            for entry in _entries(detail, "RolePolicyList")
        ),
        attached=tuple(
            _text(entry, "PolicyArn") for entry in _entries(detail, "AttachedManagedPolicies")
        ),
        boundary=_text(boundary, "PermissionsBoundaryArn") if boundary else None,
        tags={_text(tag, "Key"): str(tag.get("Value", "")) for tag in _entries(detail, "Tags")},
        description=_optional_text(detail, "Description") or "",
        max_session_duration=_session(detail.get("MaxSessionDuration"), "MaxSessionDuration"),
        complete="MaxSessionDuration" in detail,
    )


def _parts(arn: str | None) -> tuple[str, str, str]:
    """Return partition, account and path of a role's ARN."""
    if arn is None:
        return "aws", ANY_ACCOUNT, "/"
    found = _ARN.fullmatch(arn)
    if found is None:
        raise InvalidHeld(f"arn: `{arn}` is not the ARN of a role")
    return found["partition"], found["account"], found["path"]


def _mapping(given: Any, path: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise InvalidHeld(f"{path}: must be an object" if path else "must be an object")
    return cast("dict[str, Any]", given)


def _list(role: Mapping[str, Any], key: str) -> list[Any]:
    listed: Any = role.get(key) or []
    if not isinstance(listed, list):
        raise InvalidHeld(f"{key}: must be a list")
    return cast("list[Any]", listed)


def _entries(detail: Mapping[str, Any], key: str) -> Iterator[dict[str, Any]]:
    for place, entry in enumerate(_list(detail, key)):
        yield _mapping(entry, f"{key}[{place}]")


def _texts(role: Mapping[str, Any], key: str) -> Iterable[str]:
    for place, entry in enumerate(_list(role, key)):
        if not isinstance(entry, str):
            raise InvalidHeld(f"{key}[{place}]: must be text")
        yield entry


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidHeld(f"{key}: is missing or no text")
    return value


def _optional_text(entry: Mapping[str, Any], key: str) -> str | None:
    value = entry.get(key)
    if value is not None and not isinstance(value, str):
        raise InvalidHeld(f"{key}: must be text")
    return value or None


def _session(given: Any, path: str) -> int:
    if given is None:
        return _DEFAULT_SESSION
    if not isinstance(given, int) or isinstance(given, bool):
        raise InvalidHeld(f"{path}: must be a number of seconds")
    return given
