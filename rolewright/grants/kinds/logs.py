"""Access to CloudWatch log groups: write, read; SageMaker's own unless others are named.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
Groups: https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import name_problems
from rolewright.grants.kind import STRICT, GrantKind, Target
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import levels_with, named
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Request, Statement


class LogAccess(Enum):
    """What a role may do with a log group."""

    WRITE = "write"
    """Create the group and its streams, and put events into them."""
    READ = "read"
    """Find streams and read their events."""


class LogGrant(TypedDict):
    """Access to one log group, or to all whose names begin with a path."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    group: NotRequired[str]
    """The group's name; all below it where it ends in `/`. `/aws/sagemaker/` by default."""
    access: list[LogAccess]
    """Any of write, read."""


_DEFAULT = "/aws/sagemaker/"
_LEVELS = {
    LogAccess.WRITE: (
        "LogWrite",
        (
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
        ),
    ),
    LogAccess.READ: (
        "LogRead",
        ("logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"),
    ),
}
_NAME = re.compile(r"[\w./#-]{1,512}", re.ASCII)
_TAKES = "a log group; its name takes up to 512 letters, digits and `_-/.#`"


def _problems(grant: LogGrant) -> Iterator[Problem]:
    yield from name_problems(grant.get("group", _DEFAULT), "group", _NAME, _TAKES, "log-group:")
    if grant.get("group") == "/":
        yield Problem(path="group", message="is every log group that begins with `/`; name more")
    if not grant["access"]:
        yield Problem(path="access", message="is empty; name one of write, read")


def _statements(grants: Sequence[LogGrant], target: Target) -> Iterator[Statement]:
    order = list(_LEVELS)
    wanted = {
        (grant.get("group", _DEFAULT), level) for grant in grants for level in grant["access"]
    }
    for group, access in sorted(wanted, key=lambda item: (item[0], order.index(item[1]))):
        verb, actions = _LEVELS[access]
        arn = target.arn("logs", f"log-group:{group}")
        # CloudWatch Logs asks for streams as `log-group:NAME:log-stream:STREAM`, and for some
        # actions on groups as `log-group:NAME:*`.
        resources = (f"{arn}*",) if group.endswith("/") else (arn, f"{arn}:*")
        yield allow(f"{verb}{sid_word(group)}", actions, resources)


def _propose(request: Request, _: Sequence[LogGrant], target: Target) -> Iterator[LogGrant]:
    """Propose the log group, then all of SageMaker's where it is one of them."""
    name = named(request.resource, target, "logs", "log-group:")
    if name is None:
        return
    group = name.partition(":")[0].rstrip("*")
    for access in levels_with({level: actions for level, (_, actions) in _LEVELS.items()}, request):
        yield {"group": group, "access": [access]}
        if group.startswith(_DEFAULT):
            yield {"access": [access]}


KIND: GrantKind[LogGrant] = GrantKind(
    key="logs",
    least={"access": [LogAccess.READ]},
    problems=_problems,
    statements=_statements,
    propose=_propose,
)
