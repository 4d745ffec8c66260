"""The provider protocol: requests of the engine to resource types and back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import grpc
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc
from pulumi.runtime.proto.plugin_pb2 import PluginInfo

from local_aws.faults import Fault
from local_aws.provider.invokes import INVOKES
from local_aws.provider.kinds import UNKNOWN, Kind, Props
from local_aws.provider.property_paths import keep_at
from local_aws.provider.resources import kinds
from local_aws.provider.session import Clients, ConfigFault, aws_code, clients_from_config

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = "7.51.1"
"""The release of the official provider whose types this one stands in for."""

_DEFAULTS = "__defaults"
"""The inputs that were filled in, by name, as the official provider notes them."""

T = TypeVar("T")


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves the engine; one call a thread."""

    def __init__(self) -> None:
        self._clients: Clients | None = None
        self._config_fault = "the provider is not configured"

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say which release this stands in for."""
        del request, context
        return PluginInfo(version=VERSION)

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Take the config as it is; `Configure` says what is wrong with it."""
        del context
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say that no change of the config replaces resources: there is one local AWS."""
        del request, context
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Make the clients."""
        try:
            self._clients = clients_from_config(_python(request.args))
        except ConfigFault as fault:
            _abort(context, str(fault))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=False, acceptResources=False, supportsPreview=True
        )

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answer an invoke."""

        def answer() -> Any:
            if request.tok not in INVOKES:
                raise Fault(f"the stand-in provider has no invoke `{request.tok}`")
            taken, call = INVOKES[request.tok]
            args = {key: value for key, value in _python(request.args).items() if value is not None}
            if strange := sorted(set(args) - taken):
                raise Fault(f"the stand-in provider's `{request.tok}` takes no `{strange[0]}`")
            if taken and not args:
                raise Fault(f"`{request.tok}` needs {' or '.join(f'`{n}`' for n in sorted(taken))}")
            # `return` is a keyword of Python's.
            fields: dict[str, Any] = {"return": _struct(call(self._ready(), args))}
            return provider_pb2.InvokeResponse(**fields)

        return self._answered(context, f"invoking {request.tok}", answer)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Check the inputs and name the resource where it has no name."""
        del context
        kind = kinds().get(_type(request.urn))
        if kind is None:
            failure = provider_pb2.CheckFailure(property="type", reason=_no_type(request.urn))
            return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
        given = {key: value for key, value in _python(request.news).items() if value is not None}
        given.pop(_DEFAULTS, None)
        inputs, named = given, kind.auto_name
        if named is not None and not given.get(named):
            before = _python(request.olds)
            # A name that the program gave before and gives no more makes a new resource.
            kept = before.get(named) if named in before.get(_DEFAULTS, (named,)) else None
            inputs = {**given, named: kept or _auto_name(kind, request.urn, request.randomSeed)}
        inputs = kind.with_defaults(inputs)
        failures = [
            provider_pb2.CheckFailure(property=name, reason=reason)
            for name, reason in kind.failures(inputs)
        ]
        filled_in = sorted(name for name, value in inputs.items() if given.get(name) != value)
        return provider_pb2.CheckResponse(
            inputs=_struct({**inputs, _DEFAULTS: filled_in}), failures=failures
        )

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say what differs, and whether it takes a new resource."""
        kind = _kind(request.urn, context)
        state = _python(request.olds)
        changed = kind.changed(state, keep_at(request.ignoreChanges, state, _inputs(request.news)))
        replaces = [name for name in changed if kind.properties[name].replaces]
        some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some if changed else none,
            diffs=changed,
            replaces=replaces,
            stables=[] if replaces else list(kind.stable),
        )

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Create a resource; at preview, say what is known of it."""
        kind = _kind(request.urn, context)
        inputs = _inputs(request.properties)
        if request.preview:
            state = inputs | dict.fromkeys(kind.computed, UNKNOWN)
            return provider_pb2.CreateResponse(id="", properties=_struct(state))

        def answer() -> Any:
            identifier, state = kind.create(self._ready(), inputs)
            return provider_pb2.CreateResponse(
                id=identifier, properties=_struct({**inputs, **state})
            )

        return self._answered(context, _doing("creating", kind, inputs), answer)

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Read a resource as it is; one that is gone has no ID."""
        kind = _kind(request.urn, context)

        def answer() -> Any:
            before = _python(request.inputs)
            filled_in = before.pop(_DEFAULTS, [])
            state = kind.read(self._ready(), request.id, before)
            if state is None:
                return provider_pb2.ReadResponse()
            kept = _own(kind, before, state)
            defaults = {name: before[name] for name in filled_in if name in before}
            inputs = {**defaults, **kind.inputs_of(kept), _DEFAULTS: filled_in}
            return provider_pb2.ReadResponse(
                id=request.id, properties=_struct(kept), inputs=_struct(inputs)
            )

        return self._answered(context, f"reading {kind.token} ({request.id})", answer)

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Update a resource in place."""
        kind = _kind(request.urn, context)
        state = _python(request.olds)
        inputs = keep_at(request.ignoreChanges, state, _inputs(request.news))
        if request.preview:
            computed = {name: state[name] for name in kind.computed if name in state}
            return provider_pb2.UpdateResponse(properties=_struct(inputs | computed))

        def answer() -> Any:
            after = kind.update(self._ready(), request.id, state, inputs)
            return provider_pb2.UpdateResponse(properties=_struct({**inputs, **after}))

        return self._answered(context, f"updating {kind.token} ({request.id})", answer)

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Delete a resource; one that is gone already is fine."""
        kind = _kind(request.urn, context)

        def answer() -> Any:
            clients, state = self._ready(), _python(request.properties)
            if kind.read(clients, request.id, {}) is not None:
                kind.delete(clients, request.id, state)
            return empty_pb2.Empty()

        return self._answered(context, f"deleting {kind.token} ({request.id})", answer)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Let calls under way end: each is short."""
        del request, context
        return empty_pb2.Empty()

    def _ready(self) -> Clients:
        if self._clients is None:
            raise Fault(self._config_fault)
        return self._clients

    def _answered(self, context: grpc.ServicerContext, doing: str, answer: Callable[[], T]) -> T:
        """Return the answer, or end the call with AWS's own code and message."""
        try:
            return answer()
        except ClientError as error:
            response: Any = error.response
            _abort(context, f"{doing}: {aws_code(error)}: {response['Error']['Message']}")
        except (BotoConnectionError, HTTPClientError):
            _abort(
                context,
                f"{doing}: the local AWS at {self._ready().endpoint} does not answer; "
                "`make up` starts it again",
            )
        except BotoCoreError as error:
            _abort(context, f"{doing}: {error}")
        except Fault as error:
            _abort(context, str(error))


