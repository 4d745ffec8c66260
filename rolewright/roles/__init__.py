"""A role whole, and what its policies really let it do.

May import `rolewright.iam`, `reference` and `lint`.
"""

from rolewright.roles.comparison import access_beyond
from rolewright.roles.documents import (
    AttachedPolicy,
    PolicyKind,
    Uncheckable,
    read_document,
)
from rolewright.roles.effective import Effective, Grant, accepts, statement_actions
from rolewright.roles.resources import covers_all, is_exact, narrow, overlap
from rolewright.roles.role import Part, Role

__all__ = [
    "AttachedPolicy",
    "Effective",
    "Grant",
    "Part",
    "PolicyKind",
    "Role",
    "Uncheckable",
    "accepts",
    "access_beyond",
    "covers_all",
    "is_exact",
    "narrow",
    "overlap",
    "read_document",
    "statement_actions",
]
