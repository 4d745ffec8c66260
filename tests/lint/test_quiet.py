"""A family of rules that calls a document quiet finds nothing in it, whatever the document is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.lint import Kind, lint
from rolewright.lint.reading import read
from rolewright.lint.rule import families
from rolewright.reference import managed_policy, managed_policy_names

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).parents[1] / "cases" / "lint"
ACCOUNT = "123456789012"
RESOURCES = (
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::data",
    "arn:aws:s3:::data/*",
    "arn:aws:s3:::data*",
    "arn:aws:s3:::da?a/*",
    "arn:aws:s3:::${aws:username}/*",
    "arn:aws:s3:::data/${aws:username",
    f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t",
    "arn:aws:S3:::data",
    "arn:aws:s3",
    "data",
    "",
)
ACTIONS = (
    "*",
    "s3:*",
    "s3:Get*",
    "s3:GetObject",
    "S3:getobject",
    "s3:ListBucket",
    "s3:ListAllMyBuckets",
    "s3:GetObjct",
    "dynamodb:Query",
    "sts:AssumeRole",
    "s3",
)
CONDITIONS: tuple[dict[str, Any], ...] = (
    {},
    {"StringEquals": {}},
    {"StringEquals": {"aws:ResourceAccount": ACCOUNT}},
    {"StringEquals": {"aws:ResourceAccount": ACCOUNT}, "Bool": {}},
    {"StringEquals": {"aws:username": "${aws:nothing}"}},
    {"StringEquals": {"s3:prefix": []}},
    {"StringLike": {"s3:prefix": ["a*", "b"]}},
    {"ForAllValues:StringLike": {"aws:TagKeys": "team"}},
    {"NumericEquals": {"s3:prefix": "x"}},
    {"Bool": {"aws:SecureTransport": ["true", "false"]}},
    {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
)


def some(values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    one = st.sampled_from(values)
    return one | st.lists(one, min_size=1, max_size=3)


STATEMENTS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": some(ACTIONS),
        "Resource": some(RESOURCES),
    },
    optional={
        "Sid": st.sampled_from(["A", "B", "a b", ""]),
        "Condition": st.sampled_from(CONDITIONS),
        "NotAction": some(ACTIONS),
        "NotResource": some(RESOURCES),
        "Principal": st.just("*"),
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {"Version": st.just("2012-10-17"), "Statement": st.lists(STATEMENTS, min_size=1, max_size=4)}
)


def holds(source: Any, kind: Kind | None) -> None:
    subject = read(source, kind).subject
    if subject is None:
        return
    for family in families():
        if family.is_quiet(subject):
            found = [(rule.id, *rule.check(subject)) for rule in family.rules]
            assert not [one for one in found if len(one) > 1]


@pytest.mark.parametrize("file", sorted(CASES.glob("*.json")), ids=lambda file: file.stem)
@pytest.mark.parametrize("kind", [None, *Kind])
def test_no_case_is_told_of_less(file: Path, kind: Kind | None) -> None:
    cases = json.loads(file.read_text())
    assert cases
    for case in cases:
        holds(case["document"], kind)


def test_no_policy_of_aws_is_told_of_less() -> None:
    for name in managed_policy_names():
        policy = managed_policy(name)
        assert policy is not None
        holds(policy.text, Kind.IDENTITY)


@given(DOCUMENTS, st.sampled_from([None, *Kind]), st.sampled_from([dict[str, Any], json.dumps]))
def test_no_generated_document_is_told_of_less(
    document: dict[str, Any], kind: Kind | None, form: Callable[[Any], Any]
) -> None:
    holds(form(document), kind)


def test_a_good_document_is_quiet() -> None:
    statement = {
        "Sid": "Read",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": ["arn:aws:s3:::one/*", "arn:aws:s3:::two/*"],
        "Condition": {"StringEquals": {"aws:ResourceAccount": ACCOUNT}},
    }
    other = {**statement, "Sid": "Write", "Resource": "arn:aws:s3:::three/*"}
    subject = read(
        json.dumps({"Version": "2012-10-17", "Statement": [statement, other]}), None
    ).subject
    assert subject is not None
    assert all(family.is_quiet(subject) for family in families())


def document(resource: str, condition: dict[str, Any]) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": resource,
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


GOOD = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}


def test_a_condition_that_is_known_to_be_good_hides_no_other_finding() -> None:
    assert lint(document("arn:aws:s3:::one/*", GOOD)) == ()
    (found,) = lint(document("arn:aws:s3:::one", GOOD))
    assert found.id == "resource-fits-no-action"


@pytest.mark.parametrize("form", [dict[str, Any], json.dumps])
def test_the_same_conditions_beside_an_operator_without_keys_are_looked_at(
    form: Callable[[Any], Any],
) -> None:
    assert lint(form(document("arn:aws:s3:::one/*", GOOD))) == ()
    (found,) = lint(form(document("arn:aws:s3:::one/*", {**GOOD, "Bool": {}})))
    assert found.id == "empty-condition"


def test_a_condition_with_a_finding_is_told_of_each_time() -> None:
    bad = document("arn:aws:s3:::one/*", {"StringEquals": {"s3:Nothing": "x"}})
    assert lint(bad) == lint(bad) != ()
