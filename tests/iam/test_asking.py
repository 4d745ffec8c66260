"""`can` and `can_hold`: what is so whatever the context keys that are not given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rolewright.iam import (
    Condition,
    Effect,
    Policies,
    PolicyDocument,
    PolicyType,
    Request,
    Verdict,
    asking,
    can,
    can_hold,
    evaluate,
    parse_document,
)
from rolewright.iam.steps import Steps
from tests.iam import worlds

OBJECT = "arn:aws:s3:::bucket/a"
ASKED = Request(action="s3:GetObject", resource=OBJECT)
ROLE = "arn:aws:iam::111122223333:role/app"
slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def document(*statements: dict[str, Any], version: str = "2012-10-17") -> PolicyDocument:
    return parse_document({"Version": version, "Statement": list(statements)})


def allow(
    condition: dict[str, Any] | None = None, resource: Any = "arn:aws:s3:::bucket/*", **more: Any
) -> dict[str, Any]:
    found = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource, **more}
    return {**found, "Condition": condition} if condition else found


def deny(condition: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {**allow(condition, **more), "Effect": "Deny"}


def own(*statements: dict[str, Any]) -> Policies:
    return Policies(identity=(document(*statements),))


TEAM = {"StringEquals": {"aws:PrincipalTag/team": "ml"}}
NOT_TEAM = {"StringNotEquals": {"aws:PrincipalTag/team": "ml"}}

YES, NO, DEPENDS = Verdict.YES, Verdict.NO, Verdict.DEPENDS


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        pytest.param([allow()], YES, id="allowed whatever the context"),
        pytest.param([], NO, id="nothing allows it"),
        pytest.param([allow(), deny()], NO, id="denied whatever the context"),
        pytest.param([allow(TEAM)], DEPENDS, id="a condition of an Allow"),
        pytest.param([allow(), deny(TEAM)], DEPENDS, id="a condition of a Deny"),
        pytest.param([allow(TEAM), allow()], YES, id="another Allow is enough"),
        pytest.param([allow(TEAM), allow(NOT_TEAM)], YES, id="one or the other holds"),
        pytest.param([allow(TEAM), deny(TEAM)], NO, id="allowed only where denied"),
        pytest.param([allow(TEAM), deny(NOT_TEAM)], DEPENDS, id="denied where not allowed"),
        pytest.param(
            [allow({"Bool": {"aws:x": "true"}}), allow({"BoolIfExists": {"aws:x": "false"}})],
            YES,
            id="true, false or missing",
        ),
        pytest.param(
            [allow({"StringEquals": {"aws:x": "a"}, "StringLike": {"aws:x": "b*"}})],
            NO,
            id="conditions that can't hold together",
        ),
        pytest.param(
            [allow({"DateLessThan": {"aws:CurrentTime": "2020-01-01"}})],
            NO,
            id="a time that has passed",
        ),
        pytest.param(
            [allow({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"}})],
            DEPENDS,
            id="a time that has begun, if the request says the time",
        ),
        pytest.param(
            [allow({"NumericLessThan": {"aws:EpochTime": "1577836800"}})],
            NO,
            id="seconds that have passed",
        ),
        pytest.param([allow(resource="arn:aws:s3:::bucket/${aws:x}")], DEPENDS, id="a variable"),
        pytest.param(
            [allow(resource="arn:aws:s3:::other/${aws:x}")], NO, id="a variable for another"
        ),
        pytest.param(
            [allow(), deny(resource="arn:aws:s3:::bucket/${aws:x}")],
            DEPENDS,
            id="a variable of a Deny",
        ),
        pytest.param(
            [allow(), {**deny(), "Resource": None, "NotResource": "arn:aws:s3:::bucket/${aws:x}"}],
            DEPENDS,
            id="a variable in NotResource",
        ),
        pytest.param(
            [allow(resource="arn:aws:s3:::bucket/${aws:x, 'a'}")], DEPENDS, id="a default"
        ),
        pytest.param(
            [allow(resource="arn:aws:s3:::${aws:x}:*")], NO, id="a variable before a colon"
        ),
        pytest.param(
            [allow(resource="arn:aws:${aws:x}:*:?:bucket/a")], DEPENDS, id="a variable in a segment"
        ),
    ],
)
def test_can(statements: list[dict[str, Any]], verdict: Verdict) -> None:
    bare = [
        {key: value for key, value in s.items() if value is not None}
        for s in statements or [deny()]
    ]
    found = can(ASKED, own(*bare))
    assert found.verdict is verdict
    assert bool(found.depends_on) is (verdict is DEPENDS)


def test_a_key_that_is_given_is_known() -> None:
    policies = own(allow(TEAM))
    for team, verdict in (("ml", YES), ("ops", NO), (None, NO)):
        given_ = () if team is None else (team,)
        request = replace(ASKED, context={"aws:PrincipalTag/Team": given_})
        assert can(request, policies).verdict is verdict


def test_a_variable_that_is_given_is_known() -> None:
    policies = own(allow(resource="arn:aws:s3:::bucket/${aws:username}"))
    for name, verdict in (("a", YES), ("b", NO)):
        request = replace(ASKED, context={"aws:username": (name,)})
        assert can(request, policies).verdict is verdict
    # A variable is a single value: with two, the statement doesn't apply.
    request = replace(ASKED, context={"aws:username": ("a", "b")})
    assert can(request, policies).verdict is NO


def test_a_known_key_against_an_unknown_variable_depends() -> None:
    condition = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    request = replace(ASKED, context={"aws:ResourceTag/team": ("ml",)})
    found = can(request, own(allow(condition)))
    assert found.verdict is DEPENDS
    assert [one.key for one in found.depends_on] == ["aws:ResourceTag/team"]


def test_other_actions_and_principals_do_not_count() -> None:
    others = own(allow(TEAM, Action="s3:PutObject"), allow(TEAM, resource="arn:aws:s3:::other"))
    assert can(ASKED, others).verdict is NO
    policies = Policies(
        identity=(document(allow()),),
        resource=document({**deny(TEAM), "Principal": {"AWS": "444455556666"}}),
    )
    assert can(replace(ASKED, principal=ROLE), policies).verdict is YES


def test_it_says_which_conditions_decide() -> None:
    policies = Policies(
        identity=(document(allow(TEAM), deny({"Bool": {"aws:SecureTransport": "false"}})),),
        boundary=(document(allow(resource="arn:aws:s3:::bucket/${aws:username}")),),
    )
    found = can(ASKED, policies).depends_on
    assert [(one.type, one.effect, one.key, one.operator, one.values) for one in found] == [
        (PolicyType.IDENTITY, Effect.ALLOW, "aws:PrincipalTag/team", "StringEquals", ("ml",)),
        (PolicyType.IDENTITY, Effect.DENY, "aws:SecureTransport", "Bool", ("false",)),
        (
            PolicyType.BOUNDARY,
            Effect.ALLOW,
            "aws:username",
            None,
            ("arn:aws:s3:::bucket/${aws:username}",),
        ),
    ]


def test_a_condition_that_changes_nothing_does_not_decide() -> None:
    found = can(ASKED, own(allow(), allow(TEAM), deny({"StringEquals": {"aws:x": "1"}})))
    assert [one.key for one in found.depends_on] == ["aws:x"]


def test_all_conditions_are_named_where_there_are_many() -> None:
    many = [allow({"StringEquals": {f"aws:k{place}": "1"}}) for place in range(9)]
    found = can(ASKED, own(*many))
    assert found.verdict is DEPENDS
    assert len(found.depends_on) == 9


def test_every_type_of_policy_has_a_say() -> None:
    all_, own_, everyone = document(allow()), document(allow(TEAM)), {"Principal": "*"}
    policies = Policies(
        identity=(all_,),
        boundary=(all_,),
        session=(all_,),
        resource=document({**allow(), **everyone}),
        service_control=((all_,), (all_, own_)),
        resource_control=((document({**deny(TEAM), **everyone}),),),
        endpoint=(document({**allow(), **everyone}),),
    )
    request = replace(ASKED, principal=ROLE, resource_account="111122223333")
    found = can(request, policies)
    assert found.verdict is DEPENDS
    assert {one.type for one in found.depends_on} == {PolicyType.RESOURCE_CONTROL}
    ended = replace(policies, endpoint=(document({**deny(), **everyone}),))
    assert can(request, ended).verdict is NO


def test_what_takes_too_long_depends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "Steps", lambda: Steps(1))
    assert can(ASKED, own(allow(), allow(TEAM), deny(TEAM), deny(NOT_TEAM))).verdict is DEPENDS


def test_a_known_key_does_not_decide() -> None:
    conditions = {"StringEquals": {"aws:a": "1"}, "StringLike": {"aws:b": "x*"}}
    found = can(replace(ASKED, context={"aws:a": ("1",)}), own(allow(conditions)))
    assert [one.key for one in found.depends_on] == ["aws:b"]


@slow
@given(st.data())
def test_it_agrees_with_every_context(data: st.DataObject) -> None:
    keys = data.draw(st.sampled_from([("k",), ("n",), ("m",), ("f", "k"), ("i",), ("t",)]))
    conditioned = () if keys == ("t",) else keys
    drawn = worlds.documents(conditioned, variables=keys == ("t",))
    policies = Policies(
        identity=(data.draw(drawn),), boundary=data.draw(st.none() | st.tuples(drawn))
    )
    asked = Request(
        action=data.draw(st.sampled_from(worlds.ACTIONS)),
        resource=data.draw(st.sampled_from(worlds.RESOURCES)),
    )
    outcomes = {
        evaluate(replace(asked, context=context), policies).allowed
        for context in worlds.contexts(keys)
    }
    verdict = can(asked, policies).verdict
    assert outcomes <= {YES: {True}, NO: {False}, DEPENDS: {True, False}}[verdict]
    if keys != ("t",):
        assert verdict is not DEPENDS or len(outcomes) == 2


def condition(operator: str, key: str, *values: str) -> Condition:
    return Condition(operator=operator, key=key, values=values)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        pytest.param((), True, id="none"),
        pytest.param((condition("StringEquals", "a", "x"),), True, id="one"),
        pytest.param(
            (condition("StringEquals", "a", "x"), condition("StringEquals", "A", "y")),
            False,
            id="two values for one key",
        ),
        pytest.param(
            (condition("StringLike", "a", "x*"), condition("StringLike", "a", "*y")),
            True,
            id="patterns that overlap",
        ),
        pytest.param(
            (condition("StringLike", "a", "x*"), condition("StringNotLike", "a", "*")),
            False,
            id="nothing is left",
        ),
        pytest.param(
            (condition("NumericLessThan", "a", "1"), condition("NumericGreaterThan", "a", "2")),
            False,
            id="an empty interval",
        ),
        pytest.param((condition("StringEquals", "a"),), False, id="no values"),
        pytest.param((condition("StringNotEquals", "a"),), True, id="no values, negated"),
        pytest.param(
            (condition("DateLessThan", "aws:CurrentTime", "2020-01-01"),), False, id="the past"
        ),
        pytest.param(
            (condition("DateLessThan", "aws:TokenIssueTime", "2020-01-01"),),
            True,
            id="a past that is no clock's",
        ),
        pytest.param(
            (condition("DateLessThan", "aws:CurrentTime", "2990-01-01"),), True, id="the future"
        ),
        pytest.param(
            (condition("DateLessThanIfExists", "aws:CurrentTime", "2020-01-01"),),
            True,
            id="the past, or no time at all",
        ),
        pytest.param(
            (
                condition("DateGreaterThan", "aws:CurrentTime", "2020-01-01"),
                condition("DateLessThan", "aws:CurrentTime", "2990-01-01"),
            ),
            True,
            id="a window that is open",
        ),
        pytest.param(
            (condition("NumericLessThan", "aws:EpochTime", "5"),), False, id="seconds of the past"
        ),
        pytest.param(
            (
                condition("StringEquals", "a", "${aws:username}"),
                condition("StringEquals", "a", "x"),
            ),
            True,
            id="a variable",
        ),
        pytest.param((condition("ArnLike", "a", "arn:aws:s3"),), True, id="half an ARN"),
        pytest.param(
            (condition("IpAddress", "a", "10.0.0.0/8"), condition("StringLike", "a", "1?.0.0.7")),
            True,
            id="types that are mixed can't be told",
        ),
    ],
)
def test_can_hold(conditions: tuple[Condition, ...], *, expected: bool) -> None:
    assert can_hold(conditions) is expected
