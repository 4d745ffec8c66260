"""The documents of all AWS-managed policies.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

from rolewright.reference.store import read_policy, read_policy_names

_ARN = re.compile(r"arn:(?P<partition>aws(?:-[a-z]+)*):iam::aws:policy/(?:.+/)?(?P<name>[^/]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class ManagedPolicy:
    """An AWS-managed policy as of the snapshot's date; the ARN is of the partition asked for.

    `text` is the document of the default version as JSON, `updated` that version's date.
    """

    name: str
    arn: str
    path: str
    version_id: str
    updated: str
    text: str


def managed_policy_names() -> tuple[str, ...]:
    """Return the names of all AWS-managed policies."""
    return tuple(_names().values())


@cache
def managed_policy(arn_or_name: str) -> ManagedPolicy | None:
    """Return an AWS-managed policy by its name in any case, or by its ARN, or None.

    An ARN is of any partition and must be exact, with the policy's own path:
    `arn:aws-cn:iam::aws:policy/service-role/...`.
    """
    arn = _ARN.fullmatch(arn_or_name)
    name = _names().get((arn["name"] if arn else arn_or_name).lower())
    if name is None:
        return None
    content = read_policy(name)
    partition = arn["partition"] if arn else "aws"
    full = f"arn:{partition}:iam::aws:policy{content['path']}{name}"
    if arn and full != arn_or_name:
        return None
    return ManagedPolicy(
        name=name,
        arn=full,
        path=content["path"],
        version_id=content["version"],
        updated=content["updated"],
        text=json.dumps(content["document"], separators=(",", ":")),
    )


@cache
def _names() -> dict[str, str]:
    """Return the names as AWS spells them, by lower case."""
    return {name.lower(): name for name in read_policy_names()}
