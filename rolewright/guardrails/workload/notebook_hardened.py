"""Notebook instances that keep to a VPC, without root, on an encrypted volume.

https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import NoSettings
from rolewright.guardrails.wanted import KEYS, SUBNETS, Wanted, lacks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Workload

_WANTED = (
    Wanted(
        path="directInternetAccess",
        value="Disabled",
        lack="has direct access to the internet",
        control="SageMaker.1",
    ),
    Wanted(path="subnetId", made_by=SUBNETS, lack="is in no VPC of yours", control="SageMaker.2"),
    Wanted(
        path="rootAccess",
        value="Disabled",
        lack="gives its users root access",
        control="SageMaker.3",
    ),
    Wanted(path="kmsKeyId", made_by=KEYS, lack="has no KMS key for its volume"),
)


def _check(workload: Workload, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    yield from lacks(workload, _WANTED)


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="notebook-hardened",
    description="A notebook instance keeps to a VPC, without root, on an encrypted volume.",
    level=Level.BY_ENVIRONMENT,
    severity=Severity.HIGH,
    reads=frozenset(),
    why="Whoever gets into a notebook has its role, and a way out for the data that it reads.",
    fix="set `directInternetAccess` and `rootAccess` to `Disabled`, `subnetId` and `kmsKeyId`",
    settings=NoSettings,
    check=_check,
    workloads=frozenset({"aws:sagemaker/notebookInstance:NotebookInstance"}),
    controls=("SageMaker.1", "SageMaker.2", "SageMaker.3"),
)
