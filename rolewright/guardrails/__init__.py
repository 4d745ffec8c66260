"""Guardrails: pure functions from a role to its violations; a folder a family, a file a guardrail.

May import `rolewright.iam`, `reference`, `grants` and pydantic; never pulumi.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from rolewright.guardrails.guardrail import (
    Guardrail,
    Judgement,
    Level,
    Severity,
    Violation,
    describe,
    enforcement,
    judge,
)
from rolewright.guardrails.role import (
    AttachedPolicy,
    Part,
    PolicyKind,
    Role,
    Uncheckable,
    read_document,
)

__all__ = [
    "AttachedPolicy",
    "Guardrail",
    "Judgement",
    "Level",
    "Part",
    "PolicyKind",
    "Role",
    "Severity",
    "Uncheckable",
    "Violation",
    "describe",
    "enforcement",
    "guardrails",
    "judge",
    "read_document",
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
