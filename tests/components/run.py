"""The program's resources as the engine would be asked for them, without an engine."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pulumi
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, mocks
from pulumi.runtime.config import set_all_config

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ACCOUNT = "123456789012"
COMPONENT = "rolewright:index:SageMakerRole"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
POLICIES_EXCLUSIVE = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive"
ATTACHMENTS_EXCLUSIVE = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"


@dataclass(frozen=True, kw_only=True, slots=True)
class Registered:
    """One resource as it was asked for: its inputs as the engine gets them, `UNKNOWN` among them."""

    type: str
    name: str
    urn: str
    parent: str
    provider: str
    inputs: Mapping[str, Any]
    delete_before_replace: bool
    aliases: tuple[str, ...]
    dependencies: frozenset[str]


class Aws(Mocks):
    """An AWS that answers the invokes, and knows the given roles by their paths.

    `faults` are errors by the invoke's token. `invokes` lists the tokens that were called, and
    `providers` the provider of each.
    """

    def __init__(
        self,
        roles: Mapping[str, str] | None = None,
        faults: Mapping[str, str] | None = None,
        partition: str = "aws",
    ) -> None:
        self._roles = roles or {}
        self._faults = faults or {}
        self._partition = partition
        self.invokes: list[str] = []
        self.providers: list[str] = []

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Answer an invoke."""
        self.invokes.append(args.token)
        self.providers.append(args.provider)
        if args.token in self._faults:
            return {}, [("", self._faults[args.token])]
        if args.token == "aws:iam/getRole:getRole":
            given: dict[str, Any] = cast("Any", args).args
            return self._role(given["name"])
        return {
            "aws:index/getPartition:getPartition": {"partition": self._partition},
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
            "aws:index/getRegion:getRegion": {"region": "eu-west-1"},
        }[args.token], []

    def _role(self, name: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        if name not in self._roles:
            reason = f"reading IAM Role ({name}): couldn't find resource\nmore of the story"
            return {}, [("", reason)]
        arn = f"arn:{self._partition}:iam::{ACCOUNT}:role{self._roles[name]}{name}"
        return {"name": name, "arn": arn}, []

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Return what a preview knows: the inputs."""
        return "", cast("Any", args).inputs


class _Monitor(mocks.MockMonitor):
    def __init__(self, answers: Mocks) -> None:
        super().__init__(answers)
        self.registered: list[Registered] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # the protocol names it
        response: Any = super().RegisterResource(request)  # pyright: ignore[reportUnknownMemberType]
        if request.type != "pulumi:pulumi:Stack":
            self.registered.append(
                Registered(
                    type=request.type,
                    name=request.name,
                    urn=response.urn,
                    parent=request.parent,
                    provider=request.provider,
                    inputs=MessageToDict(request.object),
                    delete_before_replace=request.deleteBeforeReplace,
                    aliases=tuple(alias.spec.name for alias in request.aliases),
                    dependencies=frozenset(request.dependencies),
                )
            )
        return response


@dataclass(kw_only=True)
class Run:
    """What a preview of a program came to: its resources, its error, and its known outputs."""

    registered: list[Registered]
    outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    error: pulumi.RunError | None = None

    def of(self, kind: str) -> list[Registered]:
        """Return the resources of one type, in the order of their names."""
        return sorted((r for r in self.registered if r.type == kind), key=lambda r: r.name)

    @property
    def types(self) -> set[str]:
        """The types of the resources; the engine is asked for them in no certain order."""
        return {resource.type for resource in self.registered}

    @property
    def said(self) -> list[str]:
        """The lines of the error, none where there is none."""
        return [] if self.error is None else str(self.error).splitlines()


def preview(program: Callable[[], Mapping[str, Any] | None], aws: Aws | None = None) -> Run:
    """Run a program as in a preview; it returns the outputs to look at."""
    answers = aws or Aws()
    monitor = _Monitor(answers)
    pulumi.runtime.set_mocks(
        answers, project="sagemaker-roles", stack="test", preview=True, monitor=monitor
    )
    run = Run(registered=monitor.registered)

    def whole() -> None:
        for key, value in (program() or {}).items():
            pulumi.Output.from_input(value).apply(partial(run.outputs.__setitem__, key))

    try:
        pulumi.runtime.test(whole)()  # pyright: ignore[reportUnknownMemberType]
    except pulumi.RunError as error:
        run.error = error
    return run


def set_stack_config(values: Mapping[str, Any], secrets: tuple[str, ...] = ()) -> None:
    """Set the stack's config as the engine hands it over: structures as JSON text."""
    texts = {
        f"sagemaker-roles:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
    }
    set_all_config(texts, [f"sagemaker-roles:{key}" for key in secrets])
