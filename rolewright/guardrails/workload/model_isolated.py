"""Models and jobs whose containers can't call out, and whose traffic is encrypted.

https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import NoSettings
from rolewright.guardrails.wanted import KEYS, Wanted, lacks, unknown
from rolewright.roles import UNKNOWN, value_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Workload

_MODEL = "aws:sagemaker/model:Model"
_ENDPOINT = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
_DATA_QUALITY = "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition"
_SCHEDULE = "aws:sagemaker/monitoringSchedule:MonitoringSchedule"
_TRAINING = "aws:sagemaker/trainingJob:TrainingJob"
_TUNING = "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob"

_SCHEDULED = "monitoringScheduleConfig.monitoringJobDefinition"


def _isolated(below: str = "", control: str | None = None) -> Wanted:
    return Wanted(
        path=f"{below}enableNetworkIsolation",
        value=True,
        lack="runs without network isolation",
        control=control,
    )


def _encrypted(below: str = "", control: str | None = None) -> Wanted:
    return Wanted(
        path=f"{below}enableInterContainerTrafficEncryption",
        value=True,
        lack="does not encrypt the traffic between its containers",
        control=control,
    )


_WANTED = {
    _MODEL: (_isolated(control="SageMaker.5"),),
    _ENDPOINT: (
        Wanted(path="kmsKeyArn", made_by=KEYS, lack="has no KMS key for its instances' volumes"),
    ),
    _DATA_QUALITY: (
        _isolated("networkConfig.", "SageMaker.11"),
        _encrypted("networkConfig.", "SageMaker.9"),
    ),
}
_ONE = 1
_RESOURCES = ("resourceConfig", "hyperParameterTuningResourceConfig")
"""Where a job says how many instances it has; there is one of these alone."""


def _check(workload: Workload, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    yield from lacks(workload, _WANTED.get(workload.type, ()))
    if workload.type == _SCHEDULE:
        yield from _scheduled(workload)
    elif workload.type == _TRAINING:
        yield from _training(workload, workload.properties, "")
    elif workload.type == _TUNING:
        for path in ("trainingJobDefinition", "trainingJobDefinitions"):
            given = workload.value(path)
            if given is UNKNOWN:
                yield unknown(path)
            elif isinstance(given, list):
                for place, definition in enumerate(cast("list[Any]", given)):
                    yield from _training(workload, definition, f"{path}[{place}]")
            elif given is not None:
                yield from _training(workload, given, path)


def _scheduled(workload: Workload) -> Iterator[Violation]:
    """Yield what a schedule's own job definition lacks; one that it names is judged by itself."""
    given = workload.value(*_SCHEDULED.split("."))
    if given is UNKNOWN:
        yield unknown(_SCHEDULED)
    elif given is not None:
        rows = (_isolated("networkConfig.", "SageMaker.14"), _encrypted("networkConfig."))
        yield from lacks(workload, rows, given, _SCHEDULED)


def _training(workload: Workload, job: Any, below: str) -> Iterator[Violation]:
    """Yield what a training job lacks; on one instance, it has no traffic to encrypt."""
    alone = any(value_in(job, where, "instanceCount") == _ONE for where in _RESOURCES)
    rows = (_isolated(),) if alone else (_isolated(), _encrypted())
    yield from lacks(workload, rows, job, below)


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="model-isolated",
    description="Models and jobs run in network isolation, and encrypt what they send and keep.",
    level=Level.BY_ENVIRONMENT,
    severity=Severity.MEDIUM,
    reads=frozenset(),
    why="A container that can call out can carry off what the role lets it read.",
    fix="set `enableNetworkIsolation` and `enableInterContainerTrafficEncryption`, and an "
    "endpoint configuration's `kmsKeyArn`",
    settings=NoSettings,
    check=_check,
    workloads=frozenset({_MODEL, _ENDPOINT, _DATA_QUALITY, _SCHEDULE, _TRAINING, _TUNING}),
    controls=("SageMaker.5", "SageMaker.9", "SageMaker.11", "SageMaker.14"),
)
