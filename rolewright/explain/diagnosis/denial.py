"""What a text says of a denied request; None and unknown where it doesn't say."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class DeniedBy(Enum):
    """What denied a request, by the text's own word.

    `trust` is a role's trust policy, `kms` a key that is missing, disabled or not ours to use,
    without a word on which policy says so; `not-iam` means that no policy was asked, or that it was
    not one of IAM's.
    """

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    SERVICE_CONTROL = "scp"
    RESOURCE_CONTROL = "rcp"
    RESOURCE = "resource-policy"
    TRUST = "trust"
    ENDPOINT = "vpc-endpoint"
    KMS = "kms"
    NOT_IAM = "not-iam"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Denial:
    """One denied request.

    `action` is spelled as AWS does where it is a documented one; `resource` is an ARN, an `s3://`
    address or a name, as the text has it. `explicit` is None where the text doesn't say whether a
    Deny or a missing Allow decided. `policy` is the ARN or ID of the policy that denied. `symptom`
    is the row of `symptoms` that the text fits, empty for the usual message, and `details` what
    else stands in it.
    """

    action: str | None = None
    resource: str | None = None
    principal: str | None = None
    denied_by: DeniedBy = DeniedBy.UNKNOWN
    explicit: bool | None = None
    policy: str | None = None
    operation: str | None = None
    symptom: str = ""
    encoded: bool = False
    details: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A denial and where in the text it stands; the higher its rank, the more it says."""

    denial: Denial
    start: int
    end: int
    rank: int
