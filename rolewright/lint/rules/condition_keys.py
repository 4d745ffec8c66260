"""Condition keys: whether there is such a key, and whether the actions have it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rolewright.lint.finding import did_you_mean, quoted
from rolewright.lint.quiet import conditions_are_quiet
from rolewright.lint.rule import error, warning
from rolewright.lint.subject import condition_path
from rolewright.lint.takes import has_key
from rolewright.reference import (
    condition_key_type,
    condition_keys_of,
    known,
    nearest,
    services,
)
from rolewright.reference.store import read_condition_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.lint.subject import Subject

_TAG_KEYS = ("aws:principaltag", "aws:requesttag", "aws:resourcetag")

_OF_CALLERS = (
    "ec2:roledelivery",
    "ec2:sourceinstancearn",
    "glue:credentialissuingservice",
    "glue:roleassumedby",
    "lambda:sourcefunctionarn",
    "ssm:sourceinstancearn",
)
"""Keys that a workload's credentials bring to every call, whatever service is called.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
"""


def _malformed(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, key in _keys(subject):
        if not _well_formed(key):
            offered = nearest(f"aws:{key}", _all_keys())
            yield path, f"{quoted(key)} is not of the form `service:Key`{did_you_mean(offered)}"


def _unknown(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, key in _keys(subject):
        if not _well_formed(key) or _is_claim(key) or condition_key_type(key) is not None:
            continue
        if key.lower().rstrip("/") in _TAG_KEYS:
            yield path, f"{quoted(key)} lacks its tag's key; write `{key.rstrip('/')}/team`"
        else:
            offered = did_you_mean(_nearest_key(key))
            yield path, f"{quoted(key)} is not a condition key that AWS documents{offered}"


def _of_no_action(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        actions = statement.actions
        if actions is None or any(_tells_nothing(action) for action in actions):
            continue
        for condition in statement.conditions:
            key = condition.key.lower()
            if key.startswith("aws:") or _is_claim(key) or condition_key_type(key) is None:
                continue
            # Some keys describe the caller, or stand in a service's table but beside no action.
            if key in _OF_CALLERS or not has_key(f"{key.partition(':')[0]}:*", key):
                continue
            if not any(has_key(action, key) for action in actions):
                named = quoted(actions[0]) if len(actions) == 1 else "none of the actions"
                verb = "doesn't have" if len(actions) == 1 else "has"
                said = f"{named} {verb} the condition key {quoted(condition.key)}"
                yield condition_path(statement, condition), f"{said}, so it is never there"


def _keys(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        for condition in statement.conditions:
            yield condition_path(statement, condition), condition.key


def _well_formed(key: str) -> bool:
    prefix, _, name = key.partition(":")
    return bool(prefix and name)


def _is_claim(key: str) -> bool:
    """Whether the key is a claim of an identity provider, of which there is no list."""
    prefix = key.partition(":")[0]
    return "." in prefix or "/" in prefix


def _tells_nothing(action: str) -> bool:
    return "*" in action.partition(":")[0] or not known(action)


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
    warning("condition-key-of-no-action", _of_no_action),
)
