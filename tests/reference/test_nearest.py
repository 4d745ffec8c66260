"""The word that was probably meant."""

from __future__ import annotations

from rolewright.reference import managed_policy_names, nearest


def test_the_nearest_word_is_given_as_it_is_spelled() -> None:
    assert nearest("amazons3readonlyacess", managed_policy_names()) == "AmazonS3ReadOnlyAccess"
    assert nearest("raed", ["list", "read", "write"]) == "read"


def test_nothing_is_near_a_word_of_another_kind() -> None:
    assert nearest("zzzz", ["list", "read", "write"]) is None
    assert nearest("read", []) is None
