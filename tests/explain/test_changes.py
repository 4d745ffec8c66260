"""What changes of a role: what can't be known counts as a difference, what both lack doesn't."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rolewright.explain.change_words import change_lines, what_it_may
from rolewright.explain.changes import Change, RoleChange, change_of
from rolewright.explain.sides import Side, SourceKind, paired
from rolewright.iam import Effect, Entry, Policies, PolicyDocument, Request, evaluate
from rolewright.roles import Role, Uncheckable
from rolewright.roles.difference_words import difference_lines, example_words, policy_of
from tests.guardrails.roles import TRUST, make_role

DATA = "arn:aws:s3:::data/*"
UNKNOWN = "unknown"


def allow(*actions: str, on: Any = DATA, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


READS, WRITES = allow("s3:GetObject"), allow("s3:PutObject")
EDGE = "arn:aws:iam::123456789012:policy/edge"


def side(*roles: Role, kind: SourceKind = SourceKind.ROLE) -> Side:
    return Side(source="x", kind=kind, roles=roles)


def change(old: dict[str, Any], new: dict[str, Any], **more: Any) -> RoleChange:
    one, other = make_role(old), make_role(new)
    return change_of((one, other), side(one, **more), side(other, **more))


def lines(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return list(change_lines(change(old, new)))


def test_a_boundary_counts_in_the_access() -> None:
    bare = {"policies": {"p": [READS, WRITES]}}
    bounded = {**bare, "boundary": [READS]}
    assert lines(bare, bounded) == [
        f"- s3:PutObject on {DATA}",
        "  e.g. PutObject arn:aws:s3:::data/a",
        "~ permissions boundary: none -> arn:aws:iam::123456789012:policy/boundary",
    ]
    assert lines(bounded, bare)[0] == f"+ s3:PutObject on {DATA}"
    assert lines(bounded, {**bounded, "boundary": [READS, WRITES]})[:1] == [
        f"+ s3:PutObject on {DATA}"
    ]


def test_a_boundary_that_is_not_known_and_stays_holds_back_the_same() -> None:
    old = {"policies": {"p": [READS]}, "boundary": UNKNOWN}
    assert change(old, old).change is Change.SAME
    assert change(old, {**old, "policies": {"p": [READS, WRITES]}}).doubts == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"boundary": UNKNOWN}, {}),
        ({}, {"boundary": UNKNOWN}),
        ({"boundary": UNKNOWN}, {"boundary": UNKNOWN, "boundaryArn": EDGE}),
        ({"boundary": [READS]}, {"boundary": UNKNOWN, "boundaryArn": EDGE}),
    ],
)
def test_a_boundary_that_is_not_known_and_changes_is_a_doubt(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    policies = {"policies": {"p": [READS]}}
    found = change({**policies, **old}, {**policies, **new})
    assert found.change is Change.CHANGED
    assert found.doubts
    assert all("may change by permissions boundary" in doubt for doubt in found.doubts)


def test_a_policy_that_is_not_known_counts_where_one_side_alone_has_it() -> None:
    bare: dict[str, Any] = {"policies": {}}
    unknown: dict[str, Any] = {"policies": {"p": UNKNOWN}}
    assert lines(bare, unknown) == [
        "? may gain access by inline policy `p`: its document is unknown at preview"
    ]
    assert lines(unknown, bare) == [
        "? may lose access with inline policy `p`: its document is unknown at preview"
    ]
    assert change(unknown, unknown).change is Change.SAME


def test_a_trust_policy_that_is_not_known_is_a_doubt_unless_it_is_the_same_text() -> None:
    said = "may change in who may assume it: the trust isn't known"
    assert change({"trust": UNKNOWN}, {}).doubts == (said,)
    assert change({"trust": UNKNOWN}, {"trust": UNKNOWN}).doubts == (said,)
    role = make_role({})
    assert role.trust is not None
    bad = replace(role.trust, document=Uncheckable(reason="bad"), text="{")
    same = replace(role, trust=bad)
    assert change_of((same, same), side(same), side(same)).change is Change.SAME


def test_who_may_assume_a_role_is_told_by_statement() -> None:
    deny = {**TRUST[0], "Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    kept_out = {"trust": [TRUST[0], deny]}
    (added, example) = lines(kept_out, {})
    assert added == "+ trust: sts:AssumeRole by sagemaker.amazonaws.com"
    assert (
        example.startswith("  e.g. with aws:SecureTransport=false") or "SecureTransport" in example
    )
    assert lines({}, kept_out)[0] == "- trust: sts:AssumeRole by sagemaker.amazonaws.com"
    anyone = {
        "Effect": "Deny",
        "NotPrincipal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "sts:AssumeRole",
    }
    open_to_all: dict[str, Any] = {**TRUST[0], "Principal": "*", "Condition": {}}
    found = lines({"trust": [open_to_all]}, {"trust": [open_to_all, anyone]})
    assert found[0] == "- trust: sts:AssumeRole by anyone but arn:aws:iam::123456789012:root"
    free: list[dict[str, Any]] = [{**TRUST[0], "Condition": {}}]
    assert lines({}, {"trust": free})[0] == "+ trust: sts:AssumeRole by sagemaker.amazonaws.com"


def test_what_else_changes_is_told_where_both_sides_tell_it() -> None:
    old = make_role({"exclusive": [True, True]})
    new = make_role({"exclusive": [True, False], "name": "Other", "maxSessionDuration": 7200})
    sides = side(old, kind=SourceKind.DEPLOYED), side(new, kind=SourceKind.DEPLOYED)
    told = [(fact.what, fact.old, fact.new) for fact in change_of((old, new), *sides).facts]
    assert told == [
        ("name", "TrainingRole", "Other"),
        ("longest session", "3600 s", "7200 s"),
        ("kept to the stack's policies", "inline and attached", "inline"),
    ]
    bare = replace(old, exclusive=None)
    (found,) = change_of((old, bare), *sides).facts
    assert found.new == "no"
    account = side(new, kind=SourceKind.ACCOUNT)
    assert [fact.what for fact in change_of((old, new), sides[0], account).facts] == ["name"]
    assert change_of((old, new), side(old), side(new)).facts == ()


def test_roles_are_paired_by_name_then_by_key() -> None:
    a, b = (replace(make_role({"name": name}), config_key=f"roles.{name}") for name in "ab")
    moved = replace(a, name="z")
    deployed = side(a, b, kind=SourceKind.DEPLOYED)
    assert paired(deployed, side(replace(b, name="B"), moved)) == (
        (b, replace(b, name="B")),
        (a, moved),
    )
    assert paired(deployed, side()) == ((a, None), (b, None))


def test_a_role_that_a_stack_only_adds_to_is_told_as_such() -> None:
    role = make_role({"existing": True, "policies": {"p": [READS]}})
    found = change_of((None, role), side(), side(role))
    assert list(change_lines(found)) == [
        "+ new in this stack, which only adds to it: read data (S3)"
    ]


def test_the_first_of_many_things_that_a_role_may_do_are_told() -> None:
    role = make_role(
        {"policies": {"p": [allow("s3:GetObject", on=[f"arn:aws:s3:::b{n}/*" for n in range(6)])]}}
    )
    assert what_it_may(role) == (
        "read b0 (S3); read b1 (S3); read b2 (S3); read b3 (S3); and 2 more; "
        "assumed by sagemaker.amazonaws.com"
    )


def entry(action: str, resource: str = DATA, *, sure: bool = True, statement: int = 0) -> Entry:
    return Entry(
        action=action,
        resource=resource,
        effect=Effect.ALLOW,
        conditions=(),
        statement=statement,
        sid=None,
        witness=Request(action=action, resource=resource.replace("*", "a")) if sure else None,
    )


def test_what_a_statement_has_alike_is_one_part_its_gravest_actions_first() -> None:
    actions = (
        "s3:ListBucket",
        "s3:GetObject",
        "s3:TagResource",
        "s3:PutObject",
        "s3:PutBucketPolicy",
    )
    entries = [entry(action, on) for on in (DATA, "arn:aws:s3:::b") for action in actions]
    assert list(difference_lines(entries, "+")) == [
        (
            "+ s3:PutBucketPolicy, s3:PutObject, s3:TagResource, s3:GetObject and 1 more on "
            f"{DATA}, arn:aws:s3:::b"
        ),
        "  e.g. PutBucketPolicy arn:aws:s3:::data/a",
    ]


def test_of_many_parts_the_gravest_are_told_in_their_order() -> None:
    entries = [
        entry(action, f"arn:aws:s3:::b{place}", statement=place)
        for place, action in enumerate(
            ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "iam:PassRole")
        )
    ]
    assert list(difference_lines(entries, "-", 2)) == [
        "- s3:PutObject on arn:aws:s3:::b1",
        "- iam:PassRole on arn:aws:s3:::b3",
        "- 2 more",
    ]


def test_what_could_not_be_decided_is_said_to_be_so() -> None:
    assert list(difference_lines([entry("s3:GetObject", sure=False)], "+")) == [
        f"+ s3:GetObject on {DATA}, perhaps"
    ]


def test_an_example_says_some_of_its_context_or_all() -> None:
    request = Request(
        action="s3:GetObject",
        resource="arn:aws:s3:::data/a",
        context={f"aws:PrincipalTag/{n}": ("x", "y") for n in range(4)},
    )
    assert example_words(request).endswith("aws:PrincipalTag/2=x|y and 1 more")
    assert example_words(request, None).endswith("aws:PrincipalTag/3=x|y")


def test_every_example_of_a_change_is_allowed_on_its_side_and_not_on_the_other() -> None:
    old = {
        "policies": {
            "p": [
                READS,
                allow(
                    "kms:Decrypt",
                    on="arn:aws:kms:eu-west-1:123456789012:key/k",
                    Condition={"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
                ),
            ]
        }
    }
    new = {
        "policies": {"p": [WRITES], "q": [allow("s3:Get*", on=["arn:aws:s3:::other/*"])]},
        "boundary": [allow("s3:*", on="*")],
    }
    found = change(old, new)
    assert found.access is not None
    assert found.old is not None
    assert found.new is not None
    assert len(found.access.added) == 2
    assert len(found.access.removed) == 2
    for entries, mine, other in (
        (found.access.added, found.new, found.old),
        (found.access.removed, found.old, found.new),
    ):
        for one in entries:
            assert one.witness is not None
            assert mine.access.allows(one.witness)
            assert not other.access.allows(one.witness)
            policy = policy_of(mine, one)
            assert policy is not None
            assert isinstance(policy.document, PolicyDocument)
            assert evaluate(one.witness, Policies(identity=(policy.document,))).allowed


def test_a_deny_that_is_gone_is_no_policy_s() -> None:
    deny = {**WRITES, "Effect": "Deny"}
    found = change({"policies": {"p": [READS, WRITES, deny]}}, {"policies": {"p": [READS, WRITES]}})
    assert found.access is not None
    assert found.new is not None
    (added,) = found.access.added
    assert added.effect is Effect.DENY
    assert policy_of(found.new, added) is None


def test_a_role_that_stays_as_it_is_has_nothing_to_tell() -> None:
    whole = replace(make_role({"policies": {"p": [READS]}}), trust=None)
    part = replace(whole, created=False, policies=())
    sides = side(whole, kind=SourceKind.ACCOUNT), side(part, kind=SourceKind.CONFIG)
    found = change_of((whole, part), *sides)
    assert found.change is Change.SAME
    assert found.notes
    assert list(change_lines(found)) == []
