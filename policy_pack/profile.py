"""Which environment's levels apply: the stack's own, unless the pack is pinned to one.

A pack's config comes per policy and after its levels are set, so a pin is a file in the pack, which
`make pack` writes and a stack can't change, or a variable of the process.
"""

from __future__ import annotations

import os
from pathlib import Path

import pulumi

from rolewright.grants import Environment

PIN = Path(__file__).with_name("environment")
VARIABLE = "ROLEWRIGHT_ENVIRONMENT"
_STRICT = (Environment.STAGING, Environment.PROD, None)


def read_environment(pin: Path = PIN) -> Environment | None:
    """Return the environment, or None where it is missing or unknown, which counts as prod.

    Where several are given the stricter one wins: a stack can't choose its own leniency.
    """
    given = [
        pin.read_text() if pin.exists() else None,
        os.environ.get(VARIABLE),
        pulumi.Config("sagemaker-roles").get("environment"),
    ]
    found = [_environment(name) for name in given if name]
    return next((one for one in found if one in _STRICT), found[0] if found else None)


def _environment(name: str) -> Environment | None:
    return next((known for known in Environment if known.value == name.strip()), None)
