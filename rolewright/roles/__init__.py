"""A role whole, what its policies really let it do, and what runs as it.

May import `rolewright.iam`, `reference` and `lint`.
"""

from rolewright.roles.comparison import access_beyond
from rolewright.roles.documents import (
    AttachedPolicy,
    PolicyKind,
    Uncheckable,
    document_text,
    read_document,
)
from rolewright.roles.effective import Effective, Grant, accepts, statement_actions
from rolewright.roles.resources import covers_all, is_exact, narrow, overlap
from rolewright.roles.role import Part, Role, part_of
from rolewright.roles.workload import UNKNOWN, Unknown, Workload, type_of, value_in

__all__ = [
    "UNKNOWN",
    "AttachedPolicy",
    "Effective",
    "Grant",
    "Part",
    "PolicyKind",
    "Role",
    "Uncheckable",
    "Unknown",
    "Workload",
    "accepts",
    "access_beyond",
    "covers_all",
    "document_text",
    "is_exact",
    "narrow",
    "overlap",
    "part_of",
    "read_document",
    "statement_actions",
    "type_of",
    "value_in",
]
