"""What a role as written is found to do with a request that was denied."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rolewright.cli.diagnose_inputs import asking_of_role
from rolewright.cli.sources.json_role import role_of_json
from rolewright.explain.diagnosis import Denial, DeniedBy, Diagnosis, diagnose
from rolewright.explain.diagnosis.judging import judge
from rolewright.iam import Verdict
from rolewright.roles import AttachedPolicy, PolicyKind, Role, Uncheckable

BUCKET = "arn:aws:s3:::data"
ROLE = "arn:aws:iam::123456789012:role/R"


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(action: str, resource: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def _judged(denial: Denial, *policies: dict[str, Any], trust: Any = None) -> Any:
    given: dict[str, Any] = {"identityPolicies": list(policies)}
    return judge(denial, role_of_json(given | ({"trust": trust} if trust else {})))


def test_a_text_without_an_action_asks_nothing() -> None:
    assert _judged(Denial(resource=BUCKET), _policy(_allow("s3:*", "*"))) is None


@pytest.mark.parametrize(
    ("action", "resource", "principal", "granted"),
    [
        ("s3:GetObject", "s3://data/a/b", ROLE, "arn:aws:s3:::data/a/b"),
        ("s3:ListBucket", "s3://data/a/b", None, "arn:aws:s3:::data"),
        (
            "s3:GetObject",
            "s3://data/a",
            ROLE.replace("arn:aws", "arn:aws-cn"),
            "arn:aws-cn:s3:::data/a",
        ),
    ],
)
def test_an_address_is_asked_for_as_an_arn(
    action: str, resource: str, principal: str | None, granted: str
) -> None:
    denial = Denial(action=action, resource=resource, principal=principal)
    assert _judged(denial, _policy(_allow(action, granted))).verdict is Verdict.YES


def test_what_it_depends_on_is_named() -> None:
    statements = (
        _allow("s3:ListBucket", BUCKET, Condition={"StringLike": {"s3:prefix": ["a/*", "b/*"]}}),
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )
    judged = _judged(Denial(action="s3:ListBucket", resource=BUCKET), _policy(*statements))
    assert judged.verdict is Verdict.DEPENDS
    assert judged.causes[0].message == (
        "The role as written allows it only where `s3:prefix` StringLike `a/*`, `b/*` and "
        "`aws:SecureTransport` Bool `false` is not so."
    )


def test_a_variable_that_decides_is_named() -> None:
    denial = Denial(action="s3:ListBucket", resource=BUCKET)
    judged = _judged(denial, _policy(_allow("s3:ListBucket", "arn:aws:s3:::${aws:username}")))
    assert "`aws:username` is known, for" in judged.causes[0].message


def test_many_resources_are_counted() -> None:
    policy = _policy(*(_allow("s3:GetObject", f"{BUCKET}{n}/*") for n in range(6)))
    judged = _judged(Denial(action="s3:GetObject"), policy)
    assert judged.causes[0].message.endswith("`arn:aws:s3:::data3/*` and 2 more.")


def test_what_cant_be_judged_is_said() -> None:
    unread = Uncheckable(reason="it is unknown")
    held = {
        kind: AttachedPolicy(name="X", kind=kind, document=unread, urn="")
        for kind in (PolicyKind.CUSTOMER_MANAGED, PolicyKind.BOUNDARY, PolicyKind.TRUST)
    }
    role = Role(
        name="R",
        urn="",
        trust=held[PolicyKind.TRUST],
        policies=(held[PolicyKind.CUSTOMER_MANAGED],),
        boundary=held[PolicyKind.BOUNDARY],
    )
    judged = judge(Denial(action="s3:ListBucket", resource=BUCKET), role)
    assert judged is not None
    assert [cause.message for cause in judged.causes] == [
        f"No statement of the role as written allows `s3:ListBucket` on `{BUCKET}`; nothing denies it.",
        "The managed policy `X` could not be judged: it is unknown.",
        "The permissions boundary `X` could not be judged: it is unknown.",
    ]
    trust = judge(Denial(action="sts:AssumeRole", denied_by=DeniedBy.TRUST), role)
    assert trust is not None
    assert trust.verdict is None
    assert [cause.message for cause in trust.causes] == [
        "The trust policy could not be judged: it is unknown."
    ]


def _diagnosed(text: str, *policies: dict[str, Any], **more: Any) -> Diagnosis:
    role = role_of_json({"identityPolicies": list(policies), **more})
    return diagnose(text, asking_of_role(role))[0]


def test_what_the_role_lacks_is_offered() -> None:
    text = (
        "User: arn:aws:sts::123456789012:assumed-role/R/S is not authorized to perform: "
        "dynamodb:GetItem on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/features"
    )
    found = _diagnosed(text, _policy(_allow("s3:*", "*")))
    assert found.fix is not None
    assert found.fix.patch.path == "roles.R.dynamodb[+]"
    assert found.fix.patch.entry == {"table": "features", "access": ["read"]}
    assert [cause.id for cause in found.causes] == ["no-allow", "boundary-or-scp"]


def test_nothing_is_offered_against_a_boundary() -> None:
    text = (
        "User: arn:aws:sts::123456789012:assumed-role/R/S is not authorized to perform: "
        "dynamodb:GetItem on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/features"
    )
    boundary = _policy(_allow("s3:*", "*"))
    found = _diagnosed(text, permissionsBoundaries=[boundary])
    assert found.fix is None
    assert [cause.id for cause in found.causes][:2] == ["boundary-leaves-out", "no-allow"]


def test_a_trust_policy_is_asked_only_where_it_is_known() -> None:
    text = f"SageMaker was unable to assume the role '{ROLE}'"
    assert _diagnosed(text).judged is None
    assert _diagnosed(text).causes == diagnose(text)[0].causes
    denied = _policy({"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"})
    assert _diagnosed(text, trust=denied).causes[0].message == (
        "The trust policy as written doesn't let `sagemaker.amazonaws.com` assume the role."
    )


def test_a_condition_that_cant_hold_is_no_matter_of_case() -> None:
    text = (
        "User: arn:aws:sts::123456789012:assumed-role/R/S is not authorized to perform: "
        "s3:ListBucket on resource: arn:aws:s3:::data"
    )
    never = {
        "StringEquals": {"aws:PrincipalArn": "x"},
        "StringNotEquals": {"aws:PrincipalArn": "x"},
    }
    other = _allow("s3:ListBucket", "arn:aws:s3:::other")
    found = _diagnosed(text, _policy(_allow("s3:ListBucket", BUCKET, Condition=never), other))
    assert "resource-case" not in {cause.id for cause in found.causes}


def test_events_within_texts_are_looked_for_so_deep_only() -> None:
    event: Any = {"eventName": "GetItem", "eventSource": "dynamodb.amazonaws.com", "errorCode": "x"}
    event |= {"errorCode": "AccessDenied"}
    near: Any = json.dumps({"a": [event]})
    assert diagnose(near)[0].denial.action == "dynamodb:GetItem"
    for _ in range(30):
        event = [event]
    assert diagnose(json.dumps({"a": event})) == ()
    policy: Any = _policy(_allow("s3:GetObjct", "*"))
    assert diagnose(json.dumps(policy)) != ()
    for _ in range(30):
        policy = {"a": policy}
    assert diagnose(json.dumps(policy)) == ()


def test_many_denials_are_cut_off() -> None:
    text = "\n".join(
        f"User: {ROLE} is not authorized to perform: s3:GetObject on resource: {BUCKET}/{n}"
        for n in range(70)
    )
    assert len(diagnose(text)) == 50
