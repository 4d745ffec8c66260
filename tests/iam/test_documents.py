"""Policy documents: what is one, what is said of what is none, and text to model and back."""

from __future__ import annotations

import json
from collections import UserDict, UserList
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.iam import (
    Condition,
    Effect,
    InvalidDocument,
    PolicyDocument,
    Principal,
    Statement,
    document_size,
    parse_document,
    render_document,
)
from rolewright.iam.documents import PRINCIPAL_KINDS, VERSIONS
from rolewright.iam.operators import OPERATORS, is_operator
from rolewright.reference import managed_policy, managed_policy_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis.strategies import SearchStrategy

CASES = Path(__file__).parent.parent / "cases" / "iam" / "documents"
ALLOW = '"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"'
MANAGED = [
    policy.text for name in managed_policy_names() if (policy := managed_policy(name)) is not None
]

text = st.text(
    st.characters(
        exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(0xE0F0, 0xE100)))
    )
)
texts = st.lists(text, min_size=1, max_size=3).map(tuple)
operators = st.sampled_from(
    [
        spelled
        for operator in OPERATORS.values()
        for prefix in ("", "ForAnyValue:", "ForAllValues:")
        for suffix in ("", "IfExists")
        for spelled in (f"{prefix}{operator.name}{suffix}",)
        if is_operator(spelled)
    ]
)


def _cases(name: str) -> list[Any]:
    cases = json.loads((CASES / f"{name}.json").read_text())
    return [pytest.param(case, id=case["name"]) for case in cases]


@st.composite
def _conditions(draw: st.DrawFn) -> tuple[Condition, ...]:
    blocks = draw(
        st.dictionaries(
            operators,
            st.dictionaries(text, st.lists(text, max_size=3).map(tuple), min_size=1, max_size=2),
            max_size=2,
        )
    )
    return tuple(
        Condition(operator=operator, key=key, values=values)
        for operator, keys in blocks.items()
        for key, values in keys.items()
    )


everyone = st.just((Principal(kind="*", value="*"),))
named_principals = st.dictionaries(st.sampled_from(PRINCIPAL_KINDS), texts, min_size=1).map(
    lambda kinds: tuple(
        Principal(kind=kind, value=value) for kind, values in kinds.items() for value in values
    )
)


def _one_of_two(draw: st.DrawFn, values: SearchStrategy[Any], *, needed: bool) -> tuple[Any, Any]:
    chosen = draw(values if needed else st.none() | values)
    return (chosen, None) if draw(st.booleans()) else (None, chosen)


@st.composite
def _statements(draw: st.DrawFn) -> Statement:
    principals = _one_of_two(draw, everyone | named_principals, needed=False)
    actions = _one_of_two(draw, texts, needed=True)
    resources = _one_of_two(draw, texts, needed=principals == (None, None))
    return Statement(
        index=0,
        sid=draw(st.none() | text),
        effect=draw(st.sampled_from(Effect)),
        principals=principals[0],
        not_principals=principals[1],
        actions=actions[0],
        not_actions=actions[1],
        resources=resources[0],
        not_resources=resources[1],
        conditions=draw(_conditions()),
    )


def _numbered(version: str, identifier: str | None, made: list[Statement]) -> PolicyDocument:
    return PolicyDocument(
        version=version,
        id=identifier,
        statements=tuple(replace(statement, index=index) for index, statement in enumerate(made)),
    )


documents = st.builds(
    _numbered,
    st.sampled_from(VERSIONS),
    st.none() | text,
    st.lists(_statements(), min_size=1, max_size=3),
)


