"""What the SDK is told of a guardrail."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from pulumi_policy import EnforcementLevel, PolicyComplianceFramework, PolicyConfigSchema
from pulumi_policy import Severity as SdkSeverity

from rolewright.guardrails import enforcement

if TYPE_CHECKING:
    from rolewright.grants import Environment
    from rolewright.guardrails import Guardrail

_DOCS = "https://github.com/rolewright/rolewright/blob/main/docs/guardrails.md"
_CONTROLS = "https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html"


def about(guardrail: Guardrail[Any], environment: Environment | None) -> dict[str, Any]:
    """Return what a policy's constructor takes of a guardrail, at its level in an environment."""
    return {
        "description": guardrail.description,
        "enforcement_level": EnforcementLevel(enforcement(guardrail.level, environment).value),
        "config_schema": _schema(guardrail),
        "severity": SdkSeverity(guardrail.severity.value),
        "framework": _framework(guardrail),
        "tags": [guardrail.family],
        "remediation_steps": guardrail.fix,
        "url": f"{_DOCS}#{guardrail.id}",
    }


def _framework(guardrail: Guardrail[Any]) -> PolicyComplianceFramework | None:
    if not guardrail.controls:
        return None
    return PolicyComplianceFramework(
        name="AWS Security Hub",
        reference=", ".join(guardrail.controls),
        specification=_CONTROLS,
    )


def _schema(guardrail: Guardrail[Any]) -> PolicyConfigSchema:
    """Return the schema of a guardrail's settings; the engine takes no references in it."""
    schema = deepcopy(guardrail.settings_schema())
    whole = _inlined(schema, schema.get("$defs", {}))
    return PolicyConfigSchema(properties=whole["properties"], required=whole.get("required"))


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_inlined(entry, definitions) for entry in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    found = cast("dict[str, Any]", part)
    if "$ref" in found:
        return _inlined(definitions[found["$ref"].rpartition("/")[2]], definitions)
    return {key: _inlined(value, definitions) for key, value in found.items()}
