"""The one matcher and the questions about patterns, against every short text there is."""

from __future__ import annotations

import itertools
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.iam import (
    Undecided,
    contains,
    covers,
    difference,
    matches,
    overlaps,
    patterns,
    resource_pattern,
)
from rolewright.iam.automata import (
    ANY_IN_SEGMENT,
    EITHER_CASE,
    ONE_IN_SEGMENT,
    Automaton,
    side_by_side,
)
from rolewright.iam.patterns import matcher

CASES = json.loads((Path(__file__).parent.parent / "cases" / "iam" / "resources.json").read_text())
SIGNS = {"*": ".*", "?": ".", ANY_IN_SEGMENT: "[^:]*", ONE_IN_SEGMENT: "[^:]"}

# `z` stands for all characters that no pattern here has.
TEXTS = tuple(
    "".join(chars) for length in range(6) for chars in itertools.product("ab:z", repeat=length)
)
short = st.text(st.sampled_from(["a", "b", ":", *SIGNS]), max_size=5)
plain = st.text(st.sampled_from("ab:*?"), max_size=6)
odd = st.text(st.sampled_from("aAbBß[]\\.^$+(){}|\n*?:\u0130\U0001f600"), max_size=8)


@lru_cache(maxsize=4096)
def _translated(pattern: str) -> re.Pattern[str]:
    """Return the pattern as a regular expression, sign by sign."""
    return re.compile("".join(SIGNS.get(sign, re.escape(sign)) for sign in pattern), re.DOTALL)


