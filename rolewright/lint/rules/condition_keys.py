"""Condition keys: whether there is such a key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rolewright.lint.finding import did_you_mean, quoted
from rolewright.lint.quiet import conditions_are_quiet
from rolewright.lint.rule import error, warning
from rolewright.lint.subject import condition_path
from rolewright.reference import (
    condition_key_type,
    condition_keys_of,
    nearest,
    services,
)
from rolewright.reference.store import read_condition_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.lint.subject import Subject

_TAG_KEYS = ("aws:principaltag", "aws:requesttag", "aws:resourcetag")


def _malformed(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, key in _keys(subject):
        if not _well_formed(key):
            offered = nearest(f"aws:{key}", _all_keys())
            yield path, f"{quoted(key)} is not of the form `service:Key`{did_you_mean(offered)}"


def _unknown(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, key in _keys(subject):
        if not _well_formed(key) or is_claim(key) or condition_key_type(key) is not None:
            continue
        if key.lower().rstrip("/") in _TAG_KEYS:
            yield path, f"{quoted(key)} lacks its tag's key; write `{key.rstrip('/')}/team`"
        else:
            offered = did_you_mean(_nearest_key(key))
            yield path, f"{quoted(key)} is not a condition key that AWS documents{offered}"


def _keys(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        for condition in statement.conditions:
            yield condition_path(statement, condition), condition.key


def _well_formed(key: str) -> bool:
    prefix, _, name = key.partition(":")
    return bool(prefix and name)


def is_claim(key: str) -> bool:
    """Whether the key is a claim of an identity provider, of which there is no list."""
    prefix = key.partition(":")[0]
    return "." in prefix or "/" in prefix


def _nearest_key(key: str) -> str | None:
    service = key.partition(":")[0].lower()
    own = condition_keys_of(service) if service in services() else ()
    return nearest(key, own or _all_keys())


@cache
def _all_keys() -> tuple[str, ...]:
    return tuple(key for key in read_condition_keys() if key.startswith("aws:"))


is_quiet = conditions_are_quiet
RULES = (
    error("malformed-condition-key", _malformed),
    warning("unknown-condition-key", _unknown),
)
