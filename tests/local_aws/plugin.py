"""The engine's side of the provider protocol: what the engine asks of a provider, over gRPC."""

from __future__ import annotations

import json
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from local_aws.provider.servicer import Provider

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

REGION = "eu-west-1"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
POLICIES_EXCLUSIVE = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive"
ATTACHMENTS_EXCLUSIVE = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
BUCKET = "aws:s3/bucket:Bucket"
TABLE = "aws:dynamodb/table:Table"

S3_READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
VIEW_ONLY = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sagemaker.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def allow(action: str, resource: str = "*") -> str:
    """Return a document of one statement as text."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class RefusedError(Exception):
    """The provider ended a call with an error; its text is the provider's."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource as the engine's state holds it."""

    urn: str
    id: str
    inputs: dict[str, Any]
    state: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Diff:
    """What the provider says differs."""

    changed: list[str]
    replaces: list[str]
    stable: list[str]


def urn(token: str, name: str = "it") -> str:
    """Return the URN of a resource in a component."""
    return f"urn:pulumi:test::sagemaker-roles::rolewright:index:SageMakerRole${token}::{name}"


class Plugin:
    """A provider, and the calls that the engine makes."""

    def __init__(self, port: int) -> None:
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub: Any = provider_pb2_grpc.ResourceProviderStub(self._channel)

    @classmethod
    @contextmanager
    def served(cls) -> Generator[Plugin]:
        """Serve a provider of this process while inside."""
        server: Any = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server)
        port: int = server.add_insecure_port("127.0.0.1:0")
        server.start()
        plugin = cls(port)
        try:
            yield plugin
        finally:
            plugin.close()
            server.stop(None).wait()

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()

    def call(self, method: str, request: Any) -> Any:
        """Make a call. Raises RefusedError with the provider's words."""
        try:
            return getattr(self._stub, method)(request, timeout=30)
        except grpc.RpcError as error:
            refused: Any = error
            raise RefusedError(refused.details()) from None

    def configure(self, **config: Any) -> Any:
        """Configure as the engine does: what is not text is JSON."""
        args = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in config.items()
        }
        return self.call("Configure", provider_pb2.ConfigureRequest(args=_struct(args)))

    def invoke(self, token: str, **args: Any) -> dict[str, Any]:
        """Invoke."""
        request = provider_pb2.InvokeRequest(tok=token, args=_struct(args))
        return _plain(getattr(self.call("Invoke", request), "return"))

    def checked(
        self,
        token: str,
        inputs: dict[str, Any],
        *,
        name: str = "it",
        before: dict[str, Any] | None = None,
        seed: bytes = b"seed",
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return checked inputs, and what is wrong by property."""
        request = provider_pb2.CheckRequest(
            urn=urn(token, name), news=_struct(inputs), olds=_struct(before or {}), randomSeed=seed
        )
        answer = self.call("Check", request)
        return _plain(answer.inputs), {
            failure.property: failure.reason for failure in answer.failures
        }

    def check(self, token: str, inputs: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Return checked inputs, in which nothing may be wrong."""
        checked, failures = self.checked(token, inputs, **options)
        assert failures == {}
        return checked

    def create(self, token: str, inputs: dict[str, Any], *, preview: bool = False) -> Resource:
        """Check and create."""
        checked = self.check(token, inputs)
        request = provider_pb2.CreateRequest(
            urn=urn(token), properties=_struct(checked), preview=preview
        )
        answer = self.call("Create", request)
        return Resource(
            urn=urn(token), id=answer.id, inputs=checked, state=_plain(answer.properties)
        )

    def diff(self, resource: Resource, ignore: Sequence[str] = (), **changes: Any) -> Diff:
        """Say what changed inputs come to."""
        checked = self._changed(resource, changes)
        request = provider_pb2.DiffRequest(
            urn=resource.urn,
            id=resource.id,
            olds=_struct(resource.state),
            news=_struct(checked),
            ignoreChanges=ignore,
        )
        answer = self.call("Diff", request)
        some = answer.changes == provider_pb2.DiffResponse.DIFF_SOME
        assert some == bool(answer.diffs)
        return Diff(
            changed=list(answer.diffs),
            replaces=list(answer.replaces),
            stable=list(answer.stables),
        )

    def update(
        self,
        resource: Resource,
        ignore: Any = (),
        *,
        preview: Any = False,
        **changes: Any,
    ) -> Resource:
        """Update by changed inputs; None takes one away."""
        checked = self._changed(resource, changes)
        request = provider_pb2.UpdateRequest(
            urn=resource.urn,
            id=resource.id,
            olds=_struct(resource.state),
            news=_struct(checked),
            ignoreChanges=ignore,
            preview=preview,
        )
        answer = self.call("Update", request)
        return replace(resource, inputs=checked, state=_plain(answer.properties))

    def read(
        self, token: str, identifier: str, inputs: dict[str, Any] | None = None
    ) -> Resource | None:
        """Read; without inputs it is an import."""
        request = provider_pb2.ReadRequest(
            urn=urn(token), id=identifier, inputs=_struct(inputs or {})
        )
        answer = self.call("Read", request)
        if not answer.id:
            return None
        return Resource(
            urn=urn(token),
            id=answer.id,
            inputs=_plain(answer.inputs),
            state=_plain(answer.properties),
        )

    def refresh(self, resource: Resource) -> Resource | None:
        """Read what is in the state."""
        return self.read(_token(resource.urn), resource.id, resource.inputs)

    def delete(self, resource: Resource) -> None:
        """Delete."""
        request = provider_pb2.DeleteRequest(
            urn=resource.urn, id=resource.id, properties=_struct(resource.state)
        )
        self.call("Delete", request)

    def _changed(self, resource: Resource, changes: dict[str, Any]) -> dict[str, Any]:
        given = {
            key: value
            for key, value in resource.inputs.items()
            if key not in resource.inputs["__defaults"]
        }
        return self.check(_token(resource.urn), {**given, **changes}, before=resource.inputs)


def _token(of: str) -> str:
    return of.split("::")[2].rpartition("$")[2]


def _struct(content: dict[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict(content, struct)
    return struct


def _plain(struct: Any) -> dict[str, Any]:
    return json_format.MessageToDict(struct)
