"""Sets of actions over all services."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.iam.patterns import matches
from rolewright.reference import (
    AccessLevel,
    access_level_set,
    action_set,
    actions_matching,
    actions_of,
    expand,
    known,
    names_in,
    services,
)

EVERY = names_in(action_set("*"))


def test_the_services_that_are_asked_about_most_come_first() -> None:
    assert services()[:3] == ("iam", "sts", "s3")
    assert len(set(services())) == len(services())
    rest = services()[services().index("ec2") + 1 :]
    assert list(rest) == sorted(rest)
    assert action_set("sagemaker:*").bit_length() < action_set("a4b:*").bit_length()


def test_the_index_and_the_services_tell_of_the_same_actions() -> None:
    details = [
        f"{service}:{action.name}"
        for service in services()
        for action in actions_of(service).values()
    ]
    assert sorted(details) == sorted(EVERY)


def test_the_index_and_the_services_tell_of_the_same_access_levels() -> None:
    for level in AccessLevel:
        of_level = set(names_in(access_level_set(level)))
        assert of_level == {
            f"{service}:{action.name}"
            for service in services()
            for action in actions_of(service).values()
            if action.access_level is level
        }


def test_access_levels_part_the_universe() -> None:
    # No two share an action, so their sum is their union.
    sets = [access_level_set(level) for level in AccessLevel]
    assert sum(sets) == action_set("*")
    assert sum(bits.bit_count() for bits in sets) == len(EVERY)


@pytest.mark.parametrize("pattern", ["*", "**", "*:*", "*:**", "?*", "*:?*"])
def test_every_spelling_of_everything_is_everything(pattern: str) -> None:
    assert action_set(pattern) == action_set("*")


@pytest.mark.parametrize("pattern", ["", "s3", "s3:", ":*", "nope:*", "s3:Nope*", "s3:get object"])
def test_what_aws_does_not_document_is_not_known(pattern: str) -> None:
    assert action_set(pattern) == 0
    assert not known(pattern)


@pytest.mark.parametrize("pattern", ["s3:getobject", "S3:GET*", "*:PassRole", "ia?:passrole", "*"])
def test_what_aws_documents_is_known(pattern: str) -> None:
    assert known(pattern)


def test_names_are_spelled_as_aws_does() -> None:
    assert names_in(action_set("iam:passrole")) == ("iam:PassRole",)
    assert set(names_in(action_set("s3:*objecttagging"))) == {
        "s3:DeleteObjectTagging",
        "s3:GetObjectTagging",
        "s3:PutObjectTagging",
    }


def test_names_in_stops_at_the_limit() -> None:
    assert names_in(action_set("*"), limit=3) == EVERY[:3]
    assert names_in(action_set("*"), limit=0) == ()
    assert names_in(0) == ()


def test_names_in_refuses_a_negative_set() -> None:
    with pytest.raises(ValueError, match="a set of actions is negative"):
        names_in(~action_set("s3:*"))


def test_a_service_is_not_one_whose_name_it_begins() -> None:
    assert not action_set("s3:*") & action_set("s3-outposts:*")
    assert {name.partition(":")[0] for name in names_in(action_set("s3:*"))} == {"s3"}


def test_expand_gives_the_details_of_the_actions_of_the_set() -> None:
    found = expand("iam:*role*")
    assert tuple(f"{action.service}:{action.name}" for action in found) == names_in(
        action_set("iam:*role*")
    )
    assert {"PassRole", "CreateRole"} <= {action.name for action in found}
    assert len(expand("*")) == len(EVERY)


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """Draw an action with a run of its letters made a wildcard, or any text."""
    name = draw(st.sampled_from(EVERY))
    start = draw(st.integers(0, len(name)))
    end = draw(st.integers(start, len(name)))
    wildcard = draw(st.sampled_from(["", "*", "?"]))
    other = draw(st.text(alphabet="*?:s3iamGetRole-", max_size=12))
    return draw(st.sampled_from([name[:start] + wildcard + name[end:], other]))


@given(patterns())
def test_a_set_holds_what_the_one_matcher_matches(pattern: str) -> None:
    """Law: action_set(p) is {a | matches(p, a)}, whatever shortcut found it."""
    expected = {name for name in EVERY if matches(pattern, name, ignore_case=True)}
    assert set(names_in(action_set(pattern))) == expected


@given(st.sets(st.sampled_from(EVERY), max_size=30))
def test_names_in_is_the_inverse_of_union(names: set[str]) -> None:
    """Law: names_in(union of the sets of single names) is those names."""
    union = 0
    for name in names:
        union |= action_set(name)
    assert set(names_in(union)) == names


@given(st.lists(st.sampled_from([*EVERY, "s3:Get*", "iam:*", "*:*role*", "s3:NoSuch", "s3", ""])))
def test_what_some_pattern_matches_is_the_union_of_what_each_does(patterns: list[str]) -> None:
    union = 0
    for pattern in patterns:
        union |= action_set(pattern)
    assert actions_matching(tuple(patterns)) == union
    assert actions_matching(tuple(pattern.upper() for pattern in patterns)) == union
