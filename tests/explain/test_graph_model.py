"""What roles reach, by which statement, and who may assume them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rolewright.explain.graph_model import Access, Node, gravest
from rolewright.explain.graph_targets import target_of
from rolewright.guardrails import Level
from rolewright.roles import PolicyKind, Uncheckable
from tests.explain.graphs import ARN, allow, document, graph, node, of_stack, role, trusting


def reached(of: Node) -> dict[tuple[str, str], str]:
    """Return, by service and label, what a node may do there in words."""
    return {
        (reach.target.service, reach.target.label): " ".join(a.value for a in reach.access)
        for reach in of.reaches
    }


def test_the_example_stack_reaches_what_its_config_says() -> None:
    basic, writer, legacy = of_stack("local").nodes
    assert reached(basic)["s3", "example-bucket"] == "list"
    assert reached(basic)["s3", "every resource"] == "list read"
    assert reached(writer) == {("s3", "model-artifacts"): "list write"}
    assert reached(legacy) == {("dynamodb", "features"): "read write delete"}
    assert not legacy.whole
    assert [reason.statement for reason in writer.reaches[0].reasons] == [
        "ListModelArtifacts",
        "WriteModelArtifacts",
    ]
    assert writer.reaches[0].reasons[1].config_key == "roles.WriterRole.buckets"


@pytest.mark.parametrize(
    ("action", "resource", "access"),
    [
        ("s3:ListBucket", "arn:aws:s3:::b", "list"),
        ("s3:GetObject", "arn:aws:s3:::b/*", "read"),
        ("s3:PutObjectTagging", "arn:aws:s3:::b/*", "tag"),
        ("s3:PutObject", "arn:aws:s3:::b/*", "write"),
        ("s3:DeleteObject", "arn:aws:s3:::b/*", "delete"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::b", "permissions"),
        ("iam:PassRole", f"{ARN}Other", "pass"),
        ("sts:AssumeRole", f"{ARN}Other", "assume"),
        ("s3:NoSuchThing", "arn:aws:s3:::b/*", "unknown"),
    ],
)
def test_access_is_by_level_with_deleting_passing_and_assuming_apart(
    action: str, resource: str, access: str
) -> None:
    (reach,) = node(allow(action, on=resource)).reaches
    assert access in [one.value for one in reach.access]
    assert reach.reasons[0].actions == (action,)


def test_what_a_deny_or_a_boundary_takes_away_is_not_reached() -> None:
    deny = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}
    both = allow("s3:GetObject", "s3:PutObject", on="arn:aws:s3:::b/*")
    assert reached(node(both, deny)) == {("s3", "b"): "read"}
    bound = document(PolicyKind.BOUNDARY, "bound", allow("s3:Put*", on="*"))
    assert reached(node(both, boundary=bound)) == {("s3", "b"): "write"}


def test_an_action_that_takes_no_such_resource_reaches_nothing() -> None:
    assert node(allow("s3:ListBucket", on="arn:aws:s3:::b/*")).reaches == ()


def test_parts_are_named_unless_all_is_reached() -> None:
    some = allow("s3:PutObject", on="arn:aws:s3:::b/in/*")
    assert node(some).reaches[0].parts == ("in/*",)
    assert node(allow("s3:ListBucket", on="arn:aws:s3:::b"), some).reaches[0].parts == ("in/*",)
    assert node(allow("s3:GetObject", on="arn:aws:s3:::b/*"), some).reaches[0].parts == ()


def test_what_is_for_many_services_is_told_of_once() -> None:
    (reach,) = node(allow("*", on="*")).reaches
    assert (reach.target.service, reach.target.label) == ("*", "every resource")
    assert reach.risk is Level.MANDATORY


def test_all_actions_on_one_resource_stay_with_its_service() -> None:
    found = reached(node(allow("*", on="arn:aws:sqs:eu-west-1:123456789012:work")))
    assert list(found) == [("sqs", "work")]
    nowhere = node(allow("*", on="work"))
    assert all(reach.target.name == "work" for reach in nowhere.reaches)


def test_calls_that_take_no_resource_are_told_apart() -> None:
    calls = node(allow("ecr:GetAuthorizationToken", on="*")).reaches
    assert [reach.target.label for reach in calls] == ["account-wide calls"]


def test_a_statement_by_what_it_leaves_out_says_so() -> None:
    statement = {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::b/*"}
    (reach,) = node(statement).reaches
    assert reach.reasons[0].actions == ("every action but iam:*",)
    assert reach.reasons[0].spared == ("arn:aws:s3:::b/*",)


def test_conditions_are_told_as_they_stand() -> None:
    when = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    (reach,) = node(allow("iam:PassRole", on=f"{ARN}Other", Condition=when)).reaches
    assert reach.reasons[0].conditions == (
        "StringEquals iam:PassedToService: sagemaker.amazonaws.com",
    )


def test_the_same_reason_is_given_once() -> None:
    queue = "arn:aws:sqs:eu-west-1:123456789012:q"
    (reach,) = node(allow("sqs:SendMessage", on=[queue, queue])).reaches
    assert len(reach.reasons) == 1


@pytest.mark.parametrize(
    ("resource", "label", "kind", "account", "part"),
    [
        ("arn:aws:s3:::b", "b", "bucket", "", ""),
        ("arn:aws:s3:::b/*", "b", "bucket", "", "*"),
        ("arn:aws:s3:::b/in/*", "b", "bucket", "", "in/*"),
        ("arn:aws:s3:::*", "every bucket", "bucket", "", "*"),
        ("arn:aws:s3:::*/in/*", "every bucket", "bucket", "", "in/*"),
        ("arn:aws:s3:eu-west-1:1234:accesspoint/a", "a", "accesspoint", "1234", "*"),
        ("arn:aws:dynamodb:eu-west-1:12:table/t", "t", "table", "12", "*"),
        ("arn:aws:dynamodb:eu-west-1:12:table/t/index/*", "t", "table", "12", "index/*"),
        ("arn:aws:sqs:eu-west-1:12:q", "q", "queue", "12", "*"),
        ("arn:aws:logs:eu-west-1:12:log-group:/a/b:*", "/a/b", "log-group", "12", "*"),
        ("arn:aws:sagemaker:eu-west-1:12:model/*", "every model", "model", "12", "*"),
        ("arn:aws:sagemaker:eu-west-1:*:*", "every resource", "", "", "*"),
        ("arn:aws:codecommit:eu-west-1:12:code", "code", "code", "12", "*"),
        ("*", "every resource", "", "", "*"),
        ("nonsense", "nonsense", "resource", "", "*"),
    ],
)
def test_a_resource_is_named_as_people_name_it(
    resource: str, label: str, kind: str, account: str, part: str
) -> None:
    target, found = target_of(resource, "s3")
    assert (target.label, target.kind, target.account, found) == (label, kind, account, part)


PRINCIPALS: list[tuple[Any, str, str]] = [
    ({"Service": "sagemaker.amazonaws.com"}, "service", "sagemaker.amazonaws.com"),
    ("*", "anyone", "anyone"),
    ({"AWS": "123456789012"}, "account", "123456789012"),
    ({"AWS": "arn:aws:iam::123456789012:root"}, "account", "123456789012"),
    ({"AWS": f"{ARN}path/Other"}, "role", "Other"),
    ({"AWS": "arn:aws:iam::123456789012:user/ann"}, "user", "ann"),
    ({"Federated": "accounts.google.com"}, "federated", "accounts.google.com"),
    ({"CanonicalUser": "79a59d"}, "canonical user", "79a59d"),
]


@pytest.mark.parametrize(("principal", "kind", "name"), PRINCIPALS)
def test_callers_are_named_as_people_name_them(principal: Any, kind: str, name: str) -> None:
    trust = trusting({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    (caller,) = node(trust=trust).callers
    assert (caller.kind, caller.name, caller.allowed) == (kind, name, True)


def test_callers_who_are_kept_out_and_actions_that_assume_nothing() -> None:
    trust = trusting(
        {"Effect": "Deny", "NotPrincipal": {"AWS": "123456789012"}, "Action": "sts:*"},
        {"Effect": "Allow", "Principal": "*", "Action": "sts:TagSession"},
    )
    (caller,) = node(trust=trust).callers
    assert (caller.allowed, caller.value) == (False, "anyone but 123456789012")


def test_a_document_that_cannot_be_checked_is_said() -> None:
    hidden = replace(
        document(PolicyKind.CUSTOMER_MANAGED, "m"), document=Uncheckable(reason="it is not known")
    )
    found = graph(replace(role("R"), policies=(hidden,))).nodes[0]
    assert found.unseen == ("managed policy `m`: it is not known",)
    assert found.reaches == ()


def test_a_way_to_what_another_role_can_do_leads_to_that_role() -> None:
    service = {"Service": "sagemaker.amazonaws.com"}
    trust = trusting({"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"})
    siblings: list[Any] = []
    admin = role("Admin", allow("*", on="*"), trust=trust, siblings=siblings)
    trainer = role(
        "Trainer",
        allow("iam:PassRole", on=f"{ARN}Admin", Sid="Pass"),
        allow("sagemaker:CreateTrainingJob", on="*", Sid="Jobs"),
        trust=trust,
        siblings=siblings,
    )
    siblings += [trainer, admin]
    reach = next(one for one in graph(trainer, admin).nodes[0].reaches if one.target.name)
    assert reach.target.name == "Admin"
    assert reach.access == (Access.PASS, Access.ESCALATE)
    leads = [reason for reason in reach.reasons if reason.leads]
    assert {reason.statement for reason in leads} == {"Pass", "Jobs"}
    assert "sagemaker-002" in str(leads[0].leads)


def test_the_gravest_level_counts() -> None:
    assert gravest([Level.ADVISORY, None, Level.MANDATORY]) is Level.MANDATORY
    assert gravest([None, Level.ADVISORY]) is Level.ADVISORY
    assert gravest([]) is None
