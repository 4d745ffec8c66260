"""Roles that a role may pass to a service, SageMaker unless others are named.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Sequence
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import arn_word, partition_problems
from rolewright.grants.kind import STRICT, GrantKind, Target
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import has
from rolewright.grants.statements import allow
from rolewright.iam import Condition, Request, Statement


class PassRoleGrant(TypedDict):
    """One role that may be passed, and to which services."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    role: str
    """The ARN of the role, with its path."""
    services: NotRequired[list[str]]
    """The services that it may be passed to; `sagemaker.amazonaws.com` by default."""


_ACTIONS = ("iam:PassRole",)
_DEFAULT = ("sagemaker.amazonaws.com",)
ROLE_ARN = re.compile(
    r"(?!.*\$\{)arn:[a-z-]+:iam::\d{12}:role/(?:[!-)+->@-~]+/)?[\w+=,.@-]{1,64}", re.ASCII
)
_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?")


def _problems(grant: PassRoleGrant) -> Iterator[Problem]:
    if not ROLE_ARN.fullmatch(grant["role"]):
        yield Problem(
            path="role",
            message=f"`{grant['role']}` is not the ARN of one role; write it like "
            "`arn:aws:iam::123456789012:role/ml/Training`, with its path and without wildcards",
        )
    if grant.get("services") == []:
        yield Problem(
            path="services", message="is empty; name a service, or leave it out for SageMaker"
        )
    for index, name in enumerate(grant.get("services", ())):
        if not _SERVICE.fullmatch(name):
            yield Problem(
                path=f"services[{index}]",
                message=f"`{name}` is not a service; write it like `sagemaker.amazonaws.com`",
            )


def _problems_there(grants: Sequence[PassRoleGrant], target: Target) -> Iterator[Problem]:
    for index, grant in enumerate(grants):
        role = grant["role"]
        if not ROLE_ARN.fullmatch(role):
            continue
        yield from passed_role_problems(role, f"[{index}].role", target)


def passed_role_problems(role: str, path: str, target: Target) -> Iterator[Problem]:
    """Yield why a role of the target can't pass this one, given as the ARN of a role."""
    yield from partition_problems(role, path, target)
    account = role.split(":")[4]
    if account != target.account:
        yield Problem(
            path=path,
            message=f"`{role}` is of account `{account}`, but only roles of one's own "
            f"account (`{target.account}`) can be passed",
        )


def _statements(grants: Sequence[PassRoleGrant], _: Target) -> Iterator[Statement]:
    wanted: dict[str, set[str]] = {}
    for grant in grants:
        wanted.setdefault(grant["role"], set()).update(grant.get("services", _DEFAULT))
    for role, services in sorted(wanted.items()):
        passed = Condition(
            operator="StringEquals", key="iam:PassedToService", values=tuple(sorted(services))
        )
        yield allow(f"PassRole{arn_word(role)}", _ACTIONS, (role,), conditions=(passed,))


def _propose(request: Request, _: Sequence[PassRoleGrant], __: Target) -> Iterator[PassRoleGrant]:
    """Propose the role for the service that it is passed to, SageMaker where none is named."""
    if has(_ACTIONS, request):
        services = list(request.lowered.get("iam:passedtoservice", ()))
        entry: PassRoleGrant = {"role": request.resource}
        yield entry if tuple(services) in ((), _DEFAULT) else {**entry, "services": services}


KIND: GrantKind[PassRoleGrant] = GrantKind(
    key="passRoles",
    least={"role": "arn:aws:iam::000000000000:role/x"},
    problems=_problems,
    statements=_statements,
    problems_there=_problems_there,
    propose=_propose,
)