def _abort(context: grpc.ServicerContext, message: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, message)
    raise AssertionError(message)


def _kind(urn: str, context: grpc.ServicerContext) -> Kind:
    """Return the resource type of a URN; `Check` says more kindly what there isn't."""
    kind = kinds().get(_type(urn))
    return kind or _abort(context, _no_type(urn))


def _no_type(urn: str) -> str:
    return f"the stand-in provider has no resource type `{_type(urn)}`"


def _own(kind: Kind, inputs: Props, state: Props) -> Props:
    """Return the state with what only the program knows, such as `forceDestroy`."""
    only_ours = {
        name: value
        for name, value in inputs.items()
        if name in kind.properties and (name not in state or name.startswith("force"))
    }
    return {**state, **only_ours}


def _doing(verb: str, kind: Kind, inputs: Props) -> str:
    name = inputs.get(kind.auto_name or "") or inputs.get("role") or inputs.get("roleName") or ""
    return f"{verb} {kind.token} ({name})"


def _type(urn: str) -> str:
    # urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME
    return urn.split("::")[2].rpartition("$")[2]


def _auto_name(kind: Kind, urn: str, seed: bytes) -> str:
    """Return the resource's name with seven hex digits behind it, the same for the same seed."""
    digits = hashlib.sha256(seed + urn.encode()).hexdigest()[:7]
    name = urn.split("::", 3)[3]
    return f"{name.lower() if kind.auto_name_lower else name}-{digits}"


def _inputs(struct: struct_pb2.Struct) -> Props:
    """Return a resource's inputs, without the note of what was filled in."""
    return {key: value for key, value in _python(struct).items() if key != _DEFAULTS}


def _python(struct: struct_pb2.Struct) -> Props:
    content: Props = json_format.MessageToDict(struct)
    return {key: _whole(value) for key, value in content.items()}


def _whole(value: Any) -> Any:
    """Return a value with whole numbers as int: the protocol has none but floats."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in cast("Props", value).items()}
    return value


def _struct(content: Props) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict(content, struct)
    return struct
