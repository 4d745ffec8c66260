"""Whether resources fit actions, by their shape, is as by all their characters."""

from __future__ import annotations

from itertools import product

import pytest

from rolewright.iam import overlaps
from rolewright.lint.takes import fits, takes

ACTIONS = (
    "s3:getobject",
    "s3:listbucket",
    "s3:*",
    "dynamodb:query",
    "kms:decrypt",
    "lambda:invokefunction",
    "iam:passrole",
    "states:startexecution",
    "logs:putlogevents",
)
PLACES = ("arn:aws:s3:::", "arn:aws:dynamodb:eu-west-1:123456789012:", "arn:*:kms:*:1?3:")
NAMES = (
    "*",
    "Qq-0",
    "Qq-0/*",
    "q?q/x",
    "table/Zz9",
    "table/Zz9/index/*",
    "key/a?b",
    "kez/*",
    "é/ü/*",
    "",
)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_resource_fits_where_all_its_parts_do(action: str) -> None:
    wanted = takes(action)
    assert wanted.templates
    for place, name in product(PLACES, NAMES):
        parts = f"{place}{name}".lower().split(":", 5)
        alike = any(
            (one.most_slashes is None or parts[-1].count("/") <= one.most_slashes)
            and all(map(overlaps, parts, one.parts))
            for one in wanted.templates
        )
        assert fits(f"{place}{name}", wanted) is alike, f"{place}{name}"
