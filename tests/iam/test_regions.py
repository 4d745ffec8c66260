"""What a key's values must be for conditions to hold or not, and what is not told."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from rolewright.iam import Condition, Undecided, fillings, parse_document
from rolewright.iam.conditions import condition_test
from rolewright.iam.fillings import known_fillings, unknown_fillings
from rolewright.iam.operators import Family
from rolewright.iam.regions import Kind, find_values, kinds_of, may_have_values
from rolewright.iam.rules import make_rule
from rolewright.iam.steps import Steps
from rolewright.iam.walks import LAST_WORD, WORDS, spelled_out

if TYPE_CHECKING:
    from rolewright.iam.rules import Rule

TEXT = Kind()
SEVERAL = Kind(several=True)


def that(operator: str, *values: str, wanted: bool = True) -> tuple[Condition, bool]:
    return Condition(operator=operator, key="k", values=values), wanted


def no(operator: str, *values: str) -> tuple[Condition, bool]:
    return that(operator, *values, wanted=False)


def kind_of(*signed: tuple[Condition, bool]) -> Kind:
    return kinds_of(condition for condition, _ in signed)["k"]


SOME = [
    pytest.param([that("StringEquals", "a")], id="a text"),
    pytest.param([no("StringEquals", "a"), no("Null", "true")], id="another text"),
    pytest.param([no("StringLike", "a", "b", "x"), no("Null", "true")], id="not the usual texts"),
    pytest.param([that("StringEqualsIgnoreCase", "ab"), no("StringEquals", "ab")], id="case"),
    pytest.param([that("StringLike", "a*b"), no("StringLike", "aa*", "ab")], id="patterns"),
    pytest.param([that("StringEquals", "*"), that("StringLike", "?")], id="a star as a text"),
    pytest.param([that("StringLike", "?"), no("StringLike", "a", "b")], id="one character"),
    pytest.param([that("ArnLike", "arn:aws:*:::a?b")], id="an ARN"),
    pytest.param([that("ArnNotLike", "*"), that("Null", "true")], id="no ARN"),
    pytest.param([no("ArnLike", "arn:aws:iam::123456789012:role/a"), no("Null", "true")], id="ARN"),
    pytest.param([that("NumericGreaterThan", "1"), that("NumericLessThan", "2")], id="between"),
    pytest.param([no("NumericLessThan", "1"), no("Null", "true")], id="from a number on"),
    pytest.param([no("NumericEquals", "x"), no("Null", "true")], id="no number"),
    pytest.param([that("DateGreaterThan", "9999-12-31"), no("Null", "true")], id="the last day"),
    pytest.param([no("DateEquals", "x"), no("Null", "true")], id="no date"),
    pytest.param([that("IpAddress", "10.0.0.0/8"), no("IpAddress", "10.0.0.0/9")], id="addresses"),
    pytest.param([no("IpAddress", "0.0.0.0/0"), no("Null", "true")], id="a v6 address"),
    pytest.param([no("IpAddress", "x"), no("Null", "true")], id="no range"),
    pytest.param([no("BinaryEquals", "QUJD", "?"), no("Null", "true")], id="other bytes"),
    pytest.param([that("BinaryEquals", "QUJD")], id="bytes"),
    pytest.param([that("Bool", "true")], id="true"),
    pytest.param(
        [that("ForAnyValue:StringEquals", "a"), that("ForAnyValue:StringEquals", "b")], id="two"
    ),
    pytest.param(
        [
            that("ForAnyValue:StringEquals", "a"),
            that("ForAnyValue:StringLike", "a"),
            no("StringLike", "*"),
        ],
        id="one value for two conditions, and another",
    ),
    pytest.param(
        [that("ForAllValues:StringLike", "a*"), no("ForAllValues:StringEquals", "a")], id="all"
    ),
    pytest.param(
        [that("ForAllValues:NumericLessThan", "9"), no("NumericLessThan", "9"), no("Null", "true")],
        id="several numbers",
    ),
    pytest.param([that("StringNotLike", "a*"), that("ForAnyValue:StringLike", "b*")], id="none of"),
    pytest.param([no("ArnNotLike", "arn:aws:s3"), no("Null", "true")], id="not half an ARN"),
    pytest.param([no("StringNotLike", "a*"), that("ForAnyValue:StringLike", "b*")], id="some of"),
]
NONE = [
    pytest.param([that("StringEquals", "a"), that("StringEquals", "b")], id="two texts"),
    pytest.param([that("StringEquals"), no("Null", "true")], id="no values"),
    pytest.param([that("Null", "true"), that("StringEquals", "a")], id="missing, with a text"),
    pytest.param([that("StringLike", "a*"), no("StringLike", "*")], id="nothing is left"),
    pytest.param(
        [that("StringEqualsIgnoreCase", "a"), no("StringEquals", "a", "A")], id="both cases"
    ),
    pytest.param([that("ArnLike", "arn:aws:s3"), no("Null", "true")], id="half an ARN"),
    pytest.param([that("ArnNotLike", "arn:aws:s3"), no("Null", "true")], id="not half an ARN"),
    pytest.param([that("ArnLike", "*"), no("ArnLike", "arn:*:*:*:*:*")], id="every ARN"),
    pytest.param([that("NumericGreaterThan", "1"), that("NumericLessThan", "1")], id="no number"),
    pytest.param([no("Bool", "true"), no("Bool", "false"), no("Null", "true")], id="neither"),
    pytest.param([no("Bool", "true"), no("StringEquals", "false"), no("Null", "true")], id="mixed"),
    pytest.param(
        [that("ForAllValues:StringEquals", "a"), that("ForAnyValue:StringEquals", "b")],
        id="all, other",
    ),
    pytest.param(
        [that("ForAllValues:StringEquals", "a"), no("StringEquals", "a"), no("Null", "true")],
        id="a set of one text is one value",
    ),
    pytest.param(
        [that("StringEquals", "a"), that("ForAnyValue:StringEquals", "b")], id="one value, another"
    ),
    pytest.param(
        [that("NumericEquals", "1"), that("NumericEquals", "2"), that("StringEquals", "1")],
        id="no number, whatever the texts",
    ),
    pytest.param(
        [that("NumericEquals", "1"), that("StringEquals", "1"), that("StringEquals", "2")],
        id="no text, whatever the numbers",
    ),
]
UNTOLD = [
    pytest.param(
        [that("StringEqualsIgnoreCase", "\u017f"), no("StringEquals", "\u017f")],
        id="a sign whose cases are not each other's",
    ),
    pytest.param([that("NumericEquals", "5"), no("StringLike", "5*")], id="spellings of a number"),
    pytest.param(
        [that("IpAddress", "10.0.0.1"), no("StringEquals", "10.0.0.1")], id="of an address"
    ),
    pytest.param(
        [
            that("StringLike", *("*" + "a?" * 30 + str(n) for n in range(90))),
            that("StringLike", *("b" + "*c?" * 30 + str(n) for n in range(90))),
            that("StringLike", *("*b" + "?*d" * 30 + str(n) for n in range(90))),
        ],
        id="too many steps",
    ),
]


@pytest.mark.parametrize("signed", SOME)
def test_there_are_values(signed: list[tuple[Condition, bool]]) -> None:
    values = find_values("k", frozenset(signed), kind_of(*signed))
    assert values is not None
    context = {"k": values} if values else {}
    for condition, wanted in signed:
        assert condition_test(condition, "")(context) is wanted


@pytest.mark.parametrize("signed", NONE)
def test_there_are_no_values(signed: list[tuple[Condition, bool]]) -> None:
    assert find_values("k", frozenset(signed), kind_of(*signed)) is None


@pytest.mark.parametrize("signed", UNTOLD)
def test_it_can_not_be_told(signed: list[tuple[Condition, bool]]) -> None:
    with pytest.raises(Undecided):
        find_values("k", frozenset(signed), kind_of(*signed))


@pytest.mark.parametrize(
    ("signed", "kind", "expected"),
    [
        pytest.param([that("StringEquals", f"a{WORDS}")], TEXT, True, id="a text of it"),
        pytest.param([that("StringNotEquals", WORDS)], TEXT, True, id="missing"),
        pytest.param([that("StringEquals", WORDS), that("Null", "true")], TEXT, False, id="Null"),
        pytest.param(
            [that("StringEquals", WORDS), that("StringEquals", "a")], TEXT, True, id="may be it"
        ),
        pytest.param(
            [that("StringEquals", f"a{WORDS}"), that("StringLike", "b*")],
            TEXT,
            False,
            id="never it",
        ),
        pytest.param(
            [that("StringEquals", f"a{WORDS}"), no("StringLike", "a*")], TEXT, False, id="always it"
        ),
        pytest.param(
            [that("StringEquals", f"a{WORDS}"), no("StringLike", "a*")], SEVERAL, True, id="several"
        ),
        pytest.param(
            [that("ArnNotLike", "arn:aws", f"arn:aws:s3:::{WORDS}"), no("Null", "true")],
            Kind(types=frozenset({Family.ARN})),
            False,
            id="half an ARN",
        ),
        pytest.param(
            [
                that("StringLike", *("*" + "a?" * 30 + str(n) + WORDS for n in range(90))),
                that("StringLike", *("b" + "*c?" * 30 + str(n) for n in range(90))),
            ],
            TEXT,
            True,
            id="too many steps",
        ),
    ],
)
def test_unknown_texts(signed: list[tuple[Condition, bool]], kind: Kind, *, expected: bool) -> None:
    assert may_have_values("k", frozenset(signed), kind) is expected


def _rule(*resources: str) -> Rule:
    statement = {"Effect": "Deny", "Action": "*", "Resource": list(resources)}
    document = parse_document({"Version": "2012-10-17", "Statement": statement})
    return make_rule(document.statements[0], document.version)


def test_many_variables_are_not_told() -> None:
    rule = _rule(*(f"arn:aws:s3:::b/${{k{n}}}" for n in range(7)))
    with pytest.raises(Undecided):
        list(unknown_fillings(rule.variables, (), {}))
    # A rule that must apply needs them all to be there.
    assert len(list(unknown_fillings(rule.variables, (rule,), {}))) == 1


def test_texts_are_taken_from_what_stands_in_the_same_place() -> None:
    one = _rule("arn:aws:s3:::b/${x}-${x}/*", "arn:aws:s3:::b/${x}/${y}", "arn:aws:s*:::${x}")
    other = _rule("arn:aws:s3:::b/ab-ab/*", "arn:aws:s3:::b/admin/c")
    found = {
        filling.get("x") for filling, _ in known_fillings(frozenset({"x"}), (), (one, other), {})
    }
    assert {("ab",), ("admin",), None} <= found


def test_what_takes_long_is_left_out_of_the_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(most: int) -> Steps:
        return Steps(most - most)

    monkeypatch.setattr(fillings, "Steps", none)
    rule = _rule("arn:aws:s3:::b/${x}/*", "arn:aws:s3:::b/admin/*")
    found = [filling.get("x") for filling, _ in known_fillings(rule.variables, (), (rule,), {})]
    assert found == [("jane",), None, ("joe",)]


def test_bytes_longer_than_all_are_none_of_them() -> None:
    values = find_values(
        "k",
        frozenset([no("BinaryEquals", "QUJD"), no("Null", "true")]),
        kind_of(no("BinaryEquals", "QUJD")),
    )
    assert values is not None
    assert len(base64.b64decode(values[0])) == 4


def test_a_spare_character_is_spelled_in_many_ways() -> None:
    assert list(spelled_out("\ue0f0\ue0f1")) == ["*?"]
    assert next(spelled_out("x\ue0f5")) == "xa"
    assert WORDS < LAST_WORD
