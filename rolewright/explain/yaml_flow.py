"""Values in YAML's flow style, in one line: `{name: example-bucket, access: [write]}`."""

from __future__ import annotations

import json
import re
from typing import Any, cast

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
"""Texts that some YAML parser takes for something else."""


def flow(value: Any) -> str:
    """Return a value in YAML's flow style, in one line."""
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(one) for one in cast("list[Any]", value)) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """Return a value as YAML has it, quoted where a parser may take it for something else."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    return json.dumps(value)


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"
