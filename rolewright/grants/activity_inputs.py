"""What the inputs of activities must look like, by key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolewright.grants.arns import partition_problems
from rolewright.grants.kinds import buckets
from rolewright.grants.kinds.pass_roles import ROLE_ARN, passed_role_problems
from rolewright.grants.problems import Problem, join_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.activity_args import ActivityArgs
    from rolewright.grants.kind import Target


@dataclass(frozen=True, kw_only=True, slots=True)
class _Form:
    """How one value of an input is written; `noun` and `example` stand in the message."""

    pattern: re.Pattern[str]
    noun: str
    example: str


_ENTITY = r"[A-Za-z0-9](?:-*[A-Za-z0-9]){0,62}"
_REPOSITORY = r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"

_FORMS = {
    "repositories": _Form(
        pattern=re.compile(
            rf"{_REPOSITORY}|arn:[a-z-]+:ecr:[a-z0-9-]+:\d{{12}}:repository/{_REPOSITORY}"
        ),
        noun="the name or ARN of an ECR repository",
        example="team/images",
    ),
    "passRoles": _Form(
        pattern=ROLE_ARN,
        noun="the ARN of a role",
        example="arn:aws:iam::123456789012:role/ml/Training",
    ),
    "workgroups": _Form(
        pattern=re.compile(r"[A-Za-z0-9._-]{1,128}"),
        noun="the name of an Athena workgroup",
        example="primary",
    ),
    "databases": _Form(
        pattern=re.compile(r"[a-z0-9_-]{1,255}"),
        noun="the name of a Glue database, in lower case",
        example="sagemaker_featurestore",
    ),
    "models": _Form(
        pattern=re.compile(_ENTITY), noun="the name of a model", example="churn-2026-01"
    ),
    "userProfiles": _Form(
        pattern=re.compile(_ENTITY), noun="the name of a user profile", example="alice"
    ),
    "trackingServers": _Form(
        pattern=re.compile(r"[A-Za-z0-9](?:-*[A-Za-z0-9]){0,255}"),
        noun="the name of a tracking server",
        example="team-experiments",
    ),
    "applications": _Form(
        pattern=re.compile(r"[0-9a-z]{1,64}"),
        noun="the ID of an EMR Serverless application",
        example="00f1abc2de3fgh09",
    ),
    "rewardFunctions": _Form(
        pattern=re.compile(r"[A-Za-z0-9_-]{1,64}"),
        noun="the name of a Lambda function",
        example="score-answers",
    ),
}
_DOMAIN = _Form(
    pattern=re.compile(r"d-[0-9a-z-]{1,61}"), noun="the ID of a domain", example="d-abcdefghij12"
)


def input_form_problems(inputs: ActivityArgs) -> Iterator[Problem]:
    """Yield what AWS would have no such thing of, and lists without entries."""
    for key, form in _FORMS.items():
        for path, given in _entries(inputs, key):
            if not form.pattern.fullmatch(given):
                yield _misfit(path, given, form)
    for path, given in _entries(inputs, "buckets"):
        grant: buckets.BucketGrant = {"name": given, "access": [buckets.BucketAccess.LIST]}
        for problem in buckets.KIND.problems(grant):
            yield Problem(path=path, message=problem.message)
    for key in ("buckets", *_FORMS):
        if inputs.get(key) == []:
            yield Problem(path=key, message="is empty; name at least one, or leave it out")
    domain = inputs.get("domain")
    if domain is not None and not _DOMAIN.pattern.fullmatch(domain):
        yield _misfit("domain", domain, _DOMAIN)


def input_place_problems(inputs: ActivityArgs, target: Target) -> Iterator[Problem]:
    """Yield the ARNs that are of no use where the role will live."""
    for path, given in _entries(inputs, "repositories"):
        yield from partition_problems(given, path, target)
    for path, given in _entries(inputs, "passRoles"):
        if ROLE_ARN.fullmatch(given):
            yield from passed_role_problems(given, path, target)


def _entries(inputs: ActivityArgs, key: str) -> Iterator[tuple[str, str]]:
    given: list[str] = inputs.get(key) or []
    for index, entry in enumerate(given):
        yield join_paths(key, f"[{index}]"), entry


def _misfit(path: str, given: str, form: _Form) -> Problem:
    return Problem(
        path=path, message=f"`{given}` is not {form.noun}; write it like `{form.example}`"
    )
