"""What holds of the linter whatever the document: it returns, and AWS's own policies pass."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.iam import InvalidDocument, parse_document
from rolewright.iam.documents import STATEMENT_ELEMENTS
from rolewright.lint import Kind, Recorded, Severity, draw, lint
from rolewright.reference import managed_policy, managed_policy_names

ORDINARY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data"},
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::data/*"]},
    ],
}
WORDS = st.sampled_from(
    [
        *STATEMENT_ELEMENTS,
        "effect",
        "Version",
        "Statement",
        "AWS",
        "StringEquals",
        "NumericEquals",
        "ForAllValues:Bool",
        "aws:username",
        "Statement[0].x",
        "a.b",
        "",
        "2012-10-17",
        "Allow",
        "*",
        "s3:Get*",
        "arn:aws:s3:::${a",
        "\ud800",
        "é\x00",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
STATEMENTS = st.dictionaries(st.sampled_from(STATEMENT_ELEMENTS), VALUES, max_size=6)


def test_no_aws_managed_policy_has_an_error() -> None:
    for name in managed_policy_names():
        policy = managed_policy(name)
        assert policy is not None
        errors = [found for found in lint(policy.text) if found.severity is Severity.ERROR]
        assert not errors, name


@given(VALUES)
def test_whatever_is_parsed_is_linted(document: Any) -> None:
    lint(document)


@given(st.fixed_dictionaries({"Version": WORDS, "Statement": st.lists(STATEMENTS, max_size=3)}))
def test_what_the_parser_refuses_has_an_error_there(
    document: dict[str, Any],
) -> None:
    errors = {one.path for one in lint(document) if one.severity is Severity.ERROR}
    assert _refused_at(document) in (None, *errors)


def _refused_at(document: dict[str, Any]) -> str | None:
    try:
        parse_document(document)
    except InvalidDocument as error:
        return error.path
    return None


@given(st.text(max_size=40) | VALUES.map(lambda value: json.dumps(value)[:-1]))
def test_whatever_is_text_is_linted_and_drawn(text: str) -> None:
    for finding in lint(text):
        assert draw(text, finding).count("\n") in (0, 1)


@pytest.mark.parametrize("kind", [None, Kind.IDENTITY])
def test_an_ordinary_policy_has_no_finding(kind: Kind | None) -> None:
    assert lint(ORDINARY, kind) == ()


def test_findings_are_in_the_order_of_the_statements() -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "data"}
    found = lint(
        {"Version": "2012", "Statement": [{**statement, "Sid": str(i)} for i in range(11)]}
    )
    paths = [finding.path for finding in found]
    assert paths[0] == "Version"
    assert [path for path in paths if path.endswith("Action")] == [
        f"Statement[{index}].Action" for index in range(11)
    ]
    assert paths[-1].startswith("Statement[10]")


def test_the_source_is_left_as_it_was() -> None:
    statement: dict[str, Any] = {"effect": "Allow", "Action": []}
    document: dict[str, Any] = {"Version": "2012", "Statement": [statement]}
    before = json.dumps(document)
    lint(document)
    assert json.dumps(document) == before


def test_any_mapping_will_do() -> None:
    assert lint(MappingProxyType(ORDINARY)) == ()


def test_keys_that_stand_twice_are_seen_in_json_parsed_elsewhere() -> None:
    text = json.dumps(ORDINARY).replace('"Effect": "Allow"', '"Effect": "Deny", "Effect": "Allow"')
    parsed = json.loads(text, object_pairs_hook=Recorded)
    assert [finding.id for finding in lint(parsed)] == ["duplicate-key"] * 2
    assert lint(parsed) == lint(text)


def test_more_faults_than_anyone_reads_are_given_up() -> None:
    condition: dict[str, Any] = {f"Operator{place}": {} for place in range(500)}
    statement: dict[str, Any] = {**ORDINARY["Statement"][0], "Condition": condition}
    found = lint({"Version": "2012-10-17", "Statement": statement})
    assert {finding.id for finding in found} == {"unknown-operator"}
    assert len(found) == 200


def test_what_takes_too_long_to_compare_is_not_called_redundant() -> None:
    end = "?" * 17
    resources = [f"arn:aws:s3:::*a{end}", f"arn:aws:s3:::{'*a' * 20}{end}"]
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resources}
    found = lint({"Version": "2012-10-17", "Statement": statement})
    assert "redundant-resource" not in {finding.id for finding in found}


def test_long_and_strange_values_are_shown_on_one_line() -> None:
    document = {**ORDINARY, "Statement": {**ORDINARY["Statement"][0], "Resource": "\n" + "x" * 999}}
    (finding,) = lint(document)
    assert finding.message == "`\\n" + "x" * 99 + "...` is neither an ARN nor `*`"


def test_the_place_is_drawn() -> None:
    text = '{\n "Version": "2012-10-17",\n "Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}\n}'
    (finding,) = lint(text)
    line, caret = draw(text, finding).splitlines()
    assert line[caret.index("^") :].startswith('"allow"')


def test_a_text_that_is_no_json_is_drawn_where_it_ends_being_json() -> None:
    text = '{"Version": ' + " " * 80 + "x}"
    (finding,) = lint(text)
    line, caret = draw(text, finding).splitlines()
    assert line[caret.index("^")] == "x"
    assert len(caret) < 60


def test_what_has_no_place_is_not_drawn() -> None:
    for text in ("[" * 100_000, "9" * 5_000, "5", '{"Version": NaN}'):
        for finding in lint(text):
            assert draw(text, finding) == ""
