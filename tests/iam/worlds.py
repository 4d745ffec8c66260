"""Small worlds for the access algebra: documents made up of few words, and every request there is.

A world's requests stand for all that its documents can tell apart, so that trying each of them by
evaluation decides what access a document gives.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from rolewright.iam import Policies, PolicyDocument, Request, evaluate, parse_document

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACTION_PATTERNS = ("*", "s:*", "s:a", "s:b", "s:a*", "s:*b", "s:?", "S:A?", "s:a*b", "t:*")
_RESOURCE_PATTERNS = (
    "*",
    "arn:*",
    "arn:aws:s:::a",
    "arn:aws:s:::b",
    "arn:aws:s:::a*",
    "arn:aws:s:::*b",
    "arn:aws:s:::?",
    "arn:aws:s:*:*:a",
    "arn:aws:*:::a",
    "arn:aws:s:::${t}",
)
ACTIONS = ("s:a", "s:b", "s:c", "s:aa", "s:ab", "s:cb", "s:acb", "s:cc", "s:acc", "t:a", "u:c")
RESOURCES = (
    "*",
    "arn:aws:s:::a",
    "arn:aws:s:::b",
    "arn:aws:s:::c",
    "arn:aws:s:::ab",
    "arn:aws:s:::ac",
    "arn:aws:s:::cb",
    "arn:aws:s:::cc",
    "arn:aws:s::1:a",
    "arn:aws:s::1:c",
    "arn:aws:t:::a",
    "arn:aws:s::c:d:a",
    "arn:aws:s:::a:a",
    "arn:aws:s:::c:a",
)

_VALUES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # the family's operators, and values
    "k": (
        (
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "Null",
        ),
        ("a", "b", "a*", "*b", "A", "true", "false"),
    ),
    "n": (
        (
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ),
        ("1", "2", "3"),
    ),
    "d": (
        ("DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals"),
        ("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z"),
    ),
    "i": (
        ("IpAddress", "NotIpAddress"),
        ("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "10.0.0.1", "2001:db8::/32"),
    ),
    "f": (("Bool", "Null"), ("true", "false")),
    "r": (
        ("ArnLike", "ArnNotLike", "ArnEquals", "StringLike"),
        ("arn:aws:s:::a", "arn:aws:s:::*", "arn:aws:s:*:*:a", "*"),
    ),
    "m": (("StringEquals", "StringNotEquals", "StringLike"), ("a", "b", "a*")),
}
CONTEXTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "k": (
        (),
        ("a",),
        ("A",),
        ("b",),
        ("ab",),
        ("ac",),
        ("cb",),
        ("c",),
        ("B",),
        ("true",),
        ("TRUE",),
        ("false",),
        ("False",),
    ),
    "n": tuple((value,) if value else () for value in ("", "0", "1", "1.5", "2", "2.5", "3", "4")),
    "d": tuple(
        (value,) if value else ()
        for value in ("", "2029-01-01", "2030-01-01", "2030-06-01", "2031-01-01", "2032-01-01")
    ),
    "i": tuple(
        (value,) if value else ()
        for value in ("", "10.0.0.1", "10.0.0.2", "10.200.0.1", "11.0.0.1", "2001:db8::1", "::1")
    ),
    "f": ((), ("true",), ("false",)),
    "r": tuple(
        (value,) if value else ()
        for value in (
            "",
            "arn:aws:s:::a",
            "arn:aws:s:::c",
            "arn:aws:s:r:1:a",
            "arn:aws:s:r:1:c",
            "arn:aws:s::::a",
            "arn:aws:s:r:1:c:a",
            "arn:aws:t:::a",
        )
    ),
    "m": (
        (),
        *((value,) for value in ("a", "b", "ab", "c")),
        *(("a", other) for other in ("b", "ab", "c")),
        *(("b", other) for other in ("ab", "c")),
        ("ab", "c"),
        ("a", "b", "c"),
        ("a", "ab", "b"),
        ("ab", "ac"),
        ("c", "d"),
    ),
    "t": ((), *((value,) for value in ("a", "b", "c", "ab", "ac", "cb", "cc"))),
}
KEYS = tuple(_VALUES)


@st.composite
def conditions(draw: st.DrawFn, key: str, *, variables: bool = False) -> dict[str, Any]:
    """Draw a condition block on one key, with variables for `t` among the values."""
    operators, values = _VALUES[key]
    if variables:
        values = (*values, "${t}", "a${t}", "${t}*", "*${t}", "${t, 'b'}")
    operator = draw(st.sampled_from(operators))
    if operator == "Null":
        return {"Null": {key: draw(st.sampled_from(("true", "false")))}}
    prefix = draw(st.sampled_from(("ForAnyValue:", "ForAllValues:", ""))) if key == "m" else ""
    suffix = draw(st.sampled_from(("", "", "IfExists")))
    if operator.startswith("String") and not operator.endswith("Like"):
        values = tuple(value for value in values if "*" not in value)
    chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))
    return {f"{prefix}{operator}{suffix}": {key: chosen}}


@st.composite
def statements(draw: st.DrawFn, keys: tuple[str, ...], *, variables: bool) -> dict[str, Any]:
    """Draw a statement with conditions on some of the keys."""
    resources = _RESOURCE_PATTERNS if variables else _RESOURCE_PATTERNS[:-1]
    block: dict[str, Any] = {}
    for key in draw(st.lists(st.sampled_from(keys), max_size=2)) if keys else ():
        block.update(draw(conditions(key, variables=variables)))
    statement: dict[str, Any] = {
        "Effect": draw(st.sampled_from(("Allow", "Allow", "Deny"))),
        draw(st.sampled_from(("Action", "Action", "NotAction"))): draw(
            st.lists(st.sampled_from(_ACTION_PATTERNS), min_size=1, max_size=2)
        ),
        draw(st.sampled_from(("Resource", "Resource", "NotResource"))): draw(
            st.lists(st.sampled_from(resources), min_size=1, max_size=2)
        ),
    }
    if block:
        statement["Condition"] = block
    return statement


@st.composite
def documents(
    draw: st.DrawFn, keys: tuple[str, ...] = (), *, variables: bool = False
) -> PolicyDocument:
    """Draw a document with conditions on the keys, and variables for `t` in resources."""
    drawn = draw(st.lists(statements(keys, variables=variables), min_size=1, max_size=4))
    return parse_document({"Version": "2012-10-17", "Statement": drawn})


_ONE, _OTHER = "111122223333", "444455556666"
_PRINCIPALS: tuple[Any, ...] = (
    "*",
    {"AWS": "*"},
    {"AWS": _ONE},
    {"AWS": f"arn:aws:iam::{_ONE}:root"},
    {"AWS": f"arn:aws:iam::{_ONE}:role/x"},
    {"AWS": f"arn:aws:iam::{_ONE}:role/path/y"},
    {"AWS": f"arn:aws:iam::{_ONE}:user/ann"},
    {"AWS": f"arn:aws:sts::{_ONE}:assumed-role/x/one"},
    {"AWS": [_OTHER, f"arn:aws:iam::{_ONE}:role/x"]},
    {"AWS": [_ONE, f"arn:aws:iam::{_ONE}:role/x"]},
    {"Service": "a.amazonaws.com"},
    {"Service": ["a.amazonaws.com", "b.amazonaws.com"], "AWS": _OTHER},
    {"Federated": "accounts.google.com"},
)
CALLERS = (
    None,
    *(
        f"arn:aws:{rest}"
        for account in (_ONE, _OTHER, "777788889999")
        for rest in (
            f"iam::{account}:root",
            f"iam::{account}:role/x",
            f"iam::{account}:role/path/y",
            f"iam::{account}:role/z",
            f"iam::{account}:user/ann",
            f"iam::{account}:user/bob",
            f"sts::{account}:assumed-role/x/one",
            f"sts::{account}:assumed-role/x/two",
            f"sts::{account}:assumed-role/z/one",
            f"sts::{account}:federated-user/eve",
        )
    ),
    "a.amazonaws.com",
    "b.amazonaws.com",
    "c.amazonaws.com",
    "accounts.google.com",
    "www.amazon.com",
)


@st.composite
def trust_documents(draw: st.DrawFn) -> PolicyDocument:
    """Draw a document that names principals."""
    drawn = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "Effect": st.sampled_from(("Allow", "Allow", "Deny")),
                    "Action": st.sampled_from(("sts:AssumeRole", "sts:*", "sts:TagSession")),
                }
            ),
            min_size=1,
            max_size=3,
        )
    )
    for statement in drawn:
        element = draw(st.sampled_from(("Principal", "Principal", "NotPrincipal")))
        statement[element] = draw(st.sampled_from(_PRINCIPALS))
    return parse_document({"Version": "2012-10-17", "Statement": drawn})


def allowed_callers(policies: Policies) -> frozenset[tuple[Any, ...]]:
    """Return who may do what by a document that names principals, all of another account."""
    return frozenset(
        (caller, action)
        for caller in CALLERS
        for action in ("sts:AssumeRole", "sts:TagSession", "sts:GetCallerIdentity")
        if evaluate(
            Request(action=action, resource="*", principal=caller, resource_account="0" * 12),
            policies,
        ).allowed
    )


def contexts(keys: tuple[str, ...]) -> Iterator[dict[str, tuple[str, ...]]]:
    """Yield every context of a world with these keys."""
    for values in product(*(CONTEXTS[key] for key in keys)):
        yield {key: given for key, given in zip(keys, values, strict=True) if given}


def requests(keys: tuple[str, ...] = (), *, few: bool = False) -> Iterator[Request]:
    """Yield every request of a world with context keys; with `few`, some actions and resources."""
    actions, resources = (ACTIONS[:5:2], RESOURCES[:8]) if few else (ACTIONS, RESOURCES)
    for action, resource in product(actions, resources):
        for context in contexts(keys):
            yield Request(action=action, resource=resource, context=context)


def allowed(
    policies: Policies, keys: tuple[str, ...] = (), *, few: bool = False
) -> frozenset[tuple[Any, ...]]:
    """Return every request of a world that policies allow."""
    return frozenset(
        (request.action, request.resource, tuple(request.context.items()))
        for request in requests(keys, few=few)
        if evaluate(request, policies).allowed
    )
