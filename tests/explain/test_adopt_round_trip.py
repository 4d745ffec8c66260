"""What a stack config renders to is adopted as a stack config that gives the same access."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rolewright.explain.adopting.adopt import adopt
from rolewright.explain.adopting.held import HeldRole
from rolewright.grants import ConfigError, RolePlan, Target, parse_role_args, plan_role
from rolewright.iam import Access, Relation, compare, diff

if TYPE_CHECKING:
    from collections.abc import Mapping

TARGET = Target(partition="aws", account="123456789012", region="eu-west-1", environment="dev")
KINDS = Path(__file__).parent.parent / "cases" / "grants" / "kinds"
ENTRIES: dict[str, list[Any]] = {
    path.stem: [
        entry
        for case in json.loads(path.read_text())["cases"]
        if "target" not in case
        for entry in case["entries"]
    ]
    for path in sorted(KINDS.glob("*.json"))
}
LEVELS = st.lists(
    st.sampled_from(["list", "read", "write", "delete"]), min_size=1, max_size=4, unique=True
)
BUCKET = st.fixed_dictionaries(
    {"name": st.sampled_from(["data", "a.b", "a-b", "logs-1", "logs1"]), "access": LEVELS},
    optional={"prefixes": st.lists(st.sampled_from(["a/", "b/", "a/b"]), min_size=1, unique=True)},
)
RAW = st.fixed_dictionaries(
    {
        "sid": st.sampled_from(["One", "Two", "Three"]),
        "actions": st.lists(
            st.sampled_from(["s3:GetObject", "s3:Get*", "ec2:DescribeVpcs"]),
            min_size=1,
            unique=True,
        ),
        "resources": st.lists(
            st.sampled_from(["*", "arn:aws:s3:::data/*", "arn:aws:s3:::data/a/*"]),
            min_size=1,
            unique=True,
        ),
    },
    optional={
        "effect": st.just("Deny"),
        "conditions": st.just({"StringEquals": {"aws:SourceVpc": ["vpc-1"]}}),
    },
)
OF_KIND: dict[str, st.SearchStrategy[list[Any]]] = {
    **{
        key: st.lists(st.sampled_from(entries), min_size=1, max_size=2)
        for key, entries in ENTRIES.items()
    },
    "buckets": st.lists(BUCKET | st.sampled_from(ENTRIES["buckets"]), min_size=1, max_size=3),
    "statements": st.lists(RAW, min_size=1, max_size=2, unique_by=lambda one: one["sid"]),
}
GRANTS = st.lists(st.sampled_from(sorted(OF_KIND)), min_size=1, max_size=3, unique=True).flatmap(
    lambda kinds: st.fixed_dictionaries({kind: OF_KIND[kind] for kind in kinds})
)
TRUST = st.fixed_dictionaries(
    {},
    optional={
        "services": st.lists(
            st.sampled_from(["scheduler.amazonaws.com", "glue.amazonaws.com"]), unique=True
        ),
        "sourceAccount": st.booleans(),
        "sourceArns": st.lists(
            st.sampled_from(
                [
                    "arn:aws:sagemaker:eu-west-1:123456789012:training-job/*",
                    "arn:aws:sagemaker:eu-west-1:123456789012:*",
                ]
            ),
            unique=True,
        ),
        "setSourceIdentity": st.booleans(),
    },
)


def joined(*parts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for part in parts for key, value in part.items()}


ROLE = st.builds(
    joined,
    GRANTS,
    st.fixed_dictionaries(
        {},
        optional={
            "policies": st.dictionaries(
                st.sampled_from(["Custom", "buckets", "a.b"]),
                GRANTS,
                min_size=1,
                max_size=2,
            )
        },
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "trust": TRUST,
            "path": st.sampled_from(["/", "/ml/"]),
            "description": st.sampled_from(["", "What it is for"]),
            "tags": st.just({"team": "ml"}),
            "maxSessionDuration": st.sampled_from([3600, 7200]),
            "permissionsBoundary": st.just("arn:aws:iam::123456789012:policy/bound"),
            "managedPolicies": st.lists(
                st.sampled_from(
                    ["AmazonS3ReadOnlyAccess", "arn:aws:iam::123456789012:policy/team/own"]
                ),
                unique=True,
            ),
        },
    ),
)


def held_of(plan: RolePlan) -> HeldRole:
    """Return what IAM would hold of a plan."""
    return HeldRole(
        name=plan.name,
        path=plan.path,
        trust=plan.trust_text,
        inline=tuple((policy.name, policy.text) for policy in plan.policies),
        attached=tuple(attachment.arn for attachment in plan.attachments),
        boundary=plan.permissions_boundary,
        tags=plan.tags,
        description=plan.description or "",
        max_session_duration=plan.max_session_duration or 3600,
    )


def rendered(args: Mapping[str, Any]) -> RolePlan:
    return plan_role("TrainingRole", parse_role_args("TrainingRole", args), TARGET)


@settings(
    max_examples=500,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(ROLE)
def test_what_is_rendered_is_adopted_with_the_same_access(args: dict[str, Any]) -> None:
    try:
        plan = rendered(args)
    except ConfigError:
        assume(False)  # noqa: FBT003  # hypothesis's own way to pass on
        return
    adoption = adopt(held_of(plan), TARGET)
    # A plan that IAM's limit just lets through has no room for the names of statements.
    assume(not any("over IAM's limit" in one.reason for one in adoption.left))
    assert adoption.whole
    assert not adoption.existing
    again = rendered(adoption.args)
    new = {policy.name: policy.document for policy in again.policies}
    old = {policy.name: policy.document for policy in plan.policies}
    for policy in adoption.policies:
        # What one kind of grant can't say, of a policy of ours, has another name from now on.
        name = policy.title if policy.renamed else policy.name
        assert diff(old[policy.name], new[name or ""]).relation is Relation.EQUIVALENT
    assert len(adoption.policies) == len(old) == len(new)
    before, after = (Access(identity=tuple(found.values())) for found in (old, new))
    assert compare(before, after).relation is Relation.EQUIVALENT
    assert plan.trust is not None
    assert again.trust is not None
    assert diff(plan.trust, again.trust).relation is Relation.EQUIVALENT
    settings_of = [
        (p.path, p.permissions_boundary, dict(p.tags), p.description or "", p.attachments)
        for p in (plan, again)
    ]
    assert settings_of[0] == settings_of[1]
