"""Each resource's description turned into plain values once, and not for every policy anew.

The SDK does that before it calls a policy, so for each resource once a guardrail: at some hundred
roles it took longer than all guardrails. Equal messages have equal values, so they are kept.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from google.protobuf import json_format, struct_pb2
from pulumi_policy import policy as sdk

if TYPE_CHECKING:
    from google.protobuf.message import Message

_KEPT = 16_384
"""How many descriptions are kept: those of a stack of more than a thousand roles."""


class _Keeping:
    """`google.protobuf.json_format` for the SDK, which builds values of its own from what it gets."""

    def MessageToDict(self, message: Message) -> Any:  # noqa: N802  # the name that the SDK calls
        if isinstance(message, struct_pb2.Struct):
            return _as_dict(message.SerializeToString(deterministic=True))
        return json_format.MessageToDict(message)

    def __getattr__(self, name: str) -> Any:
        return getattr(json_format, name)


@lru_cache(maxsize=_KEPT)
def _as_dict(content: bytes) -> dict[str, Any]:
    return json_format.MessageToDict(struct_pb2.Struct.FromString(content))


def keep_descriptions() -> None:
    """Make the SDK of this process turn equal messages into values once."""
    setattr(sdk, "json_format", _Keeping())  # noqa: B010  # the type checker knows it as a module
