"""What a role really may do: never less than evaluation allows, and no more where it can be told."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rolewright.iam import Condition, Policies, Request, evaluate
from rolewright.reference import action_set
from rolewright.roles import (
    AttachedPolicy,
    Effective,
    Grant,
    PolicyKind,
    Role,
    Uncheckable,
    accepts,
    access_beyond,
    read_document,
)

ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "iam:PassRole")
RESOURCES = (
    "arn:aws:s3:::a",
    "arn:aws:s3:::a/k",
    "arn:aws:s3:::b/k",
    "arn:aws:iam::123456789012:role/a",
)
CONTEXTS: tuple[dict[str, tuple[str, ...]], ...] = (
    {},
    {"aws:RequestTag/t": ("x",)},
    {"aws:RequestTag/t": ("y",)},
    {"aws:username": ("a",)},
    {"aws:username": ("a",), "aws:RequestTag/t": ("x",)},
)


def _policy(statements: Any, kind: PolicyKind = PolicyKind.INLINE) -> AttachedPolicy:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return AttachedPolicy(name="p", kind=kind, document=read_document(text), urn="urn:p")


def _allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def _deny(action: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, **more}


def _grants(*statements: Any, boundary: Any = None) -> tuple[Grant, ...]:
    bound = None if boundary is None else _policy(boundary, PolicyKind.BOUNDARY)
    return _all_of(Effective([_policy(list(statements))], bound))


def _all_of(effective: Effective) -> tuple[Grant, ...]:
    return tuple(grant for _, _, grants in effective.by_statement for grant in grants)


@st.composite
def _statements(draw: st.DrawFn, effects: tuple[str, ...] = ("Allow", "Deny")) -> dict[str, Any]:
    actions = draw(st.lists(st.sampled_from(("*", "s3:*", "s3:Get*", *ACTIONS)), min_size=1))
    resources = draw(
        st.lists(
            st.sampled_from(
                (
                    "*",
                    "arn:aws:s3:::a*",
                    "arn:aws:s3:::${aws:username}/*",
                    "arn:aws:s3:::a/*",
                    *RESOURCES,
                )
            ),
            min_size=1,
        )
    )
    statement: dict[str, Any] = {
        "Effect": draw(st.sampled_from(effects)),
        draw(st.sampled_from(("Action", "Action", "NotAction"))): actions,
        draw(st.sampled_from(("Resource", "Resource", "NotResource"))): resources,
    }
    condition = draw(
        st.sampled_from(
            (
                None,
                None,
                {"StringEquals": {"aws:RequestTag/t": "x"}},
                {"StringNotEquals": {"aws:RequestTag/t": "x"}},
                {"StringEquals": {"aws:RequestTag/t": "${aws:username}"}},
                {"Null": {"aws:RequestTag/t": "true"}},
            )
        )
    )
    return statement if condition is None else {**statement, "Condition": condition}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(_statements(), min_size=1, max_size=4),
    st.none() | st.lists(_statements(), min_size=1, max_size=2),
)
def test_whatever_is_allowed_is_in_some_grant(
    statements: list[dict[str, Any]], boundary: list[dict[str, Any]] | None
) -> None:
    identity = _policy(statements)
    bound = None if boundary is None else _policy(boundary, PolicyKind.BOUNDARY)
    effective = Effective([identity], bound)
    policies = Policies(
        identity=(identity.document,),  # type: ignore[arg-type]
        boundary=None if bound is None else (bound.document,),  # type: ignore[arg-type]
    )
    for action, resource, context in product(ACTIONS, RESOURCES, CONTEXTS):
        request = Request(
            principal="arn:aws:iam::123456789012:role/r",
            action=action,
            resource=resource,
            context=context,
        )
        if evaluate(request, policies).allowed:
            assert any(
                grant.actions & action_set(action)
                and grant.reaches(resource)
                and grant.may_hold(*(_is(key, values[0]) for key, values in context.items()))
                for grant in _all_of(effective)
            )


def _is(key: str, value: str) -> Condition:
    return Condition(operator="StringEquals", key=key, values=(value,))


def _left(grants: tuple[Grant, ...], action: str) -> list[tuple[str, ...]]:
    return [grant.resources for grant in grants if grant.actions & action_set(action)]


ONE = "arn:aws:s3:::one/*"
OTHER = "arn:aws:s3:::other/*"
TAGGED = {"StringEquals": {"aws:RequestTag/t": "x"}}


@pytest.mark.parametrize(
    ("statements", "boundary", "left"),
    [
        pytest.param([_allow("s3:*", ONE)], None, [(ONE,)], id="as it is written"),
        pytest.param(
            [_allow("s3:*"), _deny("s3:PutObject", Resource="*")], None, [], id="denied whole"
        ),
        pytest.param(
            [_allow("s3:*"), _deny("s3:GetObject", Resource="*")],
            None,
            [("*",)],
            id="another action is denied",
        ),
        pytest.param(
            [_allow("s3:*", [ONE, OTHER]), _deny("s3:*", Resource=ONE)],
            None,
            [(OTHER,)],
            id="one resource is denied",
        ),
        pytest.param(
            [_allow("s3:*"), _deny("s3:*", NotResource=ONE)],
            None,
            [(ONE,)],
            id="all but one resource is denied",
        ),
        pytest.param(
            [_allow("s3:*", OTHER), _deny("s3:*", NotResource=ONE)],
            None,
            [],
            id="and it is another",
        ),
        pytest.param(
            [_allow("s3:*"), _deny("s3:*", Resource="*", Condition=TAGGED)],
            None,
            [("*",)],
            id="denied under a condition",
        ),
        pytest.param(
            [
                _allow("s3:*", Condition=TAGGED),
                _deny("s3:*", Resource="*", Condition=TAGGED),
            ],
            None,
            [],
            id="denied under its own condition",
        ),
        pytest.param(
            [
                _allow("s3:*", "*"),
                _deny("s3:*", Resource="*", Condition=TAGGED),
                _deny("s3:*", Resource="*", Condition={"StringNotEquals": TAGGED["StringEquals"]}),
            ],
            None,
            [],
            id="denied one way or the other",
        ),
        pytest.param(
            [_allow("s3:*", Condition={"DateLessThan": {"aws:CurrentTime": "2001-01-01"}})],
            None,
            [],
            id="a date that is past",
        ),
        pytest.param([_allow("s3:*")], [_allow("s3:*", ONE)], [(ONE,)], id="within a boundary"),
        pytest.param(
            [_allow("s3:*", OTHER)], [_allow("s3:*", ONE)], [], id="outside of a boundary"
        ),
        pytest.param(
            [_allow("s3:*", "arn:aws:s3:::one/*a")],
            [_allow("s3:*", "arn:aws:s3:::one/b*")],
            [("arn:aws:s3:::one/*a",)],
            id="what only overlaps the boundary stays as it is",
        ),
        pytest.param(
            [_allow("s3:*", Condition=TAGGED)],
            [_allow("s3:*", Condition={"StringNotEquals": TAGGED["StringEquals"]})],
            [],
            id="the boundary's condition and its own can't both be",
        ),
        pytest.param(
            [_allow("s3:*")],
            [_allow("*"), _deny("s3:Put*", Resource="*")],
            [],
            id="denied in the boundary",
        ),
        pytest.param(
            [_allow("s3:*", "arn:aws:s3:::${aws:username}/*"), _deny("s3:*", Resource=ONE)],
            None,
            [("arn:aws:s3:::${aws:username}/*",)],
            id="a variable may stand for another",
        ),
        pytest.param(
            [_allow("s3:*", ONE), _deny("s3:*", Resource="arn:aws:s3:::${aws:username}/*")],
            None,
            [(ONE,)],
            id="a variable in a Deny may stand for another",
        ),
    ],
)
def test_what_is_left_of_writing(
    statements: list[Any], boundary: list[Any] | None, left: list[tuple[str, ...]]
) -> None:
    assert _left(_grants(*statements, boundary=boundary), "s3:PutObject") == left


def test_a_denied_part_is_left_out() -> None:
    (grant,) = _grants(_allow("s3:*"), _deny("s3:*", Resource=ONE))
    assert grant.but == (ONE,)
    assert not grant.reaches("arn:aws:s3:::one/k")
    assert grant.reaches("arn:aws:s3:::one")
    assert not grant.has_all("arn:aws:s3:::*")
    assert grant.has_all(OTHER)
    assert grant.resources_for("s3:GetObject") == ("*",)
    assert grant.resources_for("iam:PassRole") == ()


def test_a_boundary_that_is_unknown_holds_nothing_back() -> None:
    bound = AttachedPolicy(
        name="b", kind=PolicyKind.BOUNDARY, document=Uncheckable(reason="unknown"), urn=""
    )
    assert _all_of(Effective([_policy([_allow("s3:*")])], bound))


def test_what_a_deny_leaves_of_a_condition_is_known() -> None:
    (grant,) = _grants(
        _allow("iam:PassRole", "arn:aws:iam::123456789012:role/a"),
        _deny(
            "iam:PassRole",
            Resource="*",
            Condition={"StringNotEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        ),
    )
    assert grant.may_hold(_is("iam:PassedToService", "sagemaker.amazonaws.com"))
    assert not grant.may_hold(_is("iam:PassedToService", "ec2.amazonaws.com"))


@pytest.mark.parametrize(
    ("action", "resource", "taken"),
    [
        ("s3:GetObject", "arn:aws:s3:::b/*", True),
        ("s3:GetObject", "arn:aws:s3:::b", False),
        ("s3:ListBucket", "arn:aws:s3:::b", True),
        ("iam:PassRole", "arn:aws:s3:::b", False),
        ("iam:PassRole", "*", True),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::b", False),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::*", True),
        ("new:Thing", "arn:aws:s3:::b", True),
    ],
)
def test_an_action_takes_resources_of_its_types(action: str, resource: str, taken: bool) -> None:  # noqa: FBT001  # a table's column
    assert accepts(action, resource) is taken


def _role(*statements: Any, boundary: Any = None, arn: str | None = None) -> Role:
    bound = None
    if boundary is not None:
        found = _policy(boundary, PolicyKind.BOUNDARY)
        bound = AttachedPolicy(name="b", kind=found.kind, document=found.document, urn="", arn=arn)
    return Role(name="r", urn="urn:r", policies=(_policy(list(statements)),), boundary=bound)


def test_more_actions_or_resources_are_more_access() -> None:
    less, more = _role(_allow("s3:GetObject", ONE)), _role(_allow("s3:GetObject", [ONE, OTHER]))
    assert access_beyond(less, more) is None
    assert access_beyond(more, less) == f"`s3:GetObject` on `{OTHER.replace('*', 'a')}`"
    assert access_beyond(_role(_allow("s3:PutObject", ONE)), more) == f"`s3:PutObject` on `{ONE}`"


def test_an_action_that_takes_none_of_its_resources_is_compared_as_a_request() -> None:
    other = _role(_allow("s3:GetObject", ONE))
    found = "`s3:ListBucket` on `arn:aws:s3:::one/a`"
    assert access_beyond(_role(_allow("s3:ListBucket", ONE)), other) == found
    assert access_beyond(_role(_allow("s3:ListBucke?", ONE)), other) == found


def test_what_would_take_too_long_to_compare_is_told_as_more() -> None:
    # Whether an `a` stood any number of characters ago has to be kept for each number apart.
    outer, inner = "arn:aws:s3:::*a" + "?" * 40 + "*", "arn:aws:s3:::*" + "a*" * 80
    one, other = _role(_allow("s3:GetObject", inner)), _role(_allow("s3:GetObject", outer))
    assert access_beyond(one, other) == "access that can't be compared"


def test_what_would_take_too_long_to_deny_is_left() -> None:
    outer, inner = "arn:aws:s3:::*a" + "?" * 40 + "*", "arn:aws:s3:::*" + "a*" * 80
    (grant,) = _grants(_allow("s3:GetObject", inner), _deny("s3:*", Resource=outer))
    assert grant.resources == (inner,)


def test_a_resource_that_matches_nothing_denies_nothing_and_is_within_everything() -> None:
    nothing = "arn:aws:*:::one"
    (grant,) = _grants(_allow("s3:GetObject", ONE), _deny("s3:*", Resource=nothing))
    assert grant.reaches("arn:aws:s3:::one/k")
    assert _grants(_allow("s3:GetObject", nothing), _deny("s3:*", Resource=OTHER)) == ()


def test_a_role_has_its_arn_in_its_account() -> None:
    role = Role(name="r", urn="urn:r", path="/ml/")
    assert role.arn_pattern == "arn:*:iam::*:role/ml/r"
    assert replace(role, account="123456789012").arn_pattern == (
        "arn:*:iam::123456789012:role/ml/r"
    )


def test_resources_are_those_that_an_action_takes() -> None:
    (grant,) = _grants(_allow(["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::one", ONE]))
    assert grant.resources_for("s3:GetObject") == (ONE,)
    assert grant.resources_for("s3:ListBucket") == ("arn:aws:s3:::one",)
    assert grant.resources_for("s3:PutObject") == ()


def test_one_boundary_holds_back_both() -> None:
    arn = "arn:aws:iam::123456789012:policy/b"
    bound = [_allow("s3:GetObject", ONE)]
    one = _role(_allow("s3:*"), boundary=bound, arn=arn)
    other = _role(_allow("s3:GetObject"), boundary=bound, arn=arn)
    assert access_beyond(one, other)
    assert access_beyond(replace_arn(one), replace_arn(other)) is None


def replace_arn(role: Role) -> Role:
    """Return the role with a boundary whose ARN isn't known: it is judged by what it says."""
    return _role(
        *(
            {
                "Effect": "Allow",
                "Action": list(s.actions or ()),
                "Resource": list(s.resources or ()),
            }
            for s in role.policies[0].statements
        ),
        boundary=[_allow("s3:GetObject", ONE)],
    )


