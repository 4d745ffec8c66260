"""Use of KMS keys: encrypt, decrypt, make data keys, sign; through named services only, if wanted.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
Conditions: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import arn_word
from rolewright.grants.key_use import key_companion, key_partition_problems, via_services
from rolewright.grants.kind import STRICT, Companion, GrantKind, Target
from rolewright.grants.network import key_problems
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import levels_with
from rolewright.grants.statements import allow
from rolewright.iam import Condition, Request, Statement


class KeyUse(Enum):
    """What a role may do with a key."""

    ENCRYPT = "encrypt"
    """Encrypt up to 4 KiB: kms:Encrypt."""
    DECRYPT = "decrypt"
    """Decrypt, data keys too: kms:Decrypt."""
    GENERATE = "generate"
    """Make data keys: kms:GenerateDataKey, with and without plaintext."""
    REENCRYPT = "reencrypt"
    """Encrypt anew, from and to the key: kms:ReEncryptFrom, kms:ReEncryptTo."""
    DESCRIBE = "describe"
    """See what the key is: kms:DescribeKey."""
    SIGN = "sign"
    """Sign with an asymmetric key: kms:Sign, kms:GetPublicKey."""
    VERIFY = "verify"
    """Verify signatures: kms:Verify, kms:GetPublicKey."""


class KeyGrants(Enum):
    """For what a role may hand the use of a key on to AWS."""

    VOLUMES = "volumes"
    """Volumes of instances that SageMaker and EC2 run: kms:CreateGrant for AWS resources alone."""


class KeyGrant(TypedDict):
    """Use of one KMS key."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    key: str
    """The ARN of the key; IAM knows neither bare IDs nor aliases."""
    use: NotRequired[list[KeyUse]]
    """Any of encrypt, decrypt, generate, reencrypt, describe, sign, verify."""
    via: NotRequired[list[str]]
    """Only when one of these services asks on the role's behalf, such as `s3` or `sagemaker`."""
    grants: NotRequired[KeyGrants]
    """`volumes`: let AWS use the key for encrypted volumes of jobs and endpoints."""


_ACTIONS = {
    KeyUse.ENCRYPT: ("kms:Encrypt",),
    KeyUse.DECRYPT: ("kms:Decrypt",),
    KeyUse.GENERATE: ("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"),
    KeyUse.REENCRYPT: ("kms:ReEncryptFrom", "kms:ReEncryptTo"),
    KeyUse.DESCRIBE: ("kms:DescribeKey",),
    KeyUse.SIGN: ("kms:GetPublicKey", "kms:Sign"),
    KeyUse.VERIFY: ("kms:GetPublicKey", "kms:Verify"),
}
_VERBS = {use: f"Key{use.value.capitalize()}" for use in KeyUse}
_SERVICE = re.compile(r"[a-z][a-z0-9-]*")


def _problems(grant: KeyGrant) -> Iterator[Problem]:
    yield from key_problems(grant["key"], "key")
    uses = ", ".join(use.value for use in KeyUse)
    if not grant.get("use") and "grants" not in grant:
        yield Problem(path="use", message=f"is empty; name one of {uses}, or set `grants: volumes`")
    if grant.get("via") == []:
        yield Problem(path="via", message="is empty; name a service such as `s3`, or leave it out")
    if grant.get("via") and not grant.get("use"):
        yield Problem(path="via", message="binds `use`, which is not there; remove it")
    for index, name in enumerate(grant.get("via", ())):
        if not _SERVICE.fullmatch(name):
            yield Problem(
                path=f"via[{index}]",
                message=f"`{name}` is not a service; write the first part of its endpoint, "
                f"such as `{name.partition('.')[0].lower() or 's3'}`",
            )


def _wanted(
    grants: Sequence[KeyGrant],
) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...] | None]]:
    """Yield each key and use once: the key, the Sid's verb, the actions, the services or None."""
    wanted: dict[tuple[str, KeyUse], set[str] | None] = {}
    for grant in grants:
        via = grant.get("via")
        for use in grant.get("use", ()):
            held = wanted.get((grant["key"], use), set())
            wanted[grant["key"], use] = None if via is None or held is None else held | set(via)
    order = list(_ACTIONS)
    for (key, use), services in sorted(
        wanted.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
    ):
        via = None if services is None else tuple(sorted(services))
        yield key, _VERBS[use], _ACTIONS[use], via


def _rendered(
    grants: Sequence[KeyGrant], target: Target
) -> Iterator[tuple[str, str, tuple[str, ...], tuple[Condition, ...]]]:
    """Yield the key, Sid, actions and conditions of each statement."""
    for key, verb, actions, via in _wanted(grants):
        conditions = (
            ()
            if via is None
            else (
                Condition(
                    operator="StringEquals",
                    key="kms:ViaService",
                    values=via_services(via, (key,), target),
                ),
            )
        )
        yield key, f"{verb}{arn_word(key)}", actions, conditions
    for key in sorted({grant["key"] for grant in grants if "grants" in grant}):
        for_aws = Condition(operator="Bool", key="kms:GrantIsForAWSResource", values=("true",))
        yield key, f"KeyGrant{arn_word(key)}", ("kms:CreateGrant",), (for_aws,)


def _statements(grants: Sequence[KeyGrant], target: Target) -> Iterator[Statement]:
    for key, sid, actions, conditions in _rendered(grants, target):
        yield allow(sid, actions, (key,), conditions=conditions)


def _companions(grants: Sequence[KeyGrant], target: Target) -> Iterator[Companion]:
    for key, sid, actions, conditions in _rendered(grants, target):
        yield key_companion(
            key,
            sid,
            actions,
            conditions,
            why="A key's own policy must let a role use it, unless it leaves that to IAM policies.",
        )


def _propose(request: Request, _: Sequence[KeyGrant], __: Target) -> Iterator[KeyGrant]:
    """Propose the use by the service that the request comes through, then by any."""
    key = request.resource
    via = [name.partition(".")[0] for name in request.lowered.get("kms:viaservice", ())]
    if request.action.lower() == "kms:creategrant":
        yield {"key": key, "grants": KeyGrants.VOLUMES}
    for use in levels_with(_ACTIONS, request):
        if via:
            yield {"key": key, "use": [use], "via": via}
        yield {"key": key, "use": [use]}


KIND: GrantKind[KeyGrant] = GrantKind(
    key="keys",
    least={"key": "arn:aws:kms:xx:000000000000:key/x", "use": [KeyUse.DESCRIBE]},
    problems=_problems,
    statements=_statements,
    companions=_companions,
    problems_there=key_partition_problems,
    propose=_propose,
)
