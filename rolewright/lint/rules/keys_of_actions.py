"""Condition keys that none of a statement's actions has.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.lint.finding import quoted
from rolewright.lint.rule import warning
from rolewright.lint.rules.condition_keys import is_claim
from rolewright.lint.subject import condition_path
from rolewright.lint.takes import has_key
from rolewright.reference import condition_key_type, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.lint.subject import Subject

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


def _of_no_action(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        actions = statement.actions
        if actions is None:
            continue
        for condition in statement.conditions:
            if _may_be_there(condition.key.lower(), actions):
                continue
            named = quoted(actions[0]) if len(actions) == 1 else "none of the actions"
            verb = "doesn't have" if len(actions) == 1 else "has"
            said = f"{named} {verb} the condition key {quoted(condition.key)}"
            yield condition_path(statement, condition), f"{said}, so it is never there"


@lru_cache(maxsize=4096)
def _may_be_there(key: str, actions: tuple[str, ...]) -> bool:
    """Whether a request of some action has a key, as far as it is known."""
    if key.startswith("aws:") or any(has_key(action, key) for action in actions):
        return True
    if is_claim(key) or condition_key_type(key) is None or any(map(_tells_nothing, actions)):
        return True
    # Some keys describe the caller, or stand in a service's table but beside no action.
    return key in _OF_CALLERS or not has_key(f"{key.partition(':')[0]}:*", key)


def _tells_nothing(action: str) -> bool:
    return "*" in action.partition(":")[0] or not known(action)


def is_quiet(subject: Subject) -> bool:
    """Whether some action of each statement has each of its keys."""
    return not any(_of_no_action(subject))


RULES = (warning("condition-key-of-no-action", _of_no_action),)
