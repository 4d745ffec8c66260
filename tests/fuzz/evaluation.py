"""Any documents and any request come to a decision, which names its reasons."""

from __future__ import annotations

import random
from typing import Any

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
    can_hold,
    evaluate,
)
from rolewright.iam.documents import PRINCIPAL_KINDS, VERSIONS
from rolewright.iam.near import near_misses
from rolewright.iam.operators import OPERATORS, is_operator

SEEDS = tuple(random.Random(seed).randbytes(2_000) for seed in range(200))  # noqa: S311  # no secret
ACCOUNT = "123456789012"
KEYS = ("aws:username", "aws:CurrentTime", "aws:PrincipalTag/my team", "aws:TagKeys", "")

words = st.sampled_from(
    [
        *("s3:GetObject", "s3:Get*", "sts:AssumeRole", "kms:Decrypt", "*", "?*", ""),
        *(
            "arn:aws:s3:::data/*",
            "arn:aws:s3:::data/a",
            "arn:aws:s*:*:*:*",
            "arn:aws:sqs:e?*-*:*:q",
        ),
        *(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:role/a/r"),
        *(f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s", "sagemaker.amazonaws.com", "${aws:username}"),
        *("${*}${?}", "${aws:TagKeys, 'a*'}", "${", "2020-01-01T00:00:00Z", "0001-01-01", "9999"),
        *("9999-12-31T23:59:59Z", "1593561599", "10", "-1.5", "1e9", "true", "FALSE", "QQ==", "Q"),
        *("203.0.113.0/24", "203.0.113.7", "2001:db8::/32", "::1", "x", "\ud800", "\ue0f0\ue0f2"),
    ]
)
texts = words | st.text(max_size=20)
several = st.lists(texts, min_size=1, max_size=3).map(tuple)
some = st.lists(texts, max_size=3).map(tuple)
conditions = st.builds(
    Condition,
    operator=st.sampled_from(
        [
            f"{prefix}{operator.name}{suffix}"
            for prefix in ("", "ForAnyValue:", "ForAllValues:")
            for operator in OPERATORS.values()
            for suffix in ("", "IfExists")
            if is_operator(f"{prefix}{operator.name}{suffix}")
        ]
    ),
    key=st.sampled_from(KEYS) | texts,
    values=some,
)
principals = st.lists(
    st.builds(Principal, kind=st.sampled_from([*PRINCIPAL_KINDS, "*"]), value=texts), max_size=2
).map(tuple)


def _either(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    return values.flatmap(lambda drawn: st.sampled_from([(drawn, None), (None, drawn)]))


def _statement(
    effect: Effect,
    who: tuple[Any, Any],
    what: tuple[Any, Any],
    where: tuple[Any, Any],
    when: tuple[Condition, ...],
) -> Statement:
    return Statement(
        index=0,
        sid=None,
        effect=effect,
        principals=who[0],
        not_principals=who[1],
        actions=what[0],
        not_actions=what[1],
        resources=where[0],
        not_resources=where[1],
        conditions=when,
    )


documents = st.builds(
    PolicyDocument,
    version=st.sampled_from(VERSIONS),
    id=st.none(),
    statements=st.lists(
        st.builds(
            _statement,
            st.sampled_from(Effect),
            st.just((None, None)) | _either(principals),
            _either(several),
            st.just((None, None)) | _either(several),
            st.lists(conditions, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)
several_documents = st.lists(documents, max_size=2).map(tuple)
levels = st.lists(several_documents, max_size=2).map(tuple)
policies = st.builds(
    Policies,
    identity=several_documents,
    boundary=st.none() | several_documents,
    session=st.none() | several_documents,
    resource=st.none() | documents,
    service_control=levels,
    resource_control=levels,
    endpoint=several_documents,
)
requests = st.builds(
    Request,
    action=texts,
    resource=texts,
    context=st.dictionaries(st.sampled_from(KEYS) | texts, some, max_size=4),
    principal=st.none() | st.just("self") | texts,
    resource_account=st.none() | st.just(ACCOUNT) | texts,
)


@given(requests, policies)
def _judge(request: Request, judged_by: Policies) -> None:
    decision = evaluate(request, judged_by)
    if (decision.outcome is Outcome.IMPLICITLY_DENIED) != bool(decision.missing):
        raise AssertionError(decision)
    denies = {match.statement.effect is Effect.DENY for match in decision.because}
    if denies - {decision.outcome is Outcome.EXPLICITLY_DENIED}:
        raise AssertionError(decision)
    for effect in Effect:
        near_misses(request, judged_by, effect)
    for document in judged_by.identity:
        for statement in document.statements:
            can_hold(statement.conditions)


def one_input(data: bytes) -> None:
    """Judge the request by the policies that the bytes stand for."""
    judge: Any = _judge
    judge.hypothesis.fuzz_one_input(data)
