"""Privilege escalation: the catalogue of paths, and those that a role's effective access completes.

May import `rolewright.roles` and the rooms below it.
"""

from rolewright.escalation.catalogue import Path, Target, catalogue
from rolewright.escalation.grouping import Group, grouped, listed_ids
from rolewright.escalation.searching import Walk, walks
from rolewright.escalation.telling import (
    aligned,
    evidence,
    evidence_together,
    said,
    said_together,
)
from rolewright.escalation.trusting import trusts_service
from rolewright.escalation.uses import Use

__all__ = [
    "Group",
    "Path",
    "Target",
    "Use",
    "Walk",
    "aligned",
    "catalogue",
    "evidence",
    "evidence_together",
    "grouped",
    "listed_ids",
    "said",
    "said_together",
    "trusts_service",
    "walks",
]
