"""Workloads as guardrails see them, from the short form in which case files write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolewright.roles import UNKNOWN, Workload
from tests.guardrails.roles import make_role

if TYPE_CHECKING:
    from collections.abc import Mapping


def make_workload(given: Mapping[str, Any]) -> Workload:
    """Return a workload: `properties` may be `unknown` anywhere; `roles` are the stack's by name."""
    return Workload(
        type=given["type"],
        name="lab",
        urn=f"urn:pulumi:test::sagemaker-roles::{given['type']}::lab",
        properties=_unknown(given["properties"]),
        dependencies={key: tuple(urns) for key, urns in given.get("dependencies", {}).items()},
        whole=given.get("whole", True),
        roles=[make_role(role, name) for name, role in given.get("roles", {}).items()],
    )


def _unknown(given: Any) -> Any:
    if given == "unknown":
        return UNKNOWN
    if isinstance(given, dict):
        return {key: _unknown(value) for key, value in given.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(given, list):
        return [_unknown(entry) for entry in given]  # pyright: ignore[reportUnknownVariableType]
    return given
