"""ARNs as patterns."""

from __future__ import annotations

import re
from functools import lru_cache

PARTITIONS = (
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-eusc",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
PARTS = 6

_VARIABLE = re.compile(r"\$\{[^}]*\}")


def without_variables(text: str) -> str:
    """Return the text with `*` for each policy variable: what it may stand for."""
    return _VARIABLE.sub("*", text) if "${" in text else text


@lru_cache(maxsize=16384)
def split_arn(arn: str) -> tuple[str, ...]:
    """Return the parts of an ARN, six where it is whole, policy variables as `*`."""
    return tuple(without_variables(arn).split(":", PARTS - 1))


@lru_cache(maxsize=16384)
def completed(arn: str) -> str:
    """Return an ARN as a pattern; AWS takes `*` for the parts that an incomplete one lacks."""
    parts = split_arn(arn)
    if len(parts) == PARTS or arn.endswith("*"):
        return ":".join(parts)
    return ":".join((*parts, *("*",) * (PARTS - len(parts))))
