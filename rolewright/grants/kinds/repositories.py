"""Access to ECR repositories of one's own: pull, push.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
Names: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import json
import re
from collections.abc import Iterator, Sequence
from enum import Enum

from typing_extensions import TypedDict

from rolewright.grants.arns import arn_word, partition_problems
from rolewright.grants.kind import STRICT, Companion, GrantKind, Target
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import levels_with, named
from rolewright.grants.registry import PULL, PUSH, image_accounts, login
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Request, Statement


class RepositoryAccess(Enum):
    """What a role may do with the images of a repository."""

    PULL = "pull"
    """Fetch images, as jobs and endpoints do."""
    PUSH = "push"
    """Push images; what is there already is told from what is not."""


class RepositoryGrant(TypedDict):
    """Access to the images of one repository."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    repository: str
    """The repository's name in this account and region, or the ARN of another."""
    access: list[RepositoryAccess]
    """Any of pull, push."""


_NAME = re.compile(r"(?=.{2,256}$)[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*")
_ARN = re.compile(r"arn:[a-z-]+:ecr:[a-z0-9-]+:\d{12}:repository/" + _NAME.pattern[13:])


def _problems(grant: RepositoryGrant) -> Iterator[Problem]:
    name = grant["repository"]
    if not _NAME.fullmatch(name) and not _ARN.fullmatch(name):
        yield Problem(
            path="repository",
            message=f"`{name}` is not a repository; give its name, such as `team/train`, without "
            "registry and tag, or its ARN",
        )
    if not grant["access"]:
        yield Problem(path="access", message="is empty; name one of pull, push")


def _problems_there(grants: Sequence[RepositoryGrant], target: Target) -> Iterator[Problem]:
    for index, grant in enumerate(grants):
        yield from partition_problems(grant["repository"], f"[{index}].repository", target)


def _wanted(
    grants: Sequence[RepositoryGrant], target: Target
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the ARN, Sid and actions of each repository's statements.

    A push asks which layers are there, and so does a pull: stated once where both are wanted.
    """
    wanted: dict[str, set[RepositoryAccess]] = {}
    for grant in grants:
        name = grant["repository"]
        arn = name if name.startswith("arn:") else target.arn("ecr", f"repository/{name}")
        wanted.setdefault(arn, set()).update(grant["access"])
    own = target.arn("ecr", "repository/")
    for arn, access in sorted(wanted.items()):
        word = sid_word(arn.removeprefix(own)) if arn.startswith(own) else arn_word(arn)
        if RepositoryAccess.PULL in access:
            yield arn, f"RepositoryPull{word}", PULL
        if RepositoryAccess.PUSH in access:
            yield arn, f"RepositoryPush{word}", (PULL[0], *PUSH)


def _statements(grants: Sequence[RepositoryGrant], target: Target) -> Iterator[Statement]:
    if grants:
        yield login()
    for arn, sid, actions in _wanted(grants, target):
        yield allow(sid, actions, (arn,))


def _companions(grants: Sequence[RepositoryGrant], target: Target) -> Iterator[Companion]:
    for arn, sid, actions in _wanted(grants, target):
        account = arn.split(":")[4]
        if account != target.account:
            statement = {
                "Sid": sid,
                "Effect": "Allow",
                "Principal": {"AWS": "ROLE_ARN"},
                "Action": list(actions),
            }
            yield Companion(
                what=f"repository policy of {arn}",
                why=f"The repository is account {account}'s, whose own policy must let the role in.",
                snippet=json.dumps(statement, indent=2),
            )


_LEVELS = {RepositoryAccess.PULL: PULL, RepositoryAccess.PUSH: (PULL[0], *PUSH)}


def _propose(
    request: Request, _: Sequence[RepositoryGrant], target: Target
) -> Iterator[RepositoryGrant]:
    """Propose the repository, by its name where it is of the role's account and region.

    AWS's own are for `images`.
    """
    account = request.resource.split(":")[4:5]
    if _ARN.fullmatch(request.resource) and not set(account) & set(image_accounts(target.region)):
        name = named(request.resource, target, "ecr", "repository/") or request.resource
        for access in levels_with(_LEVELS, request):
            yield {"repository": name, "access": [access]}


KIND: GrantKind[RepositoryGrant] = GrantKind(
    key="repositories",
    least={"repository": "xx", "access": [RepositoryAccess.PULL]},
    problems=_problems,
    statements=_statements,
    companions=_companions,
    problems_there=_problems_there,
    propose=_propose,
)
