"""What the pack is told besides the guardrails' settings: what the deployed roles may do."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from local_aws.faults import Fault
from local_aws.paths import ROOT
from rolewright.guardrails import below

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ROLE = "aws:iam/role:Role"
_GUARDRAIL = "new-access"
_KEYS = ("baseline", "baselineFile")


def settings_with_baseline(
    given: Path | None, export: Mapping[str, Any] | None, folder: Path
) -> Path | None:
    """Return the settings to hand to the pack: those given, with the baseline of what is deployed.

    `export` is the deployment of `pulumi stack export`. A baseline that the settings name counts;
    its path is taken from the settings' own folder, whatever folder the pack runs in. Writes to
    `folder`. Raises Fault.
    """
    content: dict[str, Any] = {} if given is None else json.loads(given.read_text())
    entry = content.get(_GUARDRAIL, {})
    own: dict[str, Any] = {"enforcementLevel": entry} if isinstance(entry, str) else dict(entry)
    if given is not None:
        own = below(own, given.parent)
    if not any(key in own for key in _KEYS) and _has_roles(export):
        own["baselineFile"] = str(_written(export, folder))
    if not any(key in own for key in _KEYS):
        return given
    path = folder / "guardrails.json"
    path.write_text(json.dumps({**content, _GUARDRAIL: own}, indent=1))
    return path


def _has_roles(export: Mapping[str, Any] | None) -> bool:
    return any(found["type"] == _ROLE for found in (export or {}).get("resources") or ())


def _written(export: Mapping[str, Any] | None, folder: Path) -> Path:
    """Write the baseline. The pack knows best what a role is, and nobody here imports it."""
    done = subprocess.run(
        [sys.executable, "-m", "policy_pack.baseline"],
        input=json.dumps({"deployment": export}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        raise Fault(f"the deployed roles can't be read: {done.stderr.strip()}")
    path = folder / "baseline.json"
    path.write_text(done.stdout)
    return path
