"""Roles as guardrails see them, from the short form in which case files write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rolewright.reference import managed_policy
from rolewright.roles import AttachedPolicy, PolicyKind, Role, Uncheckable, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN = "unknown"
TRUST: list[Any] = [
    {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }
]


def make_role(given: Mapping[str, Any], name: str = "TrainingRole") -> Role:
    """Return a role: `trust`, `boundary` and each of `policies` are statements, or `unknown`.

    `managed` lists AWS's policies by name; `siblings` are further roles by name.
    """
    policies = [
        _policy(key, PolicyKind.INLINE, statements)
        for key, statements in given.get("policies", {}).items()
    ]
    policies += [_managed(key) for key in given.get("managed", ())]
    created = not given.get("existing", False)
    siblings: list[Role] = []
    role = Role(
        name=name,
        urn=f"urn:pulumi:test::sagemaker-roles::aws:iam/role:Role::{name}",
        path=given.get("path", "/"),
        created=created,
        trust=_policy("trust", PolicyKind.TRUST, given.get("trust", TRUST)) if created else None,
        policies=tuple(policies),
        boundary=_boundary(given),
        siblings=siblings,
    )
    siblings += [role, *(make_role(other, key) for key, other in given.get("siblings", {}).items())]
    return role


def _policy(name: str, kind: PolicyKind, statements: Any) -> AttachedPolicy:
    if statements == UNKNOWN:
        document: Any = Uncheckable(reason="its document is unknown at preview")
    else:
        text = json.dumps({"Version": "2012-10-17", "Statement": statements})
        document = read_document(text)
    return AttachedPolicy(name=name, kind=kind, document=document, urn=f"urn:{name}")


def _boundary(given: Mapping[str, Any]) -> AttachedPolicy | None:
    if "boundary" not in given:
        return None
    policy = _policy("boundary", PolicyKind.BOUNDARY, given["boundary"])
    return AttachedPolicy(
        name=policy.name,
        kind=policy.kind,
        document=policy.document,
        urn=policy.urn,
        arn="arn:aws:iam::123456789012:policy/boundary",
    )


def _managed(name: str) -> AttachedPolicy:
    found = managed_policy(name)
    return AttachedPolicy(
        name=name,
        kind=PolicyKind.AWS_MANAGED if found else PolicyKind.CUSTOMER_MANAGED,
        document=read_document(found.text)
        if found
        else Uncheckable(reason="it is not among the policies of this stack"),
        urn=f"urn:attached-{name}",
    )
