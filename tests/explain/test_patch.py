"""Patches of the stack config: where they stand, and a role with one written into it."""

from __future__ import annotations

from typing import Any

import pytest

from rolewright.explain import Patch, patched
from rolewright.grants import ConfigError, parse_role_args

BUCKET = {"name": "example-bucket", "access": ["write"]}
OTHER = {"name": "other-bucket", "access": ["list"]}


@pytest.mark.parametrize(
    ("key", "index", "entry", "path", "role"),
    [
        ("buckets", None, BUCKET, "roles.R.buckets[+]", {"buckets": [OTHER, BUCKET]}),
        ("buckets", 0, BUCKET, "roles.R.buckets[0]", {"buckets": [BUCKET]}),
        (
            "policies.a.b.buckets",
            None,
            BUCKET,
            'roles.R.policies["a.b"].buckets[+]',
            {"buckets": [OTHER], "policies": {"a.b": {"buckets": [BUCKET]}}},
        ),
        (
            "activities.manage-jobs",
            None,
            {},
            "roles.R.activities.manage-jobs",
            {"buckets": [OTHER], "activities": {"manage-jobs": {}}},
        ),
        (
            "trust",
            None,
            {"services": ["glue.amazonaws.com"]},
            "roles.R.trust",
            {"buckets": [OTHER], "trust": {"services": ["glue.amazonaws.com"]}},
        ),
    ],
)
def test_where_a_patch_stands_and_what_it_makes_of_a_role(
    key: str, index: int | None, entry: dict[str, Any], path: str, role: dict[str, Any]
) -> None:
    patch = Patch(role="R", key=key, index=index, entry=entry)
    assert patch.path == path
    assert patched(parse_role_args("R", {"buckets": [OTHER]}), patch) == parse_role_args("R", role)


def test_a_patch_that_can_not_stand_is_refused() -> None:
    patch = Patch(role="R", key="buckets", index=None, entry={"name": "a-bucket"})
    with pytest.raises(ConfigError, match=r"roles\.R\.buckets\[0\]\.access: is missing"):
        patched({}, patch)
