"""Access to the messages of SQS queues: send, receive.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
Keys: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
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
from rolewright.grants.proposing import levels_with, named, with_key
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Request, Statement


class QueueAccess(Enum):
    """What a role may do with a queue's messages."""

    SEND = "send"
    """Send messages."""
    RECEIVE = "receive"
    """Receive messages, hide them longer and delete them when they are done."""


class QueueGrant(TypedDict):
    """Access to the messages of one queue in the stack's own account and region."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    queue: str
    """The queue's name, not its ARN or URL."""
    access: list[QueueAccess]
    """Any of send, receive."""
    key: NotRequired[str]
    """The ARN of the customer-managed KMS key that the queue is encrypted with."""


_LEVELS = {
    QueueAccess.SEND: ("QueueSend", ("sqs:GetQueueUrl", "sqs:SendMessage")),
    QueueAccess.RECEIVE: (
        "QueueReceive",
        (
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage",
        ),
    ),
}
_NAME = re.compile(r"(?=.{1,80}$)[\w-]+(?:\.fifo)?", re.ASCII)
_TAKES = "a queue's name; it takes up to 80 letters, digits, hyphens and underscores"


def _problems(grant: QueueGrant) -> Iterator[Problem]:
    yield from name_problems(grant["queue"], "queue", _NAME, _TAKES)
    if not grant["access"]:
        yield Problem(path="access", message="is empty; name one of send, receive")
    if "key" in grant:
        yield from key_problems(grant["key"], "key")


def _statements(grants: Sequence[QueueGrant], target: Target) -> Iterator[Statement]:
    order = list(_LEVELS)
    wanted = {(grant["queue"], level) for grant in grants for level in grant["access"]}
    for name, access in sorted(wanted, key=lambda item: (item[0], order.index(item[1]))):
        verb, actions = _LEVELS[access]
        yield allow(f"{verb}{sid_word(name)}", actions, (target.arn("sqs", name),))
    for _, use in _key_uses(grants):
        yield use.statement(target)


def _key_uses(grants: Sequence[QueueGrant]) -> Iterator[tuple[Iterable[str], KeyUse]]:
    """Yield what the keys of queues are used for: sending takes both actions, receiving one."""
    for verb, actions, levels in (
        ("QueueUnseal", DECRYPT, {QueueAccess.SEND, QueueAccess.RECEIVE}),
        ("QueueSeal", PRODUCE, {QueueAccess.SEND}),
    ):
        used = ((g.get("key"), g["queue"]) for g in grants if levels & set(g["access"]))
        yield from uses_by_key(used, verb, actions, "sqs")


def _companions(grants: Sequence[QueueGrant], target: Target) -> Iterator[Companion]:
    for names, use in _key_uses(grants):
        yield from use.companions(target, " and ".join(f"queue `{name}`" for name in names))


def _propose(request: Request, held: Sequence[QueueGrant], target: Target) -> Iterator[QueueGrant]:
    name = named(request.resource, target, "sqs")
    if name is not None:
        by_level = {level: actions for level, (_, actions) in _LEVELS.items()}
        for access in levels_with(by_level, request):
            yield with_key({"queue": name, "access": [access]}, held, "queue")


KIND: GrantKind[QueueGrant] = GrantKind(
    key="queues",
    least={"queue": "x", "access": [QueueAccess.SEND]},
    problems=_problems,
    statements=_statements,
    companions=_companions,
    problems_there=key_partition_problems,
    propose=_propose,
)
