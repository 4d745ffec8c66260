"""Who a role is for: presets of activities."""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
from collections.abc import Mapping
from enum import Enum


class Persona(Enum):
    """A kind of person or job that works with SageMaker."""

    DATA_SCIENTIST = "data-scientist"
    """Runs Studio apps, jobs and experiments, makes models, reads and writes buckets."""
    ML_OPS = "ml-ops"
    """Runs pipelines, and puts models behind endpoints."""
    COMPUTE = "compute"
    """A job's own role: images, data, logs and metrics."""


PERSONAS: Mapping[Persona, tuple[str, ...]] = {
    Persona.DATA_SCIENTIST: (
        "access-s3-buckets",
        "manage-experiments",
        "manage-jobs",
        "manage-models",
        "run-studio-apps",
        "visualize-experiments",
    ),
    Persona.ML_OPS: (
        "manage-endpoints",
        "manage-models",
        "manage-pipelines",
        "run-studio-apps",
        "visualize-experiments",
    ),
    Persona.COMPUTE: ("access-aws-services",),
}
