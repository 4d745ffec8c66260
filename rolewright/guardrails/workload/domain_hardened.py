"""Studio domains that keep to their VPC, on encrypted volumes, under roles that are checked.

https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import NoSettings
from rolewright.guardrails.wanted import KEYS, Wanted, lacks, unknown
from rolewright.roles import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Workload

_DOMAIN = "aws:sagemaker/domain:Domain"
_PROFILE = "aws:sagemaker/userProfile:UserProfile"
_ROLE = "aws:iam/role:Role"

_WANTED = (
    Wanted(
        path="appNetworkAccessType",
        value="VpcOnly",
        lack="lets its apps reach the internet past the VPC",
    ),
    Wanted(path="kmsKeyId", made_by=KEYS, lack="has no KMS key for its volume"),
)
_SETTINGS = ("defaultUserSettings", "defaultSpaceSettings", "userSettings")


def _check(workload: Workload, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    if workload.type == _DOMAIN:
        yield from lacks(workload, _WANTED)
    if workload.whole:
        # Before, the role may be one that is still to come.
        for part in _SETTINGS:
            yield from _role_faults(workload, part)


def _role_faults(workload: Workload, part: str) -> Iterator[Violation]:
    arn = workload.value(part, "executionRole")
    if arn is UNKNOWN:
        if not workload.comes_from(part, _ROLE):
            yield unknown(f"{part}.executionRole")
    elif arn and not any(role.created and role.has_arn(arn) for role in workload.roles):
        yield Violation(message=f"runs as `{arn}`, a role that this stack does not make")


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="domain-hardened",
    description="A Studio domain keeps to its VPC, is encrypted, and runs as roles of the stack.",
    level=Level.BY_ENVIRONMENT,
    severity=Severity.MEDIUM,
    reads=frozenset(),
    why="Every user of a domain has its execution role, and its way out to the internet.",
    fix="set `appNetworkAccessType` to `VpcOnly` and `kmsKeyId`, and run it as a role that this "
    "stack makes, so that guardrails judge it",
    settings=NoSettings,
    check=_check,
    workloads=frozenset({_DOMAIN, _PROFILE}),
)
