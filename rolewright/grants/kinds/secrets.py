"""Secrets of Secrets Manager that a role may read.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
ARNs: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import json
import re
from collections.abc import Iterator, Sequence
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import arn_word, partition_problems
from rolewright.grants.key_use import DECRYPT, KeyUse, key_partition_problems
from rolewright.grants.kind import STRICT, Companion, GrantKind, Target
from rolewright.grants.network import key_problems
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import has, named, with_key
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Request, Statement


class SecretGrant(TypedDict):
    """One secret to read."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    secret: str
    """The secret's name in this account and region, or its full ARN."""
    key: NotRequired[str]
    """The ARN of the customer-managed KMS key that the secret is encrypted with."""


_ACTIONS = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
_NAME = re.compile(r"[\w/+=.@!-]{1,512}", re.ASCII)
_ARN = re.compile(
    r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]+-[A-Za-z0-9]{6}"
)


def _problems(grant: SecretGrant) -> Iterator[Problem]:
    given = grant["secret"]
    if not (_ARN if given.startswith("arn:") else _NAME).fullmatch(given):
        yield Problem(
            path="secret",
            message=f"`{given}` is not a secret; give its name, or its full ARN with the six "
            "characters that end it",
        )
    if "key" in grant:
        yield from key_problems(grant["key"], "key")


def _problems_there(grants: Sequence[SecretGrant], target: Target) -> Iterator[Problem]:
    yield from key_partition_problems(grants, target)
    for index, grant in enumerate(grants):
        yield from partition_problems(grant["secret"], f"[{index}].secret", target)


def _arn(secret: str, target: Target) -> str:
    """Return a secret's ARN; Secrets Manager ends it with six characters of its own."""
    named = secret.startswith("arn:")
    return secret if named else target.arn("secretsmanager", f"secret:{secret}-??????")


def _word(secret: str) -> str:
    return arn_word(secret) if secret.startswith("arn:") else sid_word(secret)


def _statements(grants: Sequence[SecretGrant], target: Target) -> Iterator[Statement]:
    for secret in sorted({grant["secret"] for grant in grants}):
        yield allow(f"SecretRead{_word(secret)}", _ACTIONS, (_arn(secret, target),))
    for _, use in _key_uses(grants, target):
        yield use.statement(target)


def _key_uses(grants: Sequence[SecretGrant], target: Target) -> Iterator[tuple[str, KeyUse]]:
    """Yield what the keys of secrets are used for.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    """
    keys: dict[str, set[str]] = {}
    for grant in grants:
        if "key" in grant:
            keys.setdefault(grant["secret"], set()).add(grant["key"])
    for secret, used in sorted(keys.items()):
        yield (
            secret,
            KeyUse(
                sid=f"SecretUnseal{_word(secret)}",
                keys=tuple(sorted(used)),
                actions=DECRYPT,
                service="secretsmanager",
                context=("SecretARN", (_arn(secret, target),)),
            ),
        )


def _companions(grants: Sequence[SecretGrant], target: Target) -> Iterator[Companion]:
    for secret, use in _key_uses(grants, target):
        yield from use.companions(target, f"secret `{secret}`")
    for secret in sorted({grant["secret"] for grant in grants}):
        account = _arn(secret, target).split(":")[4]
        if account != target.account:
            statement = {
                "Sid": f"SecretRead{_word(secret)}",
                "Effect": "Allow",
                "Principal": {"AWS": "ROLE_ARN"},
                "Action": list(_ACTIONS),
                "Resource": "*",
            }
            yield Companion(
                what=f"resource policy of {secret}",
                why=f"The secret is account {account}'s, whose own policy must let the role in; it "
                "has to be encrypted with a customer-managed key, too.",
                snippet=json.dumps(statement, indent=2),
            )


_SUFFIX = re.compile(r"-(?:[A-Za-z0-9]{6}|\?{6})$")


def _propose(
    request: Request, held: Sequence[SecretGrant], target: Target
) -> Iterator[SecretGrant]:
    """Propose the one secret by its ARN, then what has its name."""
    if has(_ACTIONS, request):
        name = named(request.resource, target, "secretsmanager", "secret:")
        if _ARN.fullmatch(request.resource):
            yield with_key({"secret": request.resource}, held, "secret")
        if name is not None and _SUFFIX.search(name):
            yield with_key({"secret": _SUFFIX.sub("", name)}, held, "secret")


KIND: GrantKind[SecretGrant] = GrantKind(
    key="secrets",
    least={"secret": "x"},
    problems=_problems,
    statements=_statements,
    companions=_companions,
    problems_there=_problems_there,
    propose=_propose,
)
