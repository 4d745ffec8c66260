"""IAM policies as AWS documents them: parse, match, evaluate. Standard library only."""

from rolewright.iam import limits
from rolewright.iam.conditions import can_hold
from rolewright.iam.documents import (
    Condition,
    Effect,
    InvalidDocument,
    PolicyDocument,
    Principal,
    Statement,
    document_size,
    parse_document,
    render_document,
)
from rolewright.iam.evaluation import Decision, Match, Outcome, Policies, Request, evaluate
from rolewright.iam.patterns import Undecided, contains, covers, difference, matches, overlaps

__all__ = [
    "Condition",
    "Decision",
    "Effect",
    "InvalidDocument",
    "Match",
    "Outcome",
    "Policies",
    "PolicyDocument",
    "Principal",
    "Request",
    "Statement",
    "Undecided",
    "can_hold",
    "contains",
    "covers",
    "difference",
    "document_size",
    "evaluate",
    "limits",
    "matches",
    "overlaps",
    "parse_document",
    "render_document",
]
