"""Policy variables: what they are filled in with, and that a value never becomes a pattern."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.iam.operators import OPERATORS, Family
from rolewright.iam.patterns import matcher, resource_pattern
from rolewright.iam.values import COMPARISONS
from rolewright.iam.variables import (
    WITH_VARIABLES,
    Unresolved,
    has_default,
    has_escapes,
    has_variables,
    keys_in,
    marked,
    may_resolve,
    resolve,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.iam.operators import Operator

CASES = json.loads(
    (Path(__file__).parent.parent / "cases" / "iam" / "variables.json").read_text(encoding="utf-8")
)
signs = st.text(st.sampled_from("ab*?$:/{}' ,"), max_size=8)
pieces = st.sampled_from(["a", "b", "*", "?", "$", "{", "}", "${", "'", ",", " ", "k", "${k", "'}"])
texts = st.lists(pieces, max_size=12).map("".join)


def _context(context: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key.lower(): tuple(values) for key, values in context.items()}


def _missing(
    text: str, context: Mapping[str, tuple[str, ...]], operator: Operator | None
) -> str | None:
    """Return the variable that has nothing to stand for, if there is one."""
    try:
        resolve(text, context, WITH_VARIABLES, operator)
    except Unresolved as missing:
        return str(missing)
    return None


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{case.get('operator', '')} {case['text']!a}" for case in CASES]
)
def test_a_variable_is_filled_in_as_aws_documents(case: dict[str, Any]) -> None:
    context = _context(case["context"])
    version = case.get("version", WITH_VARIABLES)
    operator = OPERATORS.get(case.get("operator", "").lower())
    if "unresolved" in case:
        with pytest.raises(Unresolved) as caught:
            resolve(case["text"], context, version, operator)
        assert str(caught.value) == case["unresolved"], case["why"]
        return
    value = resolve(case["text"], context, version, operator)

    def stands_for(text: str) -> bool:
        if operator is not None:
            return COMPARISONS[operator.family](operator, value, marked(value, text)) is True
        pattern = resource_pattern(value)
        return pattern is not None and matcher(pattern)(marked(pattern, text))

    assert [text for text in case["stands for"] if not stands_for(text)] == [], case["why"]
    assert [text for text in case["not for"] if stands_for(text)] == [], case["why"]


@given(signs, signs, signs)
def test_a_value_stands_for_itself_only(value: str, other: str, before: str) -> None:
    """Whatever signs a value has, a resource that is a variable stands for that value alone."""
    resolved = resolve("x/${k}", {"k": (value,)}, WITH_VARIABLES, None)
    test = matcher(resolved)
    assert test(marked(resolved, f"x/{value}"))
    assert test(marked(resolved, f"x/{other}")) is (value == other)
    assert test(marked(resolved, f"{before}/{value}")) is (before == "x")


@given(signs, signs)
def test_an_equal_string_is_equal_with_variables_too(value: str, other: str) -> None:
    """StringEquals compares the value with whatever stands around it."""
    operator = OPERATORS["stringequals"]
    resolved = resolve("*${k}?", {"k": (value,)}, WITH_VARIABLES, operator)
    assert resolved == f"*{value}?"
    assert not has_escapes(resolved)
    assert COMPARISONS[Family.STRING](operator, resolved, f"*{other}?") is (value == other)


@given(texts, st.dictionaries(st.just("k"), st.lists(signs, max_size=2).map(tuple)))
def test_any_text_resolves_or_is_unresolved(text: str, context: dict[str, tuple[str, ...]]) -> None:
    """What resolves needs only the keys that the text is said to have."""
    for operator in (None, OPERATORS["stringlike"], OPERATORS["stringequals"]):
        missing = _missing(text, context, operator)
        assert missing is None or missing.lower() in keys_in(text)
    assert resolve(text, context, "2008-10-17", None) == text


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", set[str]()),
        ("${*}${?}${$}", set[str]()),
        (
            "a/${aws:UserName}/${aws:PrincipalTag/My Team, 'x'}",
            {"aws:username", "aws:principaltag/my team"},
        ),
        ("${ a }${a}${A , ''}", {"a"}),
        ("${a", set[str]()),
    ],
)
def test_the_keys_of_a_text(text: str, keys: set[str]) -> None:
    assert keys_in(text) == keys
    assert has_variables(text) is ("${" in text)
    assert has_default(text) is ("'" in text)


def test_what_may_resolve() -> None:
    assert may_resolve("${a}", WITH_VARIABLES, None)
    assert not may_resolve("a", WITH_VARIABLES, None)
    assert not may_resolve("${a}", "2008-10-17", None)
    with_variables = {
        operator.family
        for operator in OPERATORS.values()
        if may_resolve("${a}", WITH_VARIABLES, operator)
    }
    assert with_variables == {Family.STRING, Family.ARN}


@pytest.mark.parametrize(
    "text",
    [
        "${" + " " * 50_000 + "}",
        "${a" + " " * 50_000 + "b}",
        "${" * 50_000,
        "${a, '" * 50_000,
        "${" + " ,'" * 50_000 + "}",
        "${" + "a " * 50_000 + ",",
        "${a}" * 50_000,
    ],
    ids=lambda text: text[:8],
)
def test_long_texts_are_read_once(text: str) -> None:
    missing = _missing(text, {"a": ("x",)}, None)
    assert missing is None or missing.lower() in keys_in(text)