def _stands_for(pattern: str, text: str) -> bool:
    return _translated(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _language(pattern: str) -> frozenset[str]:
    """Return every short text that the pattern stands for."""
    return frozenset(text for text in TEXTS if _stands_for(pattern, text))


@given(short)
def test_a_pattern_matches_what_its_translation_does(pattern: str) -> None:
    test = matcher(pattern)
    assert {text for text in TEXTS if test(text)} == _language(pattern)


@given(odd, odd)
def test_only_the_wildcards_are_special(pattern: str, text: str) -> None:
    """Brackets, backslashes and other signs of other matchers are literal."""
    assert matches(pattern, text) is _stands_for(pattern, text)
    assert matches(pattern.replace("*", "").replace("?", ""), text) is (
        pattern.replace("*", "").replace("?", "") == text
    )


@given(odd, odd)
def test_case_matters_unless_it_is_ignored(pattern: str, text: str) -> None:
    assert matches(pattern, text, ignore_case=True) is matches(pattern.lower(), text.lower())
    literal = text.replace("*", "").replace("?", "")
    assert matches(literal.swapcase(), literal) is (literal.swapcase() == literal)


@given(st.lists(plain, max_size=3), st.text(st.sampled_from("abAB:"), max_size=5))
def test_patterns_side_by_side_accept_what_some_of_them_do(several: list[str], text: str) -> None:
    assert side_by_side(tuple(several)).accepts(text) is any(
        _stands_for(pattern, text) for pattern in several
    )
    either = tuple(re.sub("([ab])", f"{EITHER_CASE}\\1", pattern) for pattern in several)
    assert side_by_side(either).accepts(text) is any(
        _stands_for(pattern, text.lower()) for pattern in several
    )


@given(short, short)
def test_patterns_overlap_where_a_text_is_of_both(one: str, other: str) -> None:
    """overlaps(p, q) if and only if there is a text that both stand for."""
    # A text that both stand for need not be longer than both together.
    one, other = one[:3], other[:2]
    assert overlaps(one, other) is bool(_language(one) & _language(other))
    assert overlaps(other, one) is overlaps(one, other)


@given(short, short)
def test_every_pattern_overlaps_what_it_is_filled_in_to(pattern: str, other: str) -> None:
    filled = pattern.replace("*", other).replace("?", "b").replace(ONE_IN_SEGMENT, "z")
    assert overlaps(pattern, filled.replace(ANY_IN_SEGMENT, ""))
    assert overlaps(filled.replace(ANY_IN_SEGMENT, ""), pattern)


@given(short, short)
def test_a_difference_is_a_text_of_the_one_only(pattern: str, other: str) -> None:
    """Where there is none, no short text is of the one only: nothing is missed."""
    found = difference(pattern, other)
    if found is None:
        assert _language(pattern) <= _language(other)
    else:
        assert _stands_for(pattern, found)
        assert not _stands_for(other, found)
    assert contains(other, pattern) is (found is None)


@given(st.lists(short, max_size=3), short)
def test_patterns_cover_another_where_no_text_is_left_out(outers: list[str], inner: str) -> None:
    covered = frozenset[str]().union(*map(_language, outers))
    if covers(outers, inner):
        assert _language(inner) <= covered
    else:
        # Only the long texts of a pattern may be missing from those that are short.
        left_out = _language(inner) - covered
        assert left_out or all(difference(inner, outer) is not None for outer in outers)


@pytest.mark.parametrize(
    ("outers", "inner", "expected"),
    [
        ((), "", False),
        ((), "a", False),
        (("",), "", True),
        (("*",), "", True),
        (("?", "??", "", "???*"), "*", True),
        (("?", "??", "???*"), "*", False),
        (("?*", ""), "*", True),
        (("a*", "*a"), "a", True),
        (("a*b", "a*c"), "a*", False),
        (("s3:Get*", "s3:Put*"), "s3:?et*", False),
        ((ANY_IN_SEGMENT, "*:*"), "*", True),
        ((ANY_IN_SEGMENT, "*:"), "*", False),
        ((ONE_IN_SEGMENT, ":"), "?", True),
        ((ONE_IN_SEGMENT,), "?", False),
        (("?",), ONE_IN_SEGMENT, True),
        (("a" + ANY_IN_SEGMENT,), "a*", False),
        ((f"{ANY_IN_SEGMENT}:{ANY_IN_SEGMENT}",), ":", True),
    ],
)
def test_cover(outers: tuple[str, ...], inner: str, expected: bool) -> None:  # noqa: FBT001  # a column
    assert covers(outers, inner) is expected


def test_a_counterexample_has_a_character_that_no_pattern_has() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    assert difference("*", "a*") == "b"
    assert difference("?", "a") == "b"
    found = [*letters, *map(chr, range(0xE100, 0xE180))]
    outers = tuple(found)
    assert not covers(outers, "?")
    assert covers((*outers, "?"), "?")


@given(plain, plain)
def test_relations_of_patterns_hold(one: str, other: str) -> None:
    """Containing is reflexive and goes with overlapping; a star contains all."""
    assert contains(one, one)
    assert contains("*", one)
    assert contains(f"{one}*", one)
    assert overlaps(one, other) or not contains(one, other)


# What a Resource stands for.


@pytest.mark.parametrize("case", CASES, ids=[f"{case['resource']} {case['arn']}" for case in CASES])
def test_a_resource_is_a_pattern_as_aws_documents(case: dict[str, Any]) -> None:
    pattern = resource_pattern(case["resource"])
    found = pattern is not None and matches(pattern, case["arn"])
    assert found is case["matches"], case["why"]


@given(st.lists(plain, max_size=7).map(":".join), plain)
def test_a_resource_stands_for_no_more_than_its_plain_pattern(rest: str, text: str) -> None:
    """Segments only ever narrow a pattern, and what has no wildcard is itself."""
    resource = f"arn:{rest}"
    pattern = resource_pattern(resource)
    if pattern is None:
        assert re.search(r"[*?]", resource.split(":")[2])
    else:
        assert contains(resource, pattern)
        assert matches(pattern, resource) or re.search(r"[*?]", resource)
    assert resource_pattern(text) == text


# However a pattern is made, no question takes long: steps are counted, not seconds.


class _Counted(str):
    """A text that counts how often it is searched."""

    __slots__ = ("searches",)
    searches: int

    def find(
        self, sub: str, start: SupportsIndex | None = None, end: SupportsIndex | None = None, /
    ) -> int:
        self.searches += 1
        return super().find(sub, start, end)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the characters that automata have read."""
    read: list[str] = []
    step = Automaton.step

    def counted(self: Automaton, states: int, char: str) -> int:
        read.append(char)
        return step(self, states, char)

    monkeypatch.setattr(Automaton, "step", counted)
    return read


@pytest.mark.parametrize("stars", [10, 1_000])
def test_a_text_is_searched_once_for_each_run(stars: int) -> None:
    text = _Counted("a" * 10_000)
    text.searches = 0
    assert not matches("a*" * stars + "b", text)
    assert text.searches == 0
    assert not matches("a*" * stars + "b*a", text)
    assert text.searches == stars
    text.searches = 0
    assert matches("a*" * stars + "a", text)
    assert text.searches == stars - 1


@pytest.mark.parametrize(
    "pattern",
    [
        "a*?" * 500 + "b",
        "?*" * 500 + "b",
        f"a{ANY_IN_SEGMENT}" * 500 + "b",
        f"{ANY_IN_SEGMENT}{ONE_IN_SEGMENT}" * 500 + "b",
        ANY_IN_SEGMENT * 5_000 + "b",
        f"*{ANY_IN_SEGMENT}?" * 500 + "b",
        "*" + "a" * 500 + "?" + "a" * 500 + "b*",
    ],
    ids=lambda pattern: f"{pattern[:3]!a}",
)
def test_an_automaton_reads_each_character_once(pattern: str, steps: list[str]) -> None:
    assert not matches(pattern, "a" * 10_000)
    assert len(steps) <= 10_000
    assert matches(pattern, "a" * 10_000 + "b") is (pattern[-1] == "b") or "a?a" in pattern


@pytest.mark.parametrize("unit", ["a*", "*?", f"a{ANY_IN_SEGMENT}", f"{ANY_IN_SEGMENT}:", "?*a"])
def test_overlaps_of_long_patterns_are_decided(unit: str) -> None:
    assert overlaps(unit * 3_000, unit * 3_000)
    assert not overlaps(unit * 3_000 + "b", unit * 3_000 + "c")
    assert overlaps(unit * 3_000, "*")


def test_runs_of_stars_are_one() -> None:
    assert contains("a*b", "a" + "*" * 5_000 + "b")
    assert contains("a" + f"*{ANY_IN_SEGMENT}" * 5_000 + "b", "a*b")
    assert contains(f"a{ANY_IN_SEGMENT}b", "a" + ANY_IN_SEGMENT * 5_000 + "b")


def test_a_question_that_is_too_big_is_undecided() -> None:
    # Whether an `a` stood any number of characters ago has to be kept for each number apart.
    outer, inner = "*a" + "?" * 40 + "*", "*" + "a*" * 80
    with pytest.raises(Undecided, match="takes too many steps"):
        contains(outer, inner)
    with pytest.raises(Undecided):
        covers([outer], inner)
    with pytest.raises(Undecided):
        difference(inner, outer)


def test_the_limit_is_on_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MOST_STATES", 3)
    with pytest.raises(Undecided):
        difference("a*b*c", "*x*y*z*")
