"""What the SDK makes of each resource for a policy is made once, and not for every policy anew.

Before it calls a policy, the SDK turns the resource into values, looks for secrets and unknown values
in them, does the same with its provider, and reads the whole config of the stack: at some hundred
roles and thirty policies that took longer than all guardrails. Equal messages have equal values, so
they are kept; a process has one config.
"""

from __future__ import annotations

import threading
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from google.protobuf import json_format, struct_pb2
from pulumi_policy import deserialize, proxy
from pulumi_policy import policy as sdk

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.message import Message

CONFIGURE = "_configure_runtime_settings"
PROVIDER = "_get_provider_resource"
"""Methods of the SDK's server that it calls for each resource, or for each and each policy."""
_KEPT = 16_384
"""How many descriptions are kept: those of a stack of more than a thousand roles."""

_SHOWN = type(proxy.unknown_checking_proxy({}))


class _Description(dict[str, Any]):
    """A resource's properties as the engine sends them."""

    @cached_property
    def shown(self) -> Any:
        """What policies see of them: a view that refuses what isn't known yet."""
        return proxy.unknown_checking_proxy(deserialize.deserialize_properties(self))


class _Keeping:
    """`google.protobuf.json_format` for the SDK."""

    def MessageToDict(self, message: Message) -> Any:  # noqa: N802  # the name that the SDK calls
        if isinstance(message, struct_pb2.Struct):
            return _described(message.SerializeToString(deterministic=True))
        return json_format.MessageToDict(message)

    def __getattr__(self, name: str) -> Any:
        return getattr(json_format, name)


@lru_cache(maxsize=_KEPT)
def _described(content: bytes) -> _Description:
    return _Description(json_format.MessageToDict(struct_pb2.Struct.FromString(content)))


def _deserialize(properties: Any, proxy_secrets: bool = False) -> Any:  # noqa: FBT001, FBT002  # the SDK's shape
    if isinstance(properties, _Description) and not proxy_secrets:
        return properties.shown
    return deserialize.deserialize_properties(properties, proxy_secrets)


def _show(properties: Any) -> Any:
    # What comes from a description is shown already.
    if type(properties) is _SHOWN:
        return properties
    return proxy.unknown_checking_proxy(properties)


def keep_descriptions() -> None:
    """Make the SDK of this process do once what does not change from one policy to the next."""
    servicer = vars(sdk)["_PolicyAnalyzerServicer"]
    replaced: tuple[tuple[Any, str, Any], ...] = (
        (sdk, "json_format", _Keeping()),
        (sdk, "deserialize_properties", _deserialize),
        (sdk, "unknown_checking_proxy", _show),
        (servicer, CONFIGURE, _once_a_thread(getattr(servicer, CONFIGURE))),
        (servicer, PROVIDER, _once_a_provider(getattr(servicer, PROVIDER))),
    )
    for holder, name, ours in replaced:
        setattr(holder, name, ours)


def _once_a_thread(configure: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return a method that does something once a thread: the runtime's settings are its own."""
    thread = threading.local()

    def kept(self: Any) -> None:
        if not hasattr(thread, "configured"):
            configure(self)
            thread.configured = True

    return kept


def _once_a_provider(find: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a method that reads equal providers once: most resources of a stack have the same."""
    found: dict[bytes, Any] = {}

    def kept(self: Any, request: Any) -> Any:
        if not request.HasField("provider"):
            return None
        content = request.provider.SerializeToString(deterministic=True)
        if content not in found:
            found[content] = find(self, request)
        return found[content]

    return kept