@pytest.mark.parametrize("case", _cases("invalid"))
def test_what_is_no_document_is_said_with_its_place(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse_document("\n".join(case["text"]))
    assert str(caught.value).split("\n") == case["says"], case["why"]
    assert caught.value.path == case["path"]


@pytest.mark.parametrize("case", _cases("valid"))
def test_what_aws_takes_is_a_document(case: dict[str, Any]) -> None:
    document = parse_document("\n".join(case["text"]))
    assert render_document(document) == case["rendered"], case["why"]
    assert parse_document(case["rendered"]) == document


@pytest.mark.parametrize("case", _cases("sizes"))
def test_the_size_is_what_iam_counts(case: dict[str, Any]) -> None:
    assert document_size(case["text"]) == case["size"], case["why"]


def test_the_model_has_every_element() -> None:
    source = {
        "Version": "2012-10-17",
        "Id": "an-id",
        "Statement": [
            {
                "Sid": "Trust",
                "Effect": "Allow",
                "Principal": {"AWS": ["a", "b"], "Service": "c"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"d": True}, "NumericEquals": {"e": [1, "2"], "f": 1.5}},
            },
            {
                "Effect": "Deny",
                "NotPrincipal": "*",
                "NotAction": ["g"],
                "NotResource": ["h", "i"],
            },
        ],
    }
    trust = Statement(
        index=0,
        sid="Trust",
        effect=Effect.ALLOW,
        principals=(
            Principal(kind="AWS", value="a"),
            Principal(kind="AWS", value="b"),
            Principal(kind="Service", value="c"),
        ),
        not_principals=None,
        actions=("sts:AssumeRole",),
        not_actions=None,
        resources=None,
        not_resources=None,
        conditions=(
            Condition(operator="Bool", key="d", values=("true",)),
            Condition(operator="NumericEquals", key="e", values=("1", "2")),
            Condition(operator="NumericEquals", key="f", values=("1.5",)),
        ),
    )
    deny = Statement(
        index=1,
        sid=None,
        effect=Effect.DENY,
        principals=None,
        not_principals=(Principal(kind="*", value="*"),),
        actions=None,
        not_actions=("g",),
        resources=None,
        not_resources=("h", "i"),
        conditions=(),
    )
    expected = PolicyDocument(version="2012-10-17", id="an-id", statements=(trust, deny))
    assert parse_document(source) == expected
    assert parse_document(json.dumps(source)) == expected


def test_other_mappings_and_sequences_are_as_good_as_dicts_and_lists() -> None:
    statement = UserDict({"Effect": "Allow", "Action": ("a", "b"), "Resource": UserList("c")})
    document = parse_document(UserDict({"Statement": (statement,)}))
    assert document.statements[0].actions == ("a", "b")
    assert document.statements[0].resources == ("c",)


@given(documents)
def test_a_rendered_document_parses_to_itself(document: PolicyDocument) -> None:
    """parse(render(d)) == d, and rendering is canonical: the same bytes again."""
    rendered = render_document(document)
    assert parse_document(rendered) == document
    assert render_document(parse_document(rendered)) == rendered
    assert document_size(rendered) == len(rendered)


@given(documents, st.sampled_from([None, 0, 1, "\t"]))
def test_white_space_does_not_count(document: PolicyDocument, indent: int | str | None) -> None:
    rendered = render_document(document)
    spaced = json.dumps(json.loads(rendered), indent=indent, ensure_ascii=False)
    compact = json.dumps(json.loads(rendered), separators=(",", ":"), ensure_ascii=False)
    assert document_size(spaced) == len(compact)


def test_every_managed_policy_parses_and_renders_to_itself() -> None:
    assert len(MANAGED) > 1_000
    for source in MANAGED:
        document = parse_document(source)
        rendered = render_document(document)
        assert parse_document(rendered) == document
        assert render_document(parse_document(rendered)) == rendered
        assert parse_document(json.loads(source)) == document


def test_a_statement_that_no_text_can_hold_is_not_rendered() -> None:
    one = Condition(operator="StringLike", key="a", values=("x*",))
    other = Condition(operator="StringLike", key="a", values=("*y",))
    made = parse_document(f'{{"Statement": {{{ALLOW}}}}}').statements[0]
    statement = replace(made, conditions=(one, other))
    document = PolicyDocument(version="2012-10-17", id=None, statements=(statement,))
    with pytest.raises(ValueError, match=r"`StringLike` on `a` twice"):
        render_document(document)