def test_the_example_is_one_that_says_most() -> None:
    none = _role()
    assert access_beyond(_role(_allow("*")), none) == "`iam:PutRolePolicy` on `*`"
    reads = _role(_allow(["glue:GetTable", "s3:GetObject"]))
    assert access_beyond(reads, none) == "`s3:GetObject` on `*`"
    writes = _role(_allow(["glue:GetTable", "glue:CreateTable"]))
    assert access_beyond(writes, none) == "`glue:CreateTable` on `*`"


def test_what_a_managed_policy_allows_is_read_once_for_all_roles() -> None:
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
        }
    )

    def attached(kind: PolicyKind) -> AttachedPolicy:
        return AttachedPolicy(name="a", kind=kind, document=read_document(text), urn="")

    shared, own = attached(PolicyKind.CUSTOMER_MANAGED), attached(PolicyKind.INLINE)
    (first,), (second,) = _all_of(Effective((shared,))), _all_of(Effective((shared,)))
    assert first is second
    assert _all_of(Effective((own,)))[0] is not _all_of(Effective((own,)))[0]
    # One that is equal is still another: what is found is told of its own policy.
    (other,) = _all_of(Effective((attached(PolicyKind.CUSTOMER_MANAGED),)))
    assert other.policy is not shared
    # The same one, attached twice, is told of once; two with one text are told of by themselves.
    assert len(Effective((shared, shared)).by_statement) == 1
    assert len(Effective((shared, own)).by_statement) == 2
