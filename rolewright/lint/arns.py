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

OTHER_ACCOUNTS = ("", "aws", "aws-marketplace", "cloudfront", "offering")
"""What AWS itself writes where an account would stand."""
ACCOUNT = re.compile(r"\d{12}|(?=.*[*?])[\d*?]+")

_PLAIN = re.compile(
    rf"arn:(?:{'|'.join(PARTITIONS)}):[0-9-]*[a-z][a-z0-9-]*:[^:]*:(?:[0-9]{{12}}|\*|aws)?:[^$]+"
)
"""Most ARNs that are sound, in one look."""
_VARIABLE = re.compile(r"\$\{[^}]*\}")


def without_variables(text: str) -> str:
    """Return the text with `*` for each policy variable: what it may stand for."""
    return _VARIABLE.sub("*", text) if "${" in text else text


@lru_cache(maxsize=4096)
def split_arn(arn: str) -> tuple[str, ...]:
    """Return the parts of an ARN, six where it is whole, policy variables as `*`."""
    return tuple(without_variables(arn).split(":", PARTS - 1))


@lru_cache(maxsize=4096)
def completed(arn: str) -> str:
    """Return an ARN as a pattern; AWS takes `*` for the parts that an incomplete one lacks."""
    parts = split_arn(arn)
    if len(parts) == PARTS or arn.endswith("*"):
        return ":".join(parts)
    return ":".join((*parts, *("*",) * (PARTS - len(parts))))


def is_sound(arn: str) -> bool:
    """Whether no rule on a resource's form has anything to say of one."""
    return _PLAIN.fullmatch(arn) is not None or _is_sound(arn)


@lru_cache(maxsize=4096)
def _is_sound(arn: str) -> bool:
    parts = split_arn(arn)
    return (
        len(parts) == PARTS
        and parts[0] == "arn"
        and parts[1] in PARTITIONS
        and parts[2].replace("-", "").isalnum()
        and parts[2].islower()
        and (parts[4] in OTHER_ACCOUNTS or ACCOUNT.fullmatch(parts[4]) is not None)
        and parts[5] != ""
    )