# Whatever is given, it is a document or an InvalidDocument that can be printed.


def _parse(source: Any) -> PolicyDocument | None:
    try:
        document = parse_document(source)
    except InvalidDocument as error:
        str(error).encode()
        return None
    assert parse_document(render_document(document)) == document
    return document


any_scalar = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["*", "Allow", "2012-10-17", "\ud800", "\ue0f0", "\0", 10**300])
)
odd_scalar = any_scalar | st.binary() | st.complex_numbers() | st.decimals() | st.just(object())
elements = st.sampled_from(
    [
        *("Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action"),
        *("NotAction", "Resource", "NotResource", "Condition", "AWS", "Service", "StringLike"),
        *("Bool", "aws:username"),
    ]
)


def _nested(scalars: SearchStrategy[Any], keys: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.lists(inner, max_size=3).map(tuple)
            | st.dictionaries(keys, inner, max_size=4)
        ),
        max_leaves=12,
    )


def _near(values: SearchStrategy[Any]) -> SearchStrategy[Mapping[Any, Any]]:
    """Return mappings that are documents but for the odd value."""
    principal = st.fixed_dictionaries({}, optional={"AWS": values, "Service": values, "": values})
    statement = st.fixed_dictionaries(
        {"Effect": st.just("Allow"), "Action": st.just("a") | values},
        optional={
            "Sid": values,
            "Principal": principal | values,
            "NotPrincipal": principal,
            "Resource": st.just("*") | values,
            "NotResource": values,
            "Condition": st.dictionaries(
                st.sampled_from(["StringLike", "bool"]) | values.filter(_is_hashable),
                st.dictionaries(values.filter(_is_hashable), values, max_size=2) | values,
                max_size=2,
            ),
        },
    )
    return st.fixed_dictionaries(
        {"Statement": statement | st.lists(statement, max_size=2) | values},
        optional={"Version": values, "Id": values},
    )


def _is_hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


@given(_nested(any_scalar, elements | st.text()).map(json.dumps))
def test_any_json_is_a_document_or_invalid(source: str) -> None:
    _parse(source)


@given(_near(_nested(any_scalar, elements)).map(partial(json.dumps, skipkeys=True)))
def test_json_that_is_nearly_a_document_is_one_or_invalid(source: str) -> None:
    _parse(source)


@given(_nested(odd_scalar, elements | odd_scalar.filter(_is_hashable)))
def test_any_object_is_a_document_or_invalid(source: Any) -> None:
    if not isinstance(source, str):
        _parse(source)


@given(_near(_nested(odd_scalar, elements | odd_scalar.filter(_is_hashable))))
def test_a_mapping_that_is_nearly_a_document_is_one_or_invalid(source: Any) -> None:
    _parse(source)


@given(st.text() | st.text(st.sampled_from('{}[]":, \n\\uae0truefalsnNIity-.')))
def test_any_text_is_a_document_or_invalid(source: str) -> None:
    _parse(source)


@given(
    st.sampled_from(MANAGED[::40]),
    st.lists(
        st.tuples(st.integers(0), st.integers(0, 12), st.text(max_size=3) | elements), max_size=4
    ),
)
def test_a_mutated_policy_is_a_document_or_invalid(
    source: str, cuts: list[tuple[int, int, str]]
) -> None:
    for at, length, put in cuts:
        place = at % (len(source) + 1)
        source = source[:place] + put + source[place + length :]
    _parse(source)


