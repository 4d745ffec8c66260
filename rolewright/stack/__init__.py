"""What the resources of a Pulumi stack say of roles, and of what runs as them; unknowns and all.

May import the rooms of the library but `audit`, `cli` and `explain`; never pulumi.
"""

from rolewright.stack.properties import Resource, account_of
from rolewright.stack.subjects import (
    UNREAD,
    InvalidExport,
    is_read,
    roles_of_export,
    subjects_of_export,
    unread,
    whole_subjects,
    workload,
)
from rolewright.stack.view import ROLE, TYPES, StackView

__all__ = [
    "ROLE",
    "TYPES",
    "UNREAD",
    "InvalidExport",
    "Resource",
    "StackView",
    "account_of",
    "is_read",
    "roles_of_export",
    "subjects_of_export",
    "unread",
    "whole_subjects",
    "workload",
]
