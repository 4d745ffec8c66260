"""A statement's elements against a request, in words."""

from __future__ import annotations

import pytest

from rolewright.explain import condition_words, miss_words
from rolewright.explain.words import resource_words
from rolewright.iam import Condition, Request
from rolewright.iam.near import ElementResult

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:jobs"


@pytest.mark.parametrize(
    ("value", "resource", "said"),
    [
        ("arn:aws:s3:::data", "arn:aws:s3:::data/x", "is the bucket, not an object"),
        ("arn:aws:s3:::data/*", "arn:aws:s3:::data", "is the objects, not the bucket"),
        ("arn:aws:s3:::data/in/*", "arn:aws:s3:::data/out/x", "does not match the key"),
        ("arn:aws:s3:::other/*", "arn:aws:s3:::data/out/x", "is another bucket"),
        (QUEUE.replace("jobs", "Jobs"), QUEUE, "differs in upper and lower case"),
        (QUEUE.replace("aws", "aws-cn"), QUEUE, "is of partition aws-cn, not aws"),
        (QUEUE, "arn:aws:s3:::data", "is of service sqs, not s3"),
        (QUEUE.replace("eu-west-1", "eu-west-2"), QUEUE, "is of region eu-west-2, not eu-west-1"),
        (
            QUEUE.replace("123456789012", "210987654321"),
            QUEUE,
            "is of account 210987654321, not 123456789012",
        ),
        (QUEUE, "*", "is another resource"),
        (QUEUE.replace("jobs", "done"), QUEUE, "is another resource"),
        (
            "arn:aws:iam::123456789012:role/T",
            "arn:aws:iam::123456789012:role/ml/T",
            "has another path",
        ),
        ("arn:aws:iam::123456789012:role/T", "arn:aws:iam::123456789012:role/S", "is another role"),
        (
            "arn:aws:iam::123456789012:role/T",
            "arn:aws:iam::123456789012:user/T",
            "is another resource",
        ),
    ],
)
def test_why_a_resource_is_not_the_one(value: str, resource: str, said: str) -> None:
    assert resource_words((value,), resource) == said


def test_of_several_resources_none_is_told_apart() -> None:
    assert resource_words((QUEUE, QUEUE), "arn:aws:s3:::data") == "none matches"


@pytest.mark.parametrize(
    ("element", "values", "said"),
    [
        ("Action", ("s3:GetObject",), "is not sqs:SendMessage"),
        ("Action", ("s3:GetObject", "s3:PutObject"), "none is sqs:SendMessage"),
        ("NotAction", ("sqs:*",), "is left out by it"),
        ("NotResource", ("*",), "is left out by it"),
        ("Principal", ("ec2.amazonaws.com",), "is not self"),
        ("Resource", ("arn:aws:s3:::data",), "is of service s3, not sqs"),
    ],
)
def test_why_an_element_does_not_match(element: str, values: tuple[str, ...], said: str) -> None:
    result = ElementResult(element=element, values=values, matched=False)
    assert miss_words(result, Request(action="sqs:SendMessage", resource=QUEUE)) == said


@pytest.mark.parametrize(
    ("operator", "values", "said"),
    [
        ("StringEquals", ("a", "b"), "k is a or b"),
        ("StringEqualsIfExists", ("a",), "k is a"),
        ("StringNotLike", ("a*", "b"), "k is not like a* nor b"),
        ("ForAllValues:StringEquals", ("a",), "each of k is a"),
        ("ForAnyValue:ArnLike", ("a",), "one of k is like a"),
        ("Null", ("true",), "k is not given"),
        ("Null", ("false",), "k is given"),
        ("NumericLessThan", ("3",), "k NumericLessThan 3"),
        ("StringEquals", ("",), "k is empty"),
    ],
)
def test_a_condition_in_words(operator: str, values: tuple[str, ...], said: str) -> None:
    assert condition_words(Condition(operator=operator, key="k", values=values)) == said
