"""The documents of all AWS-managed policies.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from rolewright.reference.store import MANAGED, read


@dataclass(frozen=True, kw_only=True, slots=True)
class ManagedPolicy:
    """An AWS-managed policy as of the snapshot's date; the ARN is of the partition asked for."""

    name: str
    arn: str
    version_id: str
    updated: str
    text: str


@cache
def _names() -> dict[str, str]:
    """Return the names as AWS spells them, by lower case."""
    return {name.lower(): name for name in read(MANAGED, "names.json")}


def managed_policy_names() -> tuple[str, ...]:
    """Return the names of all AWS-managed policies."""
    return tuple(_names().values())


@cache
def managed_policy(arn_or_name: str) -> ManagedPolicy | None:
    """Return an AWS-managed policy by name or by ARN of any partition, or None.

    An ARN must have the policy's own path: `arn:aws:iam::aws:policy/service-role/...`.
    """
    is_arn = arn_or_name.startswith("arn:")
    name = _names().get(arn_or_name.rpartition("/")[2].lower() if is_arn else arn_or_name.lower())
    if name is None:
        return None
    content = read(MANAGED, f"policies/{name}.json")
    partition = arn_or_name.split(":")[1] if is_arn else "aws"
    arn = f"arn:{partition}:iam::aws:policy{content['path']}{name}"
    if is_arn and arn != arn_or_name:
        return None
    return ManagedPolicy(
        name=name,
        arn=arn,
        version_id=content["version"],
        updated=content["updated"],
        text=json.dumps(content["document"], separators=(",", ":")),
    )
