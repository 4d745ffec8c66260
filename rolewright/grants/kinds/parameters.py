"""Parameters of Systems Manager's Parameter Store that a role may read: one, or all below a path.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
Names: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.key_use import DECRYPT, KeyUse, key_partition_problems
from rolewright.grants.kind import STRICT, Companion, GrantKind, Target
from rolewright.grants.network import key_problems
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import has, named, with_key
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Request, Statement


class ParameterGrant(TypedDict):
    """One parameter to read, or all below a path."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    name: NotRequired[str]
    """The name of one parameter, such as `/ml/model`."""
    path: NotRequired[str]
    """Instead of a name: all parameters below this path, such as `/ml`."""
    key: NotRequired[str]
    """The ARN of the customer-managed KMS key of its SecureStrings."""


_ONE = ("ssm:GetParameter", "ssm:GetParameters")
_BELOW = ("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath")
_NAME = re.compile(r"(?:/?[\w.-]+)(?:/[\w.-]+)*", re.ASCII)
_PATH = re.compile(r"(?:/[\w.-]+)+/?", re.ASCII)


def _problems(grant: ParameterGrant) -> Iterator[Problem]:
    if ("name" in grant) == ("path" in grant):
        yield Problem(path="", message="takes one of `name` and `path`")
    if "name" in grant and not _NAME.fullmatch(grant["name"]):
        yield Problem(
            path="name",
            message=f"`{grant['name']}` is not a parameter's name; write it like `/ml/model`, "
            "without wildcards (all below a path are given by `path`)",
        )
    if "path" in grant and not _PATH.fullmatch(grant["path"]):
        yield Problem(
            path="path",
            message=f"`{grant['path']}` is not a path; write it like `/ml`, without wildcards",
        )
    if "key" in grant:
        yield from key_problems(grant["key"], "key")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """What is wanted of one parameter, or of all below a path."""

    name: str
    actions: tuple[str, ...]
    arns: tuple[str, ...]
    keys: set[str] = field(default_factory=set[str])

    def is_below(self, other: "_Wanted") -> bool:
        """Whether the other one is a path that has all of this below it."""
        above = other.actions == _BELOW and f"{self.name}/".startswith(f"{other.name}/")
        return above and (self.name, self.actions) != (other.name, other.actions)


def _wanted(grants: Sequence[ParameterGrant], target: Target) -> dict[str, _Wanted]:
    """Return what is wanted by the words of its Sid, in order."""
    wanted: dict[str, _Wanted] = {}
    for grant in grants:
        below = "path" in grant
        name = grant.get("path", grant.get("name", "")).strip("/")
        arn = target.arn("ssm", f"parameter/{name}")
        found = wanted.setdefault(
            f"{'Below' if below else 'Read'}{sid_word(name)}",
            _Wanted(
                name=name,
                actions=_BELOW if below else _ONE,
                arns=(arn, f"{arn}/*") if below else (arn,),
            ),
        )
        found.keys.update({grant["key"]} if "key" in grant else ())
    return dict(sorted(wanted.items()))


def _statements(grants: Sequence[ParameterGrant], target: Target) -> Iterator[Statement]:
    everything = _wanted(grants, target)
    for words, wanted in everything.items():
        if not any(wanted.is_below(other) for other in everything.values()):
            yield allow(f"Parameter{words}", wanted.actions, wanted.arns)
    for _, use in _key_uses(grants, target):
        yield use.statement(target)


def _key_uses(grants: Sequence[ParameterGrant], target: Target) -> Iterator[tuple[str, KeyUse]]:
    """Yield what the keys of SecureStrings are used for.

    https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
    """
    everything = _wanted(grants, target)
    for words, wanted in everything.items():
        above = [other.keys for other in everything.values() if wanted.is_below(other)]
        if keys := wanted.keys.difference(*above):
            yield (
                wanted.name,
                KeyUse(
                    sid=f"ParameterUnseal{words}",
                    keys=tuple(sorted(keys)),
                    actions=DECRYPT,
                    service="ssm",
                    context=("PARAMETER_ARN", wanted.arns),
                ),
            )


def _companions(grants: Sequence[ParameterGrant], target: Target) -> Iterator[Companion]:
    for name, use in _key_uses(grants, target):
        yield from use.companions(target, f"parameter `{name}`")


def _propose(
    request: Request, held: Sequence[ParameterGrant], target: Target
) -> Iterator[ParameterGrant]:
    """Propose the one parameter, then all below its path, or below the one that is asked for."""
    name = named(request.resource, target, "ssm", "parameter/")
    if name is None:
        return
    if has(_ONE, request):
        # A name without a slash before it is another's in the stack config, but the same in an ARN.
        yield with_key({"name": f"/{name}" if "/" in name else name}, held, "name")
    elif has(_BELOW, request):
        yield with_key({"path": f"/{name.rstrip('/*')}"}, held, "path")


KIND: GrantKind[ParameterGrant] = GrantKind(
    key="parameters",
    least={"name": "x"},
    problems=_problems,
    statements=_statements,
    companions=_companions,
    problems_there=key_partition_problems,
    propose=_propose,
)
