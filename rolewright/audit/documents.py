"""Roles of which one document is known, and nothing else."""

from __future__ import annotations

from rolewright.iam import parse_document
from rolewright.roles import AttachedPolicy, PolicyKind, Role


def role_of_identity(name: str, text: str) -> Role:
    """Return a role of one identity policy; of the rest nothing is known. Raises InvalidDocument."""
    return Role(
        name=name, urn="", created=False, policies=(_policy(name, text, PolicyKind.INLINE),)
    )


def role_of_trust(name: str, text: str) -> Role:
    """Return a role of which the trust policy alone is known. Raises InvalidDocument."""
    return Role(name=name, urn="", created=False, trust=_policy(name, text, PolicyKind.TRUST))


def _policy(name: str, text: str, kind: PolicyKind) -> AttachedPolicy:
    return AttachedPolicy(
        name=name,
        kind=kind,
        document=parse_document(text),
        urn="",
        text=text,
    )
