"""The smallest change of the stack config that lets a role make a request."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rolewright.explain import patched, smallest_fix
from rolewright.grants import parse_role_args
from rolewright.iam import (
    Access,
    Policies,
    Relation,
    Request,
    Undecided,
    Verdict,
    can,
    compare,
    evaluate,
    parse_document,
)
from rolewright.reference import actions_of, resource_types_of, services
from rolewright.roles import AttachedPolicy, PolicyKind
from tests.explain.asking import asking_of, request_of, role_of

if TYPE_CHECKING:
    from rolewright.explain import Addition, Fix
    from rolewright.iam import Entry

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "cases" / "explain" / "fixes.json").read_text()
)
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLES: list[dict[str, Any]] = [
    {},
    {
        "buckets": [
            {"name": "data", "access": ["list"], "prefixes": ["x/"]},
            {"name": "name", "access": ["read"], "key": KEY},
        ],
        "dynamodb": [{"table": "name", "access": ["read"]}],
        "queues": [{"queue": "name", "access": ["send"]}],
        "statements": [{"sid": "S3GetObject", "actions": ["s3:GetObject"], "resources": ["*"]}],
    },
    {
        "persona": "data-scientist",
        "activities": {"access-s3-buckets": {"buckets": ["data"]}},
        "network": {"subnets": ["subnet-0a"], "securityGroups": ["sg-0a"]},
        "encryption": {"volumeKeys": [KEY]},
    },
]
WHERE = ("arn", "partition", "", "region", "account", "")
PLACE = {"arn": "arn", "partition": "aws", "region": "eu-west-1", "account": "123456789012", "": ""}
KNOWN = {"KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab"}
CONTEXTS: list[dict[str, tuple[str, ...]]] = [
    {},
    {
        "s3:prefix": ("x/y",),
        "dynamodb:LeadingKeys": ("a",),
        "kms:ViaService": ("s3.eu-west-1.amazonaws.com",),
        "iam:PassedToService": ("glue.amazonaws.com",),
        "cloudwatch:namespace": ("Team",),
    },
]
OFTEN = ("s3", "dynamodb", "sagemaker", "kms", "ecr", "logs", "sqs", "glue", "athena", "ec2", "iam")


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Draw an action that AWS documents, on a resource that it takes."""
    service = draw(st.sampled_from(OFTEN) | st.sampled_from(sorted(services())))
    action = draw(st.sampled_from(sorted(actions_of(service).values(), key=lambda a: a.name)))
    name = draw(st.sampled_from(["name", "data", "x1y2z3"]))
    resource = "*"
    if action.resource_types:
        use = draw(st.sampled_from(action.resource_types))
        template = draw(st.sampled_from(resource_types_of(service)[use.name].arns))
        parts = template.split(":", 5)
        where = [
            PLACE[place] if "$" in part else part for place, part in zip(WHERE, parts, strict=True)
        ]
        own = re.sub(r"\$\{(\w+)\}", lambda found: KNOWN.get(found[1], name), parts[5])
        resource = ":".join((*where[:2], parts[2], *where[3:5], own))
    return Request(
        action=f"{service}:{action.name}",
        resource=resource,
        context=draw(st.sampled_from(CONTEXTS)),
    )


def fix_of(case: dict[str, Any]) -> Fix | None:
    asking = asking_of(case.get("role", {}))
    deny = case.get("denied") or case.get("boundary")
    if deny:
        policy = AttachedPolicy(
            name="given",
            kind=PolicyKind.INLINE,
            document=parse_document({"Version": "2012-10-17", "Statement": deny}),
            urn="",
        )
        role = asking.role
        changed = (
            replace(role, boundary=policy)
            if "boundary" in case
            else replace(role, policies=(*role.policies, policy))
        )
        asking = replace(asking, role=changed)
    return smallest_fix(request_of(case["request"]), asking)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_smallest_fix(case: dict[str, Any]) -> None:
    fix = fix_of(case)
    if case["fix"] is None:
        assert fix is None, case["why"]
        return
    assert fix is not None, case["why"]
    found: dict[str, Any] = {
        "path": fix.patch.path,
        "entry": fix.patch.entry,
        "adds": [f"{', '.join(a.actions)} on {', '.join(a.resources)}" for a in fix.adds],
    }
    if fix.when:
        found["when"] = [f"{c.operator} {c.key} {', '.join(c.values)}" for c in fix.when]
    if fix.companions:
        found["companions"] = [companion.what for companion in fix.companions]
    assert found == case["fix"], case["why"]


@given(given_role=st.sampled_from(ROLES), request=requests())
def test_a_fix_allows_the_request_and_adds_nothing_but_what_it_names(
    given_role: dict[str, Any], request: Request
) -> None:
    """Law: patched, the role may make the request; `diff` shows what the fix says, no more."""
    args = parse_role_args("R", given_role)
    role = role_of(args)
    held = Policies(identity=role.access.identity, boundary=role.access.boundary)
    assume(can(request, held).verdict is Verdict.NO)
    fix = smallest_fix(request, replace(asking_of({}), role=role, args=args))
    assert fix is not None
    after = role_of(patched(args, fix.patch))
    assert fix.request.action == request.action
    assert fix.request.resource == request.resource
    assert request.context.items() <= fix.request.context.items()
    assert bool(fix.when) is (fix.request != request)
    policies = Policies(identity=after.access.identity, boundary=after.access.boundary)
    assert evaluate(fix.request, policies).allowed
    found = compare(role.access, after.access)
    assert not (*found.removed, *found.may_remove)
    assert found.relation in (Relation.BROADER, Relation.UNDECIDED)
    for entry in (*found.added, *found.may_add):
        assert any(is_named(entry, addition) for addition in fix.adds), entry


def is_named(entry: Entry, addition: Addition) -> bool:
    return (
        entry.conditions == addition.conditions
        and entry.action in addition.actions
        and entry.resource in addition.resources
    )


def test_grants_that_can_not_be_compared_are_told_apart_by_how_much_they_add(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def undecided(*_: object) -> bool:
        raise Undecided("")

    monkeypatch.setattr(Access, "contains", undecided)
    asked = {"action": "sqs:GetQueueUrl", "resource": "arn:aws:sqs:eu-west-1:123456789012:jobs"}
    fix = smallest_fix(request_of(asked), asking_of({}))
    assert fix is not None
    assert fix.patch.entry == {"queue": "jobs", "access": ["send"]}
