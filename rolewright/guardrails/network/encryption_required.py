"""Volumes and output of jobs are encrypted with keys that the policies demand.

https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.guardrail import Guardrail, Level, Severity
from rolewright.guardrails.sagemaker import actions_with_key, unbound
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.roles import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.guardrails.guardrail import Violation

_OUTPUT, _VOLUME = "sagemaker:OutputKmsKey", "sagemaker:VolumeKmsKey"


class EncryptionRequiredSettings(GuardrailSettings):
    """The keys that jobs, notebooks and endpoints encrypt with."""

    dataKeys: NotRequired[list[str]]
    """ARNs of KMS keys for output; where given, requests can name no others."""
    volumeKeys: NotRequired[list[str]]
    """ARNs of KMS keys for volumes; where given, requests can name no others."""


def _check(role: Role, settings: EncryptionRequiredSettings) -> Iterator[Violation]:
    demanded = {
        _OUTPUT: (actions_with_key(_OUTPUT), settings.get("dataKeys")),
        _VOLUME: (actions_with_key(_VOLUME), settings.get("volumeKeys")),
    }
    yield from unbound(role, demanded, "without a key of yours")


GUARDRAIL: Guardrail[EncryptionRequiredSettings] = Guardrail(
    id="encryption-required",
    description="Jobs, notebooks and endpoints are made with known KMS keys alone.",
    level=Level.BY_ENVIRONMENT,
    severity=Severity.HIGH,
    reads=frozenset({Part.IDENTITY}),
    why="Without a key of yours, volumes and output are open to whoever can read the bucket or disk.",
    fix="set `encryption` with `dataKeys` and `volumeKeys` for the role, or once in `defaults`; in a "
    "statement of your own, add conditions on sagemaker:OutputKmsKey and sagemaker:VolumeKmsKey",
    settings=EncryptionRequiredSettings,
    check=_check,
)
