"""Roles as guardrails see them, from the short form in which case files write them."""

from __future__ import annotations

import json
from dataclasses import replace
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

    `customer` are managed policies like `policies`; `texts` are inline policies as they are written.
    `managed` lists AWS's policies by name; `siblings` are further roles by name. More may come where
    it is `growing`. `arns` are those of policies, by their names. The other keys are the role's own;
    with `untold` the texts of documents are not known.
    """
    policies = [
        _policy(key, PolicyKind.INLINE, statements)
        for key, statements in given.get("policies", {}).items()
    ]
    policies += [
        _policy(key, PolicyKind.CUSTOMER_MANAGED, statements)
        for key, statements in given.get("customer", {}).items()
    ]
    policies += [_written(key, PolicyKind.INLINE, t) for key, t in given.get("texts", {}).items()]
    policies += [_managed(key) for key in given.get("managed", ())]
    arns = given.get("arns", {})
    policies = [replace(policy, arn=arns.get(policy.name, policy.arn)) for policy in policies]
    if given.get("untold"):
        policies = [replace(policy, text=None) for policy in policies]
    created = not given.get("existing", False)
    exclusive = given.get("exclusive")
    siblings: list[Role] = []
    role = Role(
        name=given.get("name", name),
        urn=f"urn:pulumi:test::sagemaker-roles::aws:iam/role:Role::{name}",
        path=given.get("path", "/"),
        account=given.get("account"),
        created=created,
        whole=not given.get("growing", False),
        trust=_policy("trust", PolicyKind.TRUST, given.get("trust", TRUST)) if created else None,
        policies=tuple(policies),
        boundary=_boundary(given),
        tags=given.get("tags", {}),
        max_session_duration=given.get("maxSessionDuration"),
        exclusive=None if exclusive is None else (exclusive[0], exclusive[1]),
        siblings=siblings,
    )
    siblings += [role, *(make_role(other, key) for key, other in given.get("siblings", {}).items())]
    return role


def _policy(name: str, kind: PolicyKind, statements: Any) -> AttachedPolicy:
    if statements == UNKNOWN:
        unknown = Uncheckable(reason="its document is unknown at preview")
        return AttachedPolicy(name=name, kind=kind, document=unknown, urn=f"urn:{name}")
    return _written(name, kind, json.dumps({"Version": "2012-10-17", "Statement": statements}))


def _written(name: str, kind: PolicyKind, text: str) -> AttachedPolicy:
    return AttachedPolicy(
        name=name, kind=kind, document=read_document(text), urn=f"urn:{name}", text=text
    )


def _boundary(given: Mapping[str, Any]) -> AttachedPolicy | None:
    if "boundary" not in given:
        return None
    policy = _policy("boundary", PolicyKind.BOUNDARY, given["boundary"])
    arn = given.get("boundaryArn", "arn:aws:iam::123456789012:policy/boundary")
    return replace(policy, arn=arn)


def _managed(name: str) -> AttachedPolicy:
    found = managed_policy(name)
    return AttachedPolicy(
        name=name,
        kind=PolicyKind.AWS_MANAGED if found else PolicyKind.CUSTOMER_MANAGED,
        document=read_document(found.text)
        if found
        else Uncheckable(reason="it is not among the policies of this stack"),
        urn=f"urn:attached-{name}",
        text=found.text if found else None,
    )
