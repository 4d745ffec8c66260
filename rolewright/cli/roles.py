"""Roles in the lines that batch commands read, and in documents that people name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from rolewright.cli.batch import check_keys
from rolewright.cli.documents import document_at, own_documents
from rolewright.cli.inputs import BadLine
from rolewright.iam import PolicyDocument
from rolewright.roles import AttachedPolicy, PolicyKind, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SOME_ROLE = "*"
"""Stands for the ARN of a role that isn't told: any role's may be its."""
_KEYS = ("permissionsBoundaries", "trust")
_ROLE_ARN = re.compile(r"arn:[^:*?$]+:iam::\d{12}:role/[^*?$]*[^*?$/]")


def role_of_line(line: Mapping[str, Any]) -> Role:
    """Return the role of a line, with the others of its stack as siblings. Raises BadLine."""
    check_keys(line, ("identityPolicies",), (*_KEYS, "siblings"))
    given: Any = line.get("siblings") or []
    if not isinstance(given, list):
        raise BadLine("siblings: must be a list of roles")
    siblings: dict[str, Role] = {}
    for place, sibling in enumerate(cast("list[Any]", given)):
        path = f"siblings[{place}]"
        role = _sibling(sibling, path)
        if role.urn in siblings:
            raise BadLine(f"{path}.arn: `{role.urn}` stands twice; keep one")
        siblings[role.urn] = role
    return _role(SOME_ROLE, line, "", tuple(siblings.values()))


def make_role(
    arn: str,
    identity: Sequence[PolicyDocument],
    boundary: Sequence[PolicyDocument] | None = None,
    trust: PolicyDocument | None = None,
    siblings: Sequence[Role] = (),
) -> Role:
    """Return a role of documents; each identity policy's name is its place, from 0.

    Several documents of a boundary are one: what some of them allows and none denies.
    """
    folder, _, name = arn.partition("/")[2].rpartition("/")
    return Role(
        name=name or SOME_ROLE,
        urn=arn,
        path=f"/{folder}/" if folder else "/",
        account=None if arn == SOME_ROLE else arn.split(":")[4],
        trust=None if trust is None else _policy("", PolicyKind.TRUST, trust),
        policies=tuple(
            _policy(str(place), PolicyKind.INLINE, document)
            for place, document in enumerate(identity)
        ),
        boundary=None if boundary is None else boundary_of(boundary),
        siblings=tuple(siblings),
    )


def check_arn(arn: Any) -> None:
    """Refuse what is not the ARN of one role. Raises BadLine."""
    if not isinstance(arn, str) or not _ROLE_ARN.fullmatch(arn):
        raise BadLine(
            f"`{arn}` is not the ARN of a role; write it like "
            "`arn:aws:iam::123456789012:role/Training`"
        )


def _sibling(given: Any, path: str) -> Role:
    if not isinstance(given, dict):
        raise BadLine(f"{path}: must be an object with `arn` and `identityPolicies`")
    sibling = cast("dict[str, Any]", given)
    try:
        check_keys(sibling, ("arn", "identityPolicies"), _KEYS)
    except BadLine as error:
        raise BadLine(f"{path}: {error}") from None
    try:
        check_arn(sibling["arn"])
    except BadLine as error:
        raise BadLine(f"{path}.arn: {error}") from None
    return _role(sibling["arn"], sibling, f"{path}.", ())


def _role(arn: str, given: Mapping[str, Any], path: str, siblings: Sequence[Role]) -> Role:
    return make_role(
        arn,
        own_documents(given, "identityPolicies", path) or (),
        own_documents(given, "permissionsBoundaries", path) or None,
        document_at(given.get("trust"), f"{path}trust"),
        siblings,
    )


def _policy(name: str, kind: PolicyKind, document: PolicyDocument) -> AttachedPolicy:
    return AttachedPolicy(name=name, kind=kind, document=document, urn="")


def boundary_of(documents: Sequence[PolicyDocument]) -> AttachedPolicy:
    """Return the boundary of several documents: what some of them allows and none denies."""
    statements = tuple(statement for document in documents for statement in document.statements)
    document = PolicyDocument(version="2012-10-17", id=None, statements=statements)
    return _policy("", PolicyKind.BOUNDARY, document)
