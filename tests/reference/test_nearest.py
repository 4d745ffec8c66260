"""The word that was probably meant."""

from __future__ import annotations

from rolewright.reference import managed_policy_names, nearest


def test_the_nearest_word_is_given_as_it_is_spelled() -> None:
    assert nearest("amazons3readonlyacess", managed_policy_names()) == "AmazonS3ReadOnlyAccess"
    assert nearest("raed", ["list", "read", "write"]) == "read"


def test_nothing_is_near_a_word_of_another_kind() -> None:
    assert nearest("zzzz", ["list", "read", "write"]) is None
    assert nearest("read", []) is None


def test_of_words_about_as_near_the_one_that_begins_alike_is_meant() -> None:
    names = managed_policy_names()
    assert nearest("AmazonS3RedOnly", names) == "AmazonS3ReadOnlyAccess"
    assert nearest("AmazonS3ReadOnly", names) == "AmazonS3ReadOnlyAccess"
    assert nearest("AmazonDynamoDBReadOnly", names) == "AmazonDynamoDBReadOnlyAccess"
