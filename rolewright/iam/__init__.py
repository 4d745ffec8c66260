"""IAM policies as AWS documents them: parse, match, evaluate. Standard library only."""

from rolewright.iam import limits
from rolewright.iam.access import Access
from rolewright.iam.asking import Answer, Deciding, Verdict, can
from rolewright.iam.differences import Difference, Entry, Relation, compare, diff
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
from rolewright.iam.holding import can_all_be, can_hold
from rolewright.iam.patterns import (
    Undecided,
    contains,
    covers,
    difference,
    matches,
    overlaps,
    resource_pattern,
)
from rolewright.iam.positions import line_of
from rolewright.iam.principals import SELF
from rolewright.iam.solving import Clause

__all__ = [
    "SELF",
    "Access",
    "Answer",
    "Clause",
    "Condition",
    "Deciding",
    "Decision",
    "Difference",
    "Effect",
    "Entry",
    "Evaluator",
    "InvalidDocument",
    "Match",
    "Outcome",
    "Policies",
    "PolicyDocument",
    "PolicyType",
    "Principal",
    "Relation",
    "Request",
    "Statement",
    "Undecided",
    "Verdict",
    "can",
    "can_all_be",
    "can_hold",
    "compare",
    "contains",
    "covers",
    "diff",
    "difference",
    "document_size",
    "evaluate",
    "limits",
    "line_of",
    "matches",
    "overlaps",
    "parse_document",
    "render_document",
    "resource_pattern",
]
