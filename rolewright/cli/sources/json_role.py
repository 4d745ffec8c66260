"""A role as `audit` takes it: its name and its documents, in one JSON object."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from rolewright.cli.batch import check_keys
from rolewright.cli.documents import document_at, own_documents
from rolewright.cli.inputs import BadLine
from rolewright.cli.roles import boundary_of
from rolewright.roles import AttachedPolicy, PolicyKind, Role

if TYPE_CHECKING:
    from rolewright.iam import PolicyDocument

KEYS = ("name", "trust", "identityPolicies", "permissionsBoundaries")


def role_of_json(given: Any, path: str = "", name: str = "role") -> Role:
    """Return a role from `name`, `trust`, `identityPolicies` and `permissionsBoundaries`.

    Each document is an object or its text. Where `trust` is not given the role is partly seen: what
    it lacks is not held against it. `name` is for a role that has none, `path` is where it stands.
    Raises BadLine.
    """
    if not isinstance(given, dict):
        raise BadLine(f"{path}: must be an object" if path else "must be an object")
    role = cast("dict[str, Any]", given)
    before = f"{path}." if path else ""
    try:
        if "id" in role:
            raise BadLine(f"`id` is not a key of a role ({', '.join(KEYS)})")  # noqa: TRY301
        check_keys(role, (), KEYS)
    except BadLine as error:
        raise BadLine(f"{path}: {error}" if path else str(error)) from None
    named = role.get("name", name)
    if not isinstance(named, str) or not named:
        raise BadLine(f"{before}name: must be a name")
    trust = document_at(role.get("trust"), f"{before}trust")
    boundaries = own_documents(role, "permissionsBoundaries", before)
    return Role(
        name=named,
        urn="",
        created=trust is not None,
        trust=trust and _policy("trust", PolicyKind.TRUST, trust, role["trust"]),
        policies=tuple(
            _policy(
                f"identityPolicies[{place}]",
                PolicyKind.INLINE,
                document,
                role["identityPolicies"][place],
            )
            for place, document in enumerate(own_documents(role, "identityPolicies", before) or ())
        ),
        boundary=replace(boundary_of(boundaries), name="permissionsBoundaries")
        if boundaries
        else None,
    )


def _policy(name: str, kind: PolicyKind, document: PolicyDocument, given: Any) -> AttachedPolicy:
    text = given if isinstance(given, str) else json.dumps(given, separators=(",", ":"))
    return AttachedPolicy(name=name, kind=kind, document=document, urn="", text=text)
