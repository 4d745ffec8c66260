"""KMS keys behind other resources: what the role may do with them through one service.

The key's own policy must allow it as well, so that each use has a companion.

https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolewright.grants.arns import arn_word, partition_problems, region_of
from rolewright.grants.kind import Companion
from rolewright.grants.statements import allow
from rolewright.iam import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rolewright.grants.kind import Target
    from rolewright.grants.problems import Problem
    from rolewright.iam import Statement

DECRYPT = ("kms:Decrypt",)
PRODUCE = ("kms:GenerateDataKey",)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyUse:
    """What is done with keys through one service, `service` as in kms:ViaService (`s3`).

    `context` is an encryption context's key and the values that it may have, with wildcards.
    """

    sid: str
    keys: tuple[str, ...]
    actions: tuple[str, ...]
    service: str
    context: tuple[str, tuple[str, ...]] | None = None

    def statement(self, target: Target) -> Statement:
        """Return the statement of the role's own policy."""
        return allow(
            self.sid, self.actions, self.keys, conditions=self._conditions(target, self.keys)
        )

    def _conditions(self, target: Target, keys: Iterable[str]) -> Iterator[Condition]:
        yield Condition(
            operator="StringEquals",
            key="kms:ViaService",
            values=via_services((self.service,), keys, target),
        )
        if self.context:
            key, values = self.context
            yield Condition(
                operator="StringLike", key=f"kms:EncryptionContext:{key}", values=values
            )

    def companions(self, target: Target, of: str) -> Iterator[Companion]:
        """Yield what belongs into the policy of each key; `of` is what it encrypts."""
        for key in self.keys:
            yield key_companion(
                key,
                self.sid,
                self.actions,
                self._conditions(target, (key,)),
                why=f"It encrypts {of}, and a key's own policy must let a role use it, unless it "
                "leaves that to IAM policies.",
            )


def uses_by_key(
    used: Iterable[tuple[str | None, str]], verb: str, actions: tuple[str, ...], service: str
) -> Iterator[tuple[tuple[str, ...], KeyUse]]:
    """Yield a use for each key, with the names of what it encrypts.

    For services that no encryption context is documented of, so that all that one key encrypts is
    one statement. `used` are keys, None where there is none, with what they encrypt.
    """
    names: dict[str, set[str]] = {}
    for key, name in used:
        if key is not None:
            names.setdefault(key, set()).add(name)
    for key, encrypted in sorted(names.items()):
        use = KeyUse(sid=f"{verb}{arn_word(key)}", keys=(key,), actions=actions, service=service)
        yield tuple(sorted(encrypted)), use


def via_services(services: Iterable[str], keys: Iterable[str], target: Target) -> tuple[str, ...]:
    """Return the values of kms:ViaService: each service in the regions of the keys."""
    regions = {region_of(key) for key in keys}
    return tuple(
        sorted(f"{name}.{region}.{target.dns_suffix}" for name in services for region in regions)
    )


def key_companion(
    key: str, sid: str, actions: Sequence[str], conditions: Iterable[Condition], why: str
) -> Companion:
    """Return the statement for a key's policy, where `*` stands for the key itself."""
    block: dict[str, dict[str, object]] = {}
    for condition in conditions:
        block.setdefault(condition.operator, {})[condition.key] = one_or_all(condition.values)
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": "ROLE_ARN"},
        "Action": one_or_all(actions),
        "Resource": "*",
        **({"Condition": block} if block else {}),
    }
    return Companion(what=f"key policy of {key}", why=why, snippet=json.dumps(statement, indent=2))


def named_key(bucket: str, key: str) -> Companion:
    """Return that a job must name the key of the bucket it writes to: not an IAM fix.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
    """
    return Companion(
        what=f"jobs that write to {bucket}: name its key",
        why="Where the bucket's policy demands SSE-KMS, it denies what a job puts there without "
        "naming the key, whatever the role may do.",
        snippet="aws sagemaker create-training-job "
        f"--output-data-config S3OutputPath=s3://{bucket}/,KmsKeyId={key}",
    )


def one_or_all(values: Sequence[str]) -> str | list[str]:
    """Return a lone value as such, as AWS writes it."""
    return values[0] if len(values) == 1 else list(values)


def key_partition_problems(
    entries: Sequence[Mapping[str, object]], target: Target
) -> Iterator[Problem]:
    """Yield the entries whose `key` is of another partition than the role."""
    for index, entry in enumerate(entries):
        key = entry.get("key")
        if isinstance(key, str):
            yield from partition_problems(key, f"[{index}].key", target)
