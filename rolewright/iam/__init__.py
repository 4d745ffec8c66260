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
from rolewright.iam.evaluation import (
    Decision,
    Evaluator,
    Match,
    Outcome,
    Policies,
    PolicyType,
    Request,
    evaluate,
)
from rolewright.iam.patterns import (
    Undecided,
    contains,
    covers,
    difference,
    matches,
    overlaps,
    resource_pattern,
)
from rolewright.iam.principals import SELF

__all__ = [
    "SELF",
    "Condition",
    "Decision",
    "Effect",
    "Evaluator",
    "InvalidDocument",
    "Match",
    "Outcome",
    "Policies",
    "PolicyDocument",
    "PolicyType",
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
    "resource_pattern",
]
