"""SNS topics that a role may publish to.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
Keys: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import name_problems
from rolewright.grants.key_use import (
    DECRYPT,
    PRODUCE,
    KeyUse,
    key_partition_problems,
    uses_by_key,
)
from rolewright.grants.kind import STRICT, Companion, GrantKind, Target
from rolewright.grants.network import key_problems
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import has, named, with_key
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Request, Statement


class TopicGrant(TypedDict):
    """One topic of the stack's own account and region to publish to."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    topic: str
    """The topic's name, not its ARN."""
    key: NotRequired[str]
    """The ARN of the customer-managed KMS key that the topic is encrypted with."""


_ACTIONS = ("sns:Publish",)
_NAME = re.compile(r"(?=.{1,256}$)[\w-]+(?:\.fifo)?", re.ASCII)
_TAKES = "a topic's name; it takes up to 256 letters, digits, hyphens and underscores"


def _problems(grant: TopicGrant) -> Iterator[Problem]:
    yield from name_problems(grant["topic"], "topic", _NAME, _TAKES)
    if "key" in grant:
        yield from key_problems(grant["key"], "key")


def _statements(grants: Sequence[TopicGrant], target: Target) -> Iterator[Statement]:
    for name in sorted({grant["topic"] for grant in grants}):
        yield allow(f"TopicPublish{sid_word(name)}", _ACTIONS, (target.arn("sns", name),))
    for _, use in _key_uses(grants):
        yield use.statement(target)


def _key_uses(grants: Sequence[TopicGrant]) -> Iterator[tuple[Iterable[str], KeyUse]]:
    used = ((grant.get("key"), grant["topic"]) for grant in grants)
    yield from uses_by_key(used, "TopicSeal", (*DECRYPT, *PRODUCE), "sns")


def _companions(grants: Sequence[TopicGrant], target: Target) -> Iterator[Companion]:
    for names, use in _key_uses(grants):
        yield from use.companions(target, " and ".join(f"topic `{name}`" for name in names))


def _propose(request: Request, held: Sequence[TopicGrant], target: Target) -> Iterator[TopicGrant]:
    name = named(request.resource, target, "sns")
    if name is not None and has(_ACTIONS, request):
        yield with_key({"topic": name}, held, "topic")


KIND: GrantKind[TopicGrant] = GrantKind(
    key="topics",
    least={"topic": "x"},
    problems=_problems,
    statements=_statements,
    companions=_companions,
    problems_there=key_partition_problems,
    propose=_propose,
)
