"""IAM statements as they stand: the last resort, where no other grant does.

What IAM would refuse is a problem; guardrails judge the rest as they judge every statement.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import partition_problems
from rolewright.grants.kind import STRICT, GrantKind, Target
from rolewright.grants.problems import Problem, join_paths
from rolewright.iam import Statement, parse_document
from rolewright.lint import Kind, Severity, lint


class StatementEffect(Enum):
    """What a statement does."""

    ALLOW = "Allow"
    """Allow what it says."""
    DENY = "Deny"
    """Deny what it says, whatever else allows it."""


class RawStatement(TypedDict):
    """One statement of an identity policy."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    sid: str
    """Its name: letters and digits; stands as `Raw` and the name in IAM."""
    effect: NotRequired[StatementEffect]
    """Allow or Deny; `Allow` by default."""
    actions: list[str]
    """Actions, such as `s3:GetObject`."""
    resources: list[str]
    """ARNs, or `*`."""
    conditions: NotRequired[dict[str, dict[str, list[str]]]]
    """Operators, keys and values, such as `StringEquals: {aws:SourceVpc: [vpc-1]}`."""


_PARTITION = re.compile(r"arn:[a-z-]+:")
_SID = re.compile(r"[A-Za-z0-9]{1,64}")
_KEYS = {"Action": "actions", "Resource": "resources", "Condition": "conditions", "Sid": "sid"}
_PATH = re.compile(r"(?:Statement\[0\])?\.?([A-Za-z]*)(.*)", re.DOTALL)


def _document(entry: RawStatement) -> Mapping[str, object]:
    statement: dict[str, object] = {
        "Sid": f"Raw{entry['sid']}",
        "Effect": entry.get("effect", StatementEffect.ALLOW).value,
        "Action": entry["actions"],
        "Resource": entry["resources"],
    }
    if "conditions" in entry:
        statement["Condition"] = entry["conditions"]
    return {"Version": "2012-10-17", "Statement": [statement]}


def _problems(entry: RawStatement) -> Iterator[Problem]:
    if not _SID.fullmatch(entry["sid"]):
        yield Problem(
            path="sid",
            message=f"`{entry['sid']}` is not a Sid; it takes up to 64 letters and digits",
        )
    for finding in lint(_document(entry), Kind.IDENTITY):
        if finding.severity is Severity.ERROR and not finding.path.endswith(".Sid"):
            found = _PATH.fullmatch(finding.path)
            element, rest = found.groups() if found else ("", "")
            yield Problem(
                path=join_paths(_KEYS.get(element, ""), rest.removeprefix(".")),
                message=finding.message,
            )


def _problems_there(entries: Sequence[RawStatement], target: Target) -> Iterator[Problem]:
    """Yield resources of another partition, and entries that say other than one of their Sid."""
    for index, entry in enumerate(entries):
        for place, arn in enumerate(entry["resources"]):
            if _PARTITION.match(arn):
                yield from partition_problems(arn, f"[{index}].resources[{place}]", target)
    first: dict[str, tuple[int, RawStatement]] = {}
    for index, entry in enumerate(entries):
        place, other = first.setdefault(entry["sid"], (index, entry))
        if entry != other:
            yield Problem(
                path=f"[{index}].sid",
                message=f"`{entry['sid']}` is that of [{place}] too; rename one of them",
            )


def _statements(entries: Sequence[RawStatement], _: Target) -> Iterator[Statement]:
    for entry in sorted(entries, key=lambda entry: entry["sid"]):
        (statement,) = parse_document(_document(entry)).statements
        yield replace(statement, index=0)


KIND: GrantKind[RawStatement] = GrantKind(
    key="statements",
    least={"sid": "X", "actions": ["s3:GetObject"], "resources": ["*"]},
    problems=_problems,
    statements=_statements,
    problems_there=_problems_there,
)