DEEP = 100_000
HUGE = 10**5_000
ALLOWING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("[" * DEEP, "not a policy document: nested too deep"),
        ('{"Statement":' * DEEP, "not a policy document: nested too deep"),
        ("[" * DEEP + "]" * DEEP, "not a policy document: nested too deep"),
        (f'{{"Version":{"[" * 400}{"]" * 400}}}', "Version: must be a string"),
        (f'{{"Statement":{"[" * 400}{"]" * 400}}}', "Statement[0]: must be an object"),
        (f'{{"Statement":{"7" * 10_000}}}', "not JSON: a number has 10000 digits"),
        (f'{{"Statement":{"7" * 1_000}}}', "Statement: must be an object"),
        (f'{{"Statement":0.{"7" * 10_000}}}', "Statement: must be an object"),
        (f'{{"Statement":{json.dumps([1] * 100_000)}}}', "Statement[0]: must be an object"),
        (f'{{"{"x" * 1_000_000}":1}}', "is not an element of a policy"),
        (" " * 1_000_000, "not JSON: expecting value"),
        ('"' + '\\"' * 500_000, "not JSON: unterminated string"),
        (json.dumps({str(i): i for i in range(100_000)})[:-1] + ',"1":1}', "1: the key `1` stands"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_the_absurd_is_invalid(source: str, says: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse_document(source)
    assert says in str(caught.value)


def test_a_large_document_is_one() -> None:
    actions = [f"s3:Action{number}" for number in range(100_000)]
    source: Any = {"Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}}
    assert parse_document(json.dumps(source)).statements[0].actions == tuple(actions)
    source["Statement"]["Action"] = [*actions, 1]
    with pytest.raises(InvalidDocument, match=r"^Statement\[0\]\.Action\[100000\]: must be a str"):
        parse_document(json.dumps(source))
    conditions = {"StringEquals": {f"k{number}": number for number in range(100_000)}}
    made = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": conditions}
    assert len(parse_document({"Statement": [made]}).statements[0].conditions) == 100_000
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert len(parse_document({"Statement": [statement] * 100_000}).statements) == 100_000


def test_a_deep_object_is_invalid() -> None:
    deep: Any = []
    for _ in range(DEEP):
        deep = [deep]
    for source in ({"Version": deep}, {"Statement": deep}, {"Statement": [{"Effect": deep}]}):
        assert _parse(source) is None


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"Version": HUGE}, "Version: must be a string; use `2012-10-17`"),
        ({"Statement": HUGE}, "Statement: must be an object or a list of objects"),
        ({HUGE: 1}, "has a key that is not a string"),
        ({"Statement": {HUGE: 1}}, "Statement[0]: has a key that is not a string"),
        ({"Statement": {**ALLOWING, "Principal": {HUGE: 1}}}, ".Principal: has a key that is"),
        ({"Statement": {**ALLOWING, "Condition": {HUGE: 1}}}, ".Condition: has a key that is"),
        ({"Statement": {**ALLOWING, "Condition": {"Bool": {HUGE: 1}}}}, ".Bool: has a key that is"),
        ({"Statement": {**ALLOWING, "Condition": {"Bool": {"a": HUGE}}}}, ".a: is no number that"),
        ({"Statement": {**ALLOWING, "Condition": {"Bool": {"a": [-HUGE]}}}}, ".a[0]: is no number"),
        ({"Statement": {**ALLOWING, "Condition": {"Bool": {"a": float("nan")}}}}, ".a: is no numb"),
        ({"Statement": {**ALLOWING, "Condition": {"Bool": {"a": float("inf")}}}}, ".a: is no numb"),
        ({"Statement": {**ALLOWING, "Condition": {"Bool": {"a": b"true"}}}}, "a number or a bool"),
        ({"Statement": {**ALLOWING, "Action": b"*"}}, "must be a string or a list of strings"),
        ({"Statement": b""}, "Statement: must be an object or a list of objects"),
        (b"{}", "not a policy document: it must be an object"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_only_an_object_can_hold_is_invalid(source: Any, says: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse_document(source)
    assert says in str(caught.value)


def test_the_size_of_absurd_texts_is_found() -> None:
    assert document_size('"' + '\\"' * 500_000) == 1_000_001
    assert document_size(" " * 1_000_000) == 0
    assert document_size('" ' * 1_000_001) == 1_500_002
    assert document_size("\\" * 1_000_000) == 1_000_000
