"""Laws of the evaluation that hold for any policies and any request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from rolewright.iam import (
    Condition,
    Effect,
    Outcome,
    Policies,
    PolicyDocument,
    Principal,
    Request,
    Statement,
    evaluate,
)
from rolewright.iam.near import near_misses

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT, OTHER = "111122223333", "444455556666"
CALLERS = [
    f"arn:aws:sts::{ACCOUNT}:assumed-role/app/one",
    f"arn:aws:iam::{ACCOUNT}:user/ann",
    f"arn:aws:iam::{ACCOUNT}:root",
    f"arn:aws:sts::{OTHER}:assumed-role/app/one",
    "logs.amazonaws.com",
    None,
]
PRINCIPALS = [
    Principal(kind="*", value="*"),
    Principal(kind="AWS", value=ACCOUNT),
    Principal(kind="AWS", value=f"arn:aws:iam::{ACCOUNT}:role/app"),
    Principal(kind="AWS", value=f"arn:aws:iam::{ACCOUNT}:user/ann"),
    Principal(kind="AWS", value=f"arn:aws:iam::{OTHER}:role/app"),
    Principal(kind="Service", value="logs.amazonaws.com"),
]
ACTIONS = ["s3:GetObject", "s3:PutObject", "kms:Decrypt", "sts:AssumeRole"]
RESOURCES = [
    "arn:aws:s3:::data/x",
    "arn:aws:s3:::data/y",
    f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1",
    f"arn:aws:iam::{ACCOUNT}:role/target",
]

action_lists = st.lists(
    st.sampled_from(["*", "s3:*", "s3:Get*", "s3:PutObject", "kms:*", "sts:AssumeRole"]),
    min_size=1,
    max_size=2,
).map(tuple)
resource_lists = st.lists(
    st.sampled_from(["*", "arn:aws:s3:::data/*", "arn:aws:s3:::data/${aws:username}", *RESOURCES]),
    min_size=1,
    max_size=2,
).map(tuple)
condition_lists = st.lists(
    st.builds(
        Condition,
        operator=st.sampled_from(
            ["StringEquals", "StringNotLike", "StringEqualsIfExists", "ForAnyValue:StringLike"]
        ),
        key=st.just("aws:username"),
        values=st.lists(st.sampled_from(["x", "y", "x*"]), max_size=2).map(tuple),
    ),
    max_size=1,
).map(tuple)


@st.composite
def statements(draw: st.DrawFn, *, named: bool = False) -> Statement:
    actions, resources = draw(action_lists), draw(resource_lists)
    not_action, not_resource = draw(st.booleans()), draw(st.booleans())
    principals = tuple(draw(st.lists(st.sampled_from(PRINCIPALS), min_size=1, max_size=2)))
    not_principal = draw(st.booleans()) if named else False
    return Statement(
        index=0,
        sid=None,
        effect=draw(st.sampled_from(Effect)),
        principals=principals if named and not not_principal else None,
        not_principals=principals if not_principal else None,
        actions=None if not_action else actions,
        not_actions=actions if not_action else None,
        resources=None if not_resource else resources,
        not_resources=resources if not_resource else None,
        conditions=draw(condition_lists),
    )


def documents(*, named: bool = False) -> st.SearchStrategy[PolicyDocument]:
    return st.builds(
        PolicyDocument,
        version=st.sampled_from(["2012-10-17", "2008-10-17"]),
        id=st.none(),
        statements=st.lists(statements(named=named), min_size=1, max_size=3).map(tuple),
    )


some = st.lists(documents(), max_size=2).map(tuple)
policies = st.builds(
    Policies,
    identity=some,
    boundary=st.none() | some,
    session=st.none() | some,
    resource=st.none() | documents(named=True),
    service_control=st.lists(some, max_size=2).map(tuple),
    resource_control=st.lists(some, max_size=1).map(tuple),
    endpoint=some,
)
requests = st.builds(
    Request,
    action=st.sampled_from(ACTIONS),
    resource=st.sampled_from(RESOURCES),
    principal=st.sampled_from(CALLERS),
    resource_account=st.none() | st.just(ACCOUNT),
    context=st.fixed_dictionaries(
        {}, optional={"aws:username": st.lists(st.sampled_from(["x", "y"]), max_size=2).map(tuple)}
    ),
)


def of(effect: Effect) -> Callable[[Statement], Statement]:
    return lambda statement: replace(statement, effect=effect)


def one(statement: Statement) -> PolicyDocument:
    return PolicyDocument(version="2012-10-17", id=None, statements=(statement,))


@given(policies, requests, statements().map(of(Effect.DENY)))
def test_a_deny_more_never_grants(held: Policies, request: Request, deny: Statement) -> None:
    more = replace(held, identity=(*held.identity, one(deny)))
    if evaluate(request, more).allowed:
        assert evaluate(request, held).allowed


@given(policies, requests, statements().map(of(Effect.ALLOW)))
def test_an_allow_more_never_takes_away(held: Policies, request: Request, allow: Statement) -> None:
    more = replace(held, identity=(*held.identity, one(allow)))
    if evaluate(request, held).allowed:
        assert evaluate(request, more).allowed


@given(policies, requests, some)
def test_a_boundary_never_grants(
    held: Policies, request: Request, boundary: tuple[PolicyDocument, ...]
) -> None:
    without = replace(held, boundary=None)
    if evaluate(request, replace(held, boundary=boundary)).allowed:
        assert evaluate(request, without).allowed


@given(policies, requests, some)
def test_a_session_policy_never_grants(
    held: Policies, request: Request, session: tuple[PolicyDocument, ...]
) -> None:
    if evaluate(request, replace(held, session=session)).allowed:
        assert evaluate(request, replace(held, session=None)).allowed


@given(policies, requests, some)
def test_a_control_policy_level_never_grants(
    held: Policies, request: Request, level: tuple[PolicyDocument, ...]
) -> None:
    more = replace(held, service_control=(*held.service_control, level))
    if evaluate(request, more).allowed:
        assert evaluate(request, held).allowed


@given(policies, requests)
def test_order_never_matters(held: Policies, request: Request) -> None:
    def turned(documents: tuple[PolicyDocument, ...]) -> tuple[PolicyDocument, ...]:
        return tuple(
            replace(document, statements=document.statements[::-1]) for document in documents
        )[::-1]

    other = replace(
        held,
        identity=turned(held.identity),
        boundary=None if held.boundary is None else turned(held.boundary),
        service_control=held.service_control[::-1],
        endpoint=turned(held.endpoint),
    )
    assert evaluate(request, other).outcome is evaluate(request, held).outcome


@given(policies, requests)
def test_the_statements_that_decide_suffice(held: Policies, request: Request) -> None:
    decision = evaluate(request, held)
    if decision.outcome is Outcome.EXPLICITLY_DENIED:
        assert decision.because
        assert all(match.statement.effect is Effect.DENY for match in decision.because)
    elif decision.allowed:
        assert all(match.statement.effect is Effect.ALLOW for match in decision.because)
    else:
        assert decision.missing
        assert not decision.because


@given(policies, requests)
def test_what_is_near_does_not_apply_and_what_applies_is_not_near(
    held: Policies, request: Request
) -> None:
    decision = evaluate(request, held)
    for effect in Effect:
        near = [found.match for found in near_misses(request, held, effect)]
        for match in decision.because:
            assert match not in near


@given(statements(), requests)
def test_not_elements_are_complements(statement: Statement, request: Request) -> None:
    plain = replace(
        statement,
        effect=Effect.ALLOW,
        actions=("s3:Get*",),
        not_actions=None,
        resources=("arn:aws:s3:::data/*",),
        not_resources=None,
        conditions=(),
    )
    turned = {
        "action": replace(plain, actions=None, not_actions=plain.actions, resources=("*",)),
        "resource": replace(plain, actions=("*",), resources=None, not_resources=plain.resources),
    }
    asked = replace(request, principal="self")
    is_action = asked.action == "s3:GetObject"
    is_resource = asked.resource.startswith("arn:aws:s3:::data/")
    assert evaluate(asked, Policies(identity=(one(turned["action"]),))).allowed is not is_action
    assert evaluate(asked, Policies(identity=(one(turned["resource"]),))).allowed is not is_resource
