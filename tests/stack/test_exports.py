"""Exports of stacks: secrets in them, and what no engine has written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rolewright.audit import audit_subject, read_rules
from rolewright.grants import Environment
from rolewright.roles import Role, Uncheckable
from rolewright.stack import InvalidExport, roles_of_export, subjects_of_export
from tests.audit import accounts
from tests.audit.accounts import allow, document

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
ROLE = "aws:iam/role:Role"
POLICY = json.dumps(document(allow("s3:GetObject", "*")))
TRUST = json.dumps(accounts.TRUST)
RULES = read_rules(Environment.PROD, {})
FIELDS = {
    ROLE: (
        "name",
        "path",
        "assumeRolePolicy",
        "inlinePolicies",
        "managedPolicyArns",
        "permissionsBoundary",
        "tags",
        "maxSessionDuration",
        "arn",
    ),
    "aws:iam/rolePolicy:RolePolicy": ("role", "policy", "name"),
    "aws:iam/policy:Policy": ("policy", "arn", "name"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ("role", "policyArn"),
    "aws:iam/policyAttachment:PolicyAttachment": ("roles", "policyArn"),
    "aws:s3/bucketPolicy:BucketPolicy": ("bucket", "policy"),
    "aws:kms/key:Key": ("policy", "arn"),
    "aws:sqs/queuePolicy:QueuePolicy": ("policy", "queueUrl"),
    "aws:sagemaker/domain:Domain": ("defaultUserSettings", "kmsKeyId", "defaultSpaceSettings"),
}
ODD: tuple[Any, ...] = (5, True, [], [1], {}, {"a": 1}, "x", None, 1.5, SECRET)


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::ml::{kind}::{name}"


def export(kind: str = ROLE, **more: Any) -> dict[str, Any]:
    """Return an export of a role, and of one more resource."""
    role = {"name": "R", "arn": "arn:aws:iam::123456789012:role/R", "assumeRolePolicy": TRUST}
    other = {
        "role": "R",
        "roles": ["R"],
        "policyArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        "policy": POLICY,
    }
    return {
        "deployment": {
            "resources": [
                {"type": ROLE, "urn": urn(ROLE, "R"), "outputs": role},
                {
                    "type": kind,
                    "urn": urn(kind, "Other"),
                    "outputs": {**(role if kind == ROLE else other), **more},
                },
            ]
        }
    }


def only_role(given: dict[str, Any]) -> Role:
    return {role.urn: role for role in roles_of_export(given)}[urn(ROLE, "R")]


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, field) for kind, fields in FIELDS.items() for field in fields]
)
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_property_of_another_type_is_judged_or_refused(kind: str, field: str, odd: Any) -> None:
    try:
        subjects, others = subjects_of_export(export(kind, **{field: odd}))
    except InvalidExport:
        return
    assert subjects
    assert others == ()
    for subject in subjects:
        assert audit_subject(subject, RULES).role


@pytest.mark.parametrize(
    "field",
    ["outputs", "provider", "propertyDependencies", "parent", "type", "urn", "delete"],
)
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_resource_of_another_shape_is_judged_or_refused(field: str, odd: Any) -> None:
    given = export("aws:iam/rolePolicy:RolePolicy")
    given["deployment"]["resources"][1][field] = odd
    try:
        subjects, _ = subjects_of_export(given)
    except InvalidExport:
        return
    for subject in subjects:
        assert audit_subject(subject, RULES).role


@pytest.mark.parametrize("given", [{"steps": {}}, {"steps": 1}, {"deployment": 1}], ids=str)
def test_what_is_no_export_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidExport):
        roles_of_export(given)


def test_a_secret_document_cannot_be_judged() -> None:
    given = export("aws:iam/rolePolicy:RolePolicy", policy={**SECRET, "ciphertext": "AAAA"})
    (policy,) = only_role(given).unchecked
    assert isinstance(policy.document, Uncheckable)


def test_secret_inline_policies_cannot_be_judged() -> None:
    given = export("aws:iam/policy:Policy")
    secret = {**SECRET, "ciphertext": "AAAA"}
    given["deployment"]["resources"][0]["outputs"]["inlinePolicies"] = secret
    (policy,) = only_role(given).unchecked
    assert isinstance(policy.document, Uncheckable)


def test_a_secret_that_is_shown_is_read() -> None:
    shown = {**SECRET, "plaintext": json.dumps(POLICY)}
    (policy,) = only_role(export("aws:iam/rolePolicy:RolePolicy", policy=shown)).policies
    assert policy.statements[0].actions == ("s3:GetObject",)


UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def preview(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a preview of these resources."""
    return {"steps": [{"op": "create", "newState": state} for state in steps], **more}


