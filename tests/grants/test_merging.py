"""A role with the grants of two roles may do all that each of them may.

Entries on one resource are rendered together, with one condition for all of them, so that this does
not follow from the documents standing side by side.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from rolewright.grants import ConfigError, Target, parse_role_args, plan_role
from rolewright.grants.activities import activities
from rolewright.grants.kinds import grant_kinds
from rolewright.iam import Access, Policies, Relation, compare, evaluate
from tests.grants.ordinary import ENTRIES, grants, inputs

TARGET = Target(partition="aws", account="123456789012", region="eu-west-1", environment="dev")
HOLDS = {Relation.EQUIVALENT, Relation.BROADER}


def access(args: dict[str, Any]) -> Access:
    try:
        plan = plan_role("R", parse_role_args("R", args), TARGET)
    except ConfigError as error:
        if all("more than IAM's" in problem.message for problem in error.problems):
            reject()
        raise
    return Access(identity=tuple(p.document for p in (*plan.policies, *plan.managed)))


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {key: [*one.get(key, ()), *other.get(key, ())] for key in {**one, **other}}


def hold(one: dict[str, Any], other: dict[str, Any], both: dict[str, Any]) -> None:
    """Hold that `both` has all access of each, by comparison and by requests that each allows."""
    whole = access(both)
    for part in (access(one), access(other)):
        assert compare(part, whole).relation in HOLDS
        allowed = compare(Access(identity=()), part).added
        assert allowed
        for entry in allowed:
            assert entry.witness is not None
            assert evaluate(entry.witness, Policies(identity=whole.identity)).allowed


def test_every_kind_of_grant_is_among_the_ordinary_ones() -> None:
    assert set(ENTRIES) == {kind.key for kind in grant_kinds()}


@pytest.mark.parametrize("key", list(ENTRIES))
@given(data=st.data())
def test_the_grants_of_two_roles_together_lose_no_access(key: str, data: st.DataObject) -> None:
    entries = st.lists(ENTRIES[key], min_size=1, max_size=3)
    one, other = {key: data.draw(entries)}, {key: data.draw(entries)}
    hold(one, other, merged(one, other))


@given(grants(), grants())
def test_kinds_of_grants_together_lose_no_access(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    hold(one, other, merged(one, other))


@given(grants(2), grants(2))
def test_named_policies_together_lose_no_access(one: dict[str, Any], other: dict[str, Any]) -> None:
    both = {"policies": {"P": merged(one, other)}}
    hold({"policies": {"P": one}}, {"policies": {"P": other}}, both)


@given(st.sampled_from(sorted(activities())), st.data())
def test_the_inputs_of_an_activity_together_lose_no_access(name: str, data: st.DataObject) -> None:
    one, other = (data.draw(inputs(name)) for _ in range(2))
    both = {key: _together(one[key], other[key]) for key in one}
    hold(*({"activities": {name: given}} for given in (one, other, both)))


def _together(one: Any, other: Any) -> Any:
    return [*one, *other] if isinstance(one, list) else one
