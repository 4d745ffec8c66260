"""Guardrails: pure functions from a role to its violations; a folder a family, a file a guardrail.

May import the rooms of the library but `cli` and `explain`; never pulumi.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from rolewright.guardrails.config import (
    Configured,
    below,
    config_problems,
    configure,
    settings_below,
)
from rolewright.guardrails.guardrail import (
    Guardrail,
    Judgement,
    Level,
    Severity,
    Subject,
    Violation,
    Waiver,
    describe,
    enforcement,
    judge,
)
from rolewright.guardrails.settings import GuardrailSettings, read_settings
from rolewright.guardrails.waivers import Waived, read_waivers, unused, waive

__all__ = [
    "Configured",
    "Guardrail",
    "GuardrailSettings",
    "Judgement",
    "Level",
    "Severity",
    "Subject",
    "Violation",
    "Waived",
    "Waiver",
    "below",
    "config_problems",
    "configure",
    "describe",
    "enforcement",
    "guardrails",
    "judge",
    "read_settings",
    "read_waivers",
    "settings_below",
    "unused",
    "waive",
    "workload_types",
]


@cache
def guardrails() -> tuple[Guardrail[Any], ...]:
    """Return every guardrail: each module of each family's folder holds one, as `GUARDRAIL`."""
    return tuple(
        importlib.import_module(f"{__name__}.{family.name}.{found.name}").GUARDRAIL
        for family in pkgutil.iter_modules(__path__)
        if family.ispkg
        for found in pkgutil.iter_modules(
            importlib.import_module(f"{__name__}.{family.name}").__path__
        )
    )


@cache
def workload_types() -> frozenset[str]:
    """Return the types of the resources that some guardrail judges."""
    return frozenset(kind for guardrail in guardrails() for kind in guardrail.workloads)
