"""Every mistake is found in one pass: neither hidden by another one nor told for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rolewright.grants import ConfigError, Problem, Target, draft_stack_config, plan_stack
from rolewright.grants.kinds import grant_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import GrantKind

Path = tuple[str | int, ...]

TARGET = Target(partition="aws", account="123456789012", region="eu-west-1", environment="dev")
SETTINGS = {
    "nameFormat": "{name}-{environment}",
    "path": "/ml/",
    "permissionsBoundary": "arn:aws:iam::123456789012:policy/ml-boundary",
    "description": "Trains.",
    "tags": {"team": "ml"},
    "maxSessionDuration": 3600,
    "trust": {
        "services": ["glue.amazonaws.com"],
        "sourceArns": ["arn:aws:sagemaker:eu-west-1:123456789012:training-job/*"],
        "sourceAccount": True,
    },
    "exclusive": True,
}
BUCKETS = [
    {"name": "data", "access": ["list", "read"]},
    {"name": "more", "access": ["write"], "prefixes": ["a/"]},
]
CONFIG: dict[str, Any] = {
    "defaults": SETTINGS,
    "roles": {
        "A": {
            **SETTINGS,
            "managedPolicies": ["AmazonS3ReadOnlyAccess"],
            "policies": {"P": {"buckets": BUCKETS}},
            "buckets": BUCKETS,
            "dynamodb": [{"table": "features", "access": ["read"]}],
        },
        "B": {},
    },
}
BAD = [None, 5, 1.5, True, "", "x y", "{name}!", "é" * 70, [], [5], {}, {"x": 1}]


def places(content: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the place of every part of a config."""
    entries: Any = ()
    if isinstance(content, dict):
        entries = cast("dict[str, Any]", content).items()
    elif isinstance(content, list):
        entries = enumerate(cast("list[Any]", content))
    for key, held in entries:
        yield (*path, key)
        yield from places(held, (*path, key))


def put(config: Any, place: Path, value: object) -> Any:
    """Return the config with a value at a place."""
    changed = json.loads(json.dumps(config))
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return changed


def problems(config: dict[str, Any]) -> set[Problem]:
    draft = draft_stack_config("dev", json.dumps(config["roles"]), json.dumps(config["defaults"]))
    try:
        plan_stack(draft, TARGET)
    except ConfigError as error:
        return set(error.problems)
    return set()


PLACES = list(places(CONFIG))


def test_the_config_to_spoil_is_fine() -> None:
    assert problems(CONFIG) == set()


@given(st.sampled_from(PLACES), st.sampled_from(BAD), st.sampled_from(PLACES), st.sampled_from(BAD))
def test_two_faults_are_told_as_each_is_alone(
    place: Path, value: object, other_place: Path, other_value: object
) -> None:
    shorter = min(len(place), len(other_place))
    assume(place[:shorter] != other_place[:shorter])
    one, other = put(CONFIG, place, value), put(CONFIG, other_place, other_value)
    assert problems(put(one, other_place, other_value)) == problems(one) | problems(other)


@pytest.mark.parametrize("kind", grant_kinds(), ids=lambda kind: kind.key)
def test_what_stands_in_for_a_faulty_value_is_fine(kind: GrantKind[Any]) -> None:
    assert list(kind.problems(kind.least)) == []
    assert list(kind.statements([kind.least], TARGET))