def made(kind: str, name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "urn": urn(kind, name), "inputs": inputs, **more}


INLINE = "aws:iam/rolePolicy:RolePolicy"


def test_what_a_preview_does_not_know_is_joined_by_what_it_depends_on() -> None:
    roles = [made(ROLE, name, {"assumeRolePolicy": TRUST}) for name in ("A", "B")]
    policies = [
        made(
            INLINE,
            f"{name}Policy",
            {"role": UNKNOWN, "policy": POLICY},
            propertyDependencies={"role": [urn(ROLE, name)]},
        )
        for name in ("A", "B")
    ]
    found = roles_of_export(preview(*roles, *policies))
    assert [(role.name, [policy.name for policy in role.policies]) for role in found] == [
        ("A", ["APolicy"]),
        ("B", ["BPolicy"]),
    ]


@pytest.mark.parametrize("value", [UNKNOWN, "[secret]"])
def test_a_document_that_a_preview_does_not_tell_cannot_be_judged(value: str) -> None:
    role = made(ROLE, "R", {"name": "R", "assumeRolePolicy": TRUST})
    (found,) = roles_of_export(preview(role, made(INLINE, "p", {"role": "R", "policy": value})))
    (policy,) = found.unchecked
    assert isinstance(policy.document, Uncheckable)
    assert policy.document.reason == "its document is unknown at preview"


def test_a_preview_that_leaves_out_what_stays_is_refused() -> None:
    role = made(ROLE, "R", {"name": "R", "assumeRolePolicy": TRUST})
    with pytest.raises(InvalidExport, match=r"leaves out 9 unchanged resources; .*--show-sames"):
        roles_of_export(preview(role, changeSummary={"create": 1, "same": 9}))
    given = preview(role, changeSummary={"create": 1, "same": 1})
    given["steps"].append(
        {"op": "same", "newState": made(INLINE, "p", {"role": "R", "policy": POLICY})}
    )
    (found,) = roles_of_export(given)
    assert [policy.name for policy in found.policies] == ["p"]


def test_a_preview_that_failed_is_refused() -> None:
    with pytest.raises(InvalidExport, match="failed; mend that first"):
        roles_of_export(preview(diagnostics=[{"severity": "error", "message": "no"}]))
    assert roles_of_export(preview(diagnostics=[{"severity": "info", "message": "yes"}])) == ()


def test_a_role_that_is_only_read_is_not_the_stacks() -> None:
    given = export("aws:iam/rolePolicy:RolePolicy")
    given["deployment"]["resources"][0]["external"] = True
    admin = json.dumps(document(allow("*", "*")))
    given["deployment"]["resources"][0]["outputs"]["inlinePolicies"] = [
        {"name": "own", "policy": admin}
    ]
    (found,) = roles_of_export(given)
    assert (found.name, found.created, found.trust) == ("R", False, None)
    # What it may do counts all the same.
    assert sorted(policy.name for policy in found.policies) == ["Other", "own"]


@pytest.mark.parametrize(
    "kind",
    [
        "aws:kms/key:Key",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:kms/externalKey:ExternalKey",
        "aws:kms/replicaExternalKey:ReplicaExternalKey",
        "aws:dynamodb/resourcePolicy:ResourcePolicy",
    ],
)
def test_a_policy_of_a_resource_counts_for_the_role_that_it_names(kind: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:role/R"},
        "Action": "kms:*",
        "Resource": "*",
    }
    text = json.dumps(document(statement))
    (policy,) = only_role(export(kind, policy=text)).policies
    assert policy.statements[0].actions == ("kms:*",)


def test_what_cloud_control_makes_is_not_read() -> None:
    _, ((what, said),) = subjects_of_export(export("aws:cloudcontrol/resource:Resource"))
    assert (what.name, said) == ("Other", "is made by Cloud Control, by which it may be a role")
