"""From a run's resources to roles: whole where it can be told, unknown where it can't."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from pulumi_policy.proxy import unknown_checking_proxy

from policy_pack.subjects import plain
from rolewright.reference import managed_policy
from rolewright.roles import PolicyKind, Role, Uncheckable, read_document
from rolewright.stack.properties import Resource, account_of
from rolewright.stack.view import ROLE_POLICIES, StackView
from tests.policy_pack.run import (
    ACCOUNT,
    ADMIN,
    BOUNDARY,
    HARMLESS,
    READ_ONLY,
    TRUST,
    UNKNOWN,
    WRITES,
    Described,
    Run,
    attached,
    attached_to_many,
    document,
    exclusively,
    policy,
    role,
    role_policy,
)

if TYPE_CHECKING:
    from rolewright.roles import AttachedPolicy

PARENT = "urn:pulumi:test::sagemaker-roles::rolewright:index:SageMakerRole::R"
ONE = "urn:pulumi:test::sagemaker-roles::pulumi:providers:aws::one"
TWO = "urn:pulumi:test::sagemaker-roles::pulumi:providers:aws::two"
OWN = f"arn:aws:iam::{ACCOUNT}:policy/own"


def _resource(described: Described, *, whole: bool) -> Resource:
    return Resource(
        type=described.type,
        urn=described.urn,
        name=described.name,
        props=plain(unknown_checking_proxy(dict(described.props))),
        parent=described.parent,
        provider=described.provider,
        account=described.account,
        dependencies=described.dependencies if whole else {},
    )


def roles(*described: Described, whole: bool = True) -> list[Role]:
    view = StackView(whole=whole)
    for one in described:
        view.add(_resource(one, whole=whole))
    return [view.role(key) for key in view.role_keys()]


def only(*described: Described, whole: bool = True) -> Role:
    (found,) = roles(*described, whole=whole)
    return found


def names(found: Role) -> list[str]:
    return [policy.name for policy in found.policies]


def reason(found: AttachedPolicy) -> str:
    assert isinstance(found.document, Uncheckable)
    return found.document.reason


def test_a_role_has_its_trust_policy_path_and_boundary() -> None:
    found = only(role("R", path="/ml/"))
    assert (found.name, found.path, found.created) == ("R", "/ml/", True)
    assert found.trust is not None
    assert found.trust.document == read_document(TRUST)
    assert found.boundary is not None
    assert found.boundary.arn == BOUNDARY
    assert found.boundary.kind is PolicyKind.BOUNDARY
    assert "not among the policies of this stack" in reason(found.boundary)


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_role_without_a_boundary_has_none(nothing: str | None) -> None:
    assert only(role("R", permissionsBoundary=nothing)).boundary is None


def test_a_role_of_our_component_has_its_config_keys() -> None:
    found = only(
        replace(role("R"), parent=PARENT),
        replace(role_policy("rolewright-buckets", "R", HARMLESS), parent=PARENT),
        replace(attached("R", READ_ONLY), parent=PARENT),
    )
    assert found.config_key == "roles.R"
    assert found.trust is not None
    assert found.trust.config_key == "roles.R.trust"
    assert found.boundary is not None
    assert found.boundary.config_key == "roles.R.permissionsBoundary"
    assert [held.config_key for held in found.policies] == [
        "roles.R.buckets",
        "roles.R.managedPolicies",
    ]


@pytest.mark.parametrize("whole", [True, False])
def test_a_policy_is_joined_to_its_role_by_name_in_any_order(*, whole: bool) -> None:
    for resources in (
        [role("R"), role_policy("p", "R", HARMLESS)],
        [role_policy("p", "R", HARMLESS), role("R")],
    ):
        found = only(*resources, whole=whole)
        assert found.created
        assert names(found) == ["p"]


def test_a_role_that_the_stack_only_adds_to_is_partly_seen() -> None:
    found = only(role_policy("p", "Legacy", HARMLESS))
    assert (found.name, found.created, found.trust) == ("Legacy", False, None)
    assert found.urn == role_policy("p", "Legacy", HARMLESS).urn


def test_siblings_are_all_roles_of_the_stack() -> None:
    first, _ = roles(role("A"), role("B"))
    assert [sibling.name for sibling in first.siblings] == ["A", "B"]
    (partly, _) = roles(role_policy("p", "Legacy", HARMLESS), role("A"))
    assert [sibling.name for sibling in partly.siblings] == ["Legacy", "A"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (UNKNOWN, "its document is unknown at preview"),
        (None, "it has no document"),
        ("not json", "it is not a policy document: "),
        (3, "it is not JSON text"),
        ({"Statement": []}, "it is not JSON text"),
    ],
)
def test_a_document_that_cannot_be_read_says_why(text: Any, why: str) -> None:
    given = {} if text is None else {"policy": text}
    bare = replace(role_policy("p", "R", ""), props={"name": "p", "role": "R", **given})
    (held,) = only(role("R"), bare).policies
    assert reason(held).startswith(why)


def test_a_policy_without_a_known_name_goes_by_its_resource() -> None:
    (held,) = only(role("R"), replace_props(role_policy("p", "R", HARMLESS), name=UNKNOWN)).policies
    assert held.name == "p"


def replace_props(described: Described, **props: Any) -> Described:
    return replace(described, props={**described.props, **props})


def auto_named(name: str = "made") -> Described:
    return replace_props(role(name), name=UNKNOWN)


def test_an_auto_named_role_is_joined_to_its_policies_by_what_they_depend_on() -> None:
    made = auto_named()
    own = policy("own", WRITES)
    found = only(
        made,
        own,
        role_policy("inline", UNKNOWN, HARMLESS, dependencies={"role": [made.urn]}),
        attached(UNKNOWN, UNKNOWN, dependencies={"role": [made.urn], "policyArn": [own.urn]}),
    )
    assert found.name == "made"
    assert names(found) == ["inline", "own"]


def test_a_policy_for_a_role_that_nothing_tells_is_still_seen() -> None:
    made, lost = roles(role("R"), role_policy("p", UNKNOWN, ADMIN))
    assert names(made) == []
    assert names(lost) == ["p"]
    assert not lost.created


def test_a_growing_view_leaves_to_the_whole_what_only_that_can_place() -> None:
    resources = [role("R"), role_policy("p", UNKNOWN, ADMIN), attached("R", UNKNOWN)]
    assert names(only(*resources, whole=False)) == []


def test_a_growing_view_does_not_judge_a_role_until_its_boundary_is_known() -> None:
    view = StackView(whole=False)
    unknown = role("R", permissionsBoundary=UNKNOWN)
    assert view.add(_resource(unknown, whole=False)) == ()
    assert view.add(_resource(role_policy("p", "R", ADMIN), whole=False)) == ()
    key = view.add(_resource(role("R"), whole=False))
    assert [view.role(one).name for one in key] == ["R"]


def test_a_boundary_of_the_stack_is_read_whenever_it_comes() -> None:
    own = policy("ml-boundary", HARMLESS)
    for resources in ([own, role("R")], [role("R"), own]):
        found = only(*resources)
        assert found.boundary is not None
        assert found.boundary.document == read_document(HARMLESS)
        assert found.boundary.urn == role("R").urn


def test_a_boundary_whose_arn_is_unknown_is_found_by_what_it_depends_on() -> None:
    own = policy("bounds", HARMLESS)
    bounded = replace(
        role("R", permissionsBoundary=UNKNOWN), dependencies={"permissionsBoundary": [own.urn]}
    )
    found = only(bounded, own)
    assert found.boundary is not None
    assert found.boundary.arn is None
    assert found.boundary.document == read_document(HARMLESS)


def test_a_boundary_that_nothing_tells_or_that_may_be_one_of_two_is_unknown() -> None:
    one, two = policy("one", HARMLESS), policy("two", ADMIN)
    for urns in ([], [one.urn, two.urn]):
        bounded = replace(
            role("R", permissionsBoundary=UNKNOWN), dependencies={"permissionsBoundary": urns}
        )
        found = only(bounded, one, two)
        assert found.boundary is not None
        assert reason(found.boundary) == "which policy it is, is unknown at preview"


def test_a_boundary_of_aws_is_read() -> None:
    found = only(role("R", permissionsBoundary=READ_ONLY))
    assert found.boundary is not None
    assert not isinstance(found.boundary.document, Uncheckable)


def test_an_aws_managed_policy_counts_by_its_real_content() -> None:
    attachment = attached("R", READ_ONLY)
    (held,) = only(role("R"), attachment).policies
    known = managed_policy(READ_ONLY)
    assert known is not None
    assert held.document == read_document(known.text)
    assert held.kind is PolicyKind.AWS_MANAGED
    assert (held.name, held.arn, held.urn) == ("AmazonS3ReadOnlyAccess", READ_ONLY, attachment.urn)


def test_an_aws_managed_policy_that_is_not_known_here_cannot_be_checked() -> None:
    (held,) = only(role("R"), attached("R", "arn:aws:iam::aws:policy/BrandNew")).policies
    assert reason(held) == "it is not among AWS's policies known here"
    assert held.kind is PolicyKind.AWS_MANAGED


def test_a_customers_policy_from_elsewhere_cannot_be_checked() -> None:
    (held,) = only(role("R"), attached("R", OWN)).policies
    assert reason(held) == "it is not among the policies of this stack"
    assert (held.name, held.kind) == ("own", PolicyKind.CUSTOMER_MANAGED)


@pytest.mark.parametrize("whole", [True, False])
def test_a_customers_policy_of_the_stack_counts_by_its_document(*, whole: bool) -> None:
    own = policy("own", WRITES)
    for resources in ([own, role("R"), attached("R", OWN)], [role("R"), attached("R", OWN), own]):
        (held,) = only(*resources, whole=whole).policies
        assert held.document == read_document(WRITES)
        assert held.urn == attached("R", OWN).urn


def test_a_policy_that_comes_after_its_attachment_has_its_roles_judged_anew() -> None:
    view = StackView(whole=False)
    view.add(_resource(role("R"), whole=False))
    view.add(_resource(role_policy("p", "R", HARMLESS), whole=False))
    view.add(_resource(role("S"), whole=False))
    view.add(_resource(attached("R", OWN), whole=False))
    (key,) = view.add(_resource(policy("own", WRITES), whole=False))
    assert view.role(key).name == "R"


def test_a_policys_path_is_part_of_its_arn() -> None:
    own = replace_props(policy("own", WRITES), path="/team/")
    (held,) = only(
        role("R"), own, attached("R", f"arn:aws:iam::{ACCOUNT}:policy/team/own")
    ).policies
    assert held.document == read_document(WRITES)
    (held,) = only(role("R"), own, attached("R", OWN)).policies
    assert "not among" in reason(held)


def test_an_auto_named_policy_is_found_by_what_its_attachment_depends_on() -> None:
    own = replace_props(policy("own", WRITES), name=UNKNOWN)
    (held,) = only(
        role("R"), own, attached("R", UNKNOWN, dependencies={"policyArn": [own.urn]})
    ).policies
    assert (held.name, held.arn) == ("own", None)
    assert held.document == read_document(WRITES)


def test_an_attachment_of_an_unknown_policy_cannot_be_checked() -> None:
    (held,) = only(role("R"), attached("R", UNKNOWN)).policies
    assert reason(held) == "which policy it is, is unknown at preview"


def test_one_attachment_gives_a_policy_to_many_roles() -> None:
    first, second = roles(role("A"), role("B"), attached_to_many(["A", "B"], READ_ONLY))
    assert names(first) == names(second) == ["AmazonS3ReadOnlyAccess"]


def test_of_many_roles_those_that_are_known_count_beside_the_unknown() -> None:
    made = auto_named()
    many = attached_to_many(["A", UNKNOWN], READ_ONLY, dependencies={"roles": [made.urn]})
    for found in roles(role("A"), made, many):
        assert names(found) == ["AmazonS3ReadOnlyAccess"]
    assert names(only(role("A"), many, whole=False)) == ["AmazonS3ReadOnlyAccess"]


def test_of_many_roles_an_unknown_one_that_nothing_tells_is_still_seen() -> None:
    first, lost = roles(role("A"), attached_to_many(["A", UNKNOWN], READ_ONLY))
    assert names(first) == names(lost) == ["AmazonS3ReadOnlyAccess"]


def test_attachments_that_roles_are_held_to_attach_what_they_list() -> None:
    found = only(role("R"), exclusively("R", [READ_ONLY, OWN]))
    assert names(found) == ["AmazonS3ReadOnlyAccess", "own"]


@pytest.mark.parametrize("whole", [True, False])
def test_an_attachment_that_is_listed_again_is_one_policy(*, whole: bool) -> None:
    found = only(
        role("R"),
        attached("R", READ_ONLY),
        attached("R", OWN, name="other"),
        exclusively("R", [READ_ONLY, OWN]),
        whole=whole,
    )
    assert [held.urn.rpartition("::")[2] for held in found.policies] == ["attached", "other"]


def test_inline_policies_of_the_roles_own_resource_are_read() -> None:
    inline = [{"name": "a", "policy": WRITES}, {"policy": HARMLESS}]
    found = only(role("R", inlinePolicies=inline))
    assert names(found) == ["a", "inlinePolicies[1]"]
    assert [held.document for held in found.policies] == [
        read_document(WRITES),
        read_document(HARMLESS),
    ]


@pytest.mark.parametrize(
    "inline", [UNKNOWN, [UNKNOWN], [{"name": UNKNOWN, "policy": UNKNOWN}], [{"policy": UNKNOWN}]]
)
def test_inline_policies_that_are_unknown_are_said_to_be(inline: Any) -> None:
    (held,) = only(role("R", inlinePolicies=inline)).policies
    assert reason(held) == "its document is unknown at preview"


@pytest.mark.parametrize("inline", [[], [{}], [{"name": "", "policy": ""}]])
def test_an_empty_entry_of_inline_policies_is_no_policy(inline: Any) -> None:
    assert only(role("R", inlinePolicies=inline)).policies == ()


def test_an_inline_policy_that_the_role_lists_too_is_one_policy() -> None:
    read_back = role("R", inlinePolicies=[{"name": "p", "policy": WRITES}])
    given = role_policy("p", "R", WRITES)
    (held,) = only(read_back, given).policies
    assert held.urn == given.urn
    other = role("R", inlinePolicies=[{"name": "p", "policy": ADMIN}])
    assert names(only(other, given)) == ["p", "p"]


def test_managed_policies_of_the_roles_own_resource_are_read() -> None:
    own = policy("own", WRITES)
    found = only(role("R", managedPolicyArns=[READ_ONLY, OWN]), own)
    assert names(found) == ["AmazonS3ReadOnlyAccess", "own"]
    assert found.policies[1].document == read_document(WRITES)


def test_several_managed_policies_that_are_unknown_are_all_found() -> None:
    one, two = policy("one", HARMLESS), policy("two", ADMIN)
    made = replace(
        role("R", managedPolicyArns=[UNKNOWN, UNKNOWN]),
        dependencies={"managedPolicyArns": [one.urn, two.urn]},
    )
    assert names(only(made, one, two)) == ["one", "two"]


@pytest.mark.parametrize("arns", [UNKNOWN, [UNKNOWN], [READ_ONLY, UNKNOWN]])
def test_managed_policies_that_nothing_tells_are_said_to_be_unknown(arns: Any) -> None:
    held = only(role("R", managedPolicyArns=arns)).policies[-1]
    assert reason(held) == "which policy it is, is unknown at preview"


def test_of_two_unknown_managed_policies_one_that_nothing_tells_is_said_to_be_unknown() -> None:
    one = policy("one", HARMLESS)
    made = replace(
        role("R", managedPolicyArns=[UNKNOWN, UNKNOWN]),
        dependencies={"managedPolicyArns": [one.urn]},
    )
    assert names(only(made, one)) == ["one", "unknown"]


def test_roles_of_one_name_in_two_accounts_are_told_apart() -> None:
    first = replace(role("R"), provider=ONE)
    second = replace(replace(role("R"), provider=TWO), name="second")
    one, two = roles(
        first,
        second,
        role_policy("a", "R", HARMLESS, provider=ONE),
        role_policy("b", "R", HARMLESS, provider=TWO),
    )
    assert (one.urn, names(one)) == (first.urn, ["a"])
    assert (two.urn, names(two)) == (second.urn, ["b"])


def test_policies_of_one_name_in_two_accounts_are_told_apart() -> None:
    own = [
        policy("own", HARMLESS, provider=ONE),
        replace(policy("own", WRITES, provider=TWO), name="second"),
    ]
    for order in (own, own[::-1]):
        (held,) = only(
            replace(role("R"), provider=ONE), *order, attached("R", OWN, provider=ONE)
        ).policies
        assert held.document == read_document(HARMLESS)


def test_a_policy_made_through_another_provider_of_the_account_is_found() -> None:
    (held,) = only(
        replace(role("R"), provider=ONE),
        policy("own", WRITES, provider=TWO),
        attached("R", OWN, provider=ONE),
    ).policies
    assert held.document == read_document(WRITES)


def test_a_policy_given_through_another_provider_is_joined_by_what_it_depends_on() -> None:
    made = replace(role("R"), provider=ONE)
    given = role_policy("p", "R", WRITES, provider=TWO, dependencies={"role": [made.urn]})
    assert names(only(made, given)) == ["p"]


def test_a_policy_given_by_name_through_another_provider_is_the_roles() -> None:
    """IAM is one for all regions of an account, and providers are often one a region."""
    found = only(replace(role("R"), provider=ONE), role_policy("p", "R", WRITES, provider=TWO))
    assert names(found) == ["p"]


def test_a_policy_by_name_goes_to_every_role_that_may_be_meant() -> None:
    found = roles(
        replace(role("R"), provider=ONE),
        replace(replace(role("R"), provider=TWO), name="second"),
        role_policy("p", "R", WRITES, provider="urn:three"),
    )
    assert [names(one) for one in found] == [["p"], ["p"]]


def test_the_account_of_a_provider_says_more_than_what_a_policy_depends_on() -> None:
    first = replace(role("R"), provider=ONE, account="111111111111")
    second = replace(replace(role("R"), provider=TWO, account="222222222222"), name="second")
    given = role_policy(
        "p", "R", WRITES, provider=TWO, account="222222222222", dependencies={"role": [first.urn]}
    )
    one, two = roles(first, second, given)
    assert (names(one), names(two)) == ([], ["p"])


def test_a_role_described_again_counts_as_it_is_now() -> None:
    found = only(
        role("R", inlinePolicies=[{"name": "a", "policy": ADMIN}]),
        role("R", inlinePolicies=[{"name": "b", "policy": HARMLESS}]),
    )
    assert names(found) == ["b"]


def test_a_role_described_again_under_another_name_is_one_role() -> None:
    found = only(auto_named("R"), role_policy("p", "R", HARMLESS), role("R"))
    assert (found.name, names(found)) == ("R", ["p"])


def test_a_policy_described_again_for_another_role_leaves_the_first() -> None:
    first, second = roles(
        role("A"), role("B"), role_policy("p", "A", ADMIN), role_policy("p", "B", ADMIN)
    )
    assert (names(first), names(second)) == ([], ["p"])


def test_a_policy_for_no_role_is_nobodys() -> None:
    bare = Described(
        type=role_policy("p", "", "").type, name="p", props={"name": "p", "policy": ADMIN}
    )
    assert roles(bare) == []


def test_the_whole_stack_joins_what_the_resources_could_not_tell() -> None:
    made = auto_named()
    inline = role_policy("p", UNKNOWN, ADMIN, dependencies={"role": [made.urn]})
    run = Run()
    assert run.resource(inline) + run.resource(made) == []
    found = [report for report in run.stack(inline, made) if report.rule == "no-admin-access"]
    assert [report.urn for report in found] == [inline.urn]


@pytest.mark.parametrize("whole", [True, False])
def test_what_the_component_makes_and_attaches_has_the_key_that_asked_for_it(whole: bool) -> None:  # noqa: FBT001  # a parameter of the test
    arn = f"arn:aws:iam::{ACCOUNT}:policy/R-own"
    made = replace(policy("R-own", HARMLESS, parent=PARENT), name="R/policies/own", parent=PARENT)
    found = only(
        replace(role("R"), parent=PARENT),
        exclusively("R", [arn], parent=PARENT),
        made,
        attached("R", arn, parent=PARENT),
        whole=whole,
    )
    (held,) = found.policies
    assert held.config_key == "roles.R.policies.own"
    assert held.document == read_document(HARMLESS)


def test_a_policy_of_another_role_of_the_stack_has_the_key_that_attached_it() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/Other-own"
    made = policy("Other-own", HARMLESS, parent=PARENT.removesuffix("R") + "Other")
    found = only(replace(role("R"), parent=PARENT), made, attached("R", arn, parent=PARENT))
    assert [held.config_key for held in found.policies] == ["roles.R.managedPolicies"]


# What a role is, besides its documents.


def test_a_role_has_its_tags_and_how_long_its_sessions_last() -> None:
    found = only(role("R", tags={"team": "ml", "run": UNKNOWN}, maxSessionDuration=7200.0))
    assert found.tags == {"team": "ml", "run": ""}
    assert found.max_session_duration == 7200
    for tags in (None, UNKNOWN):
        bare = only(role("R", tags=tags))
        assert (bare.tags, bare.max_session_duration) == ({}, None)


def held_to_inline(role_name: str) -> Described:
    props = {"roleName": role_name, "policyNames": ["p"]}
    return Described(type=ROLE_POLICIES, name="inline", props=props)


def test_a_role_is_held_to_what_its_stack_lists_where_that_says_so() -> None:
    assert only(role("R")).exclusive == (False, False)
    assert only(role("R"), held_to_inline("R")).exclusive == (True, False)
    assert only(exclusively("r", []), role("R")).exclusive == (False, True)
    assert only(role("R"), held_to_inline("R"), exclusively("R", [])).exclusive == (True, True)


def test_whether_a_role_is_held_to_something_only_the_whole_shows() -> None:
    found = only(role("R"), held_to_inline("R"), whole=False)
    assert (found.exclusive, found.whole) == (None, False)
    partly = only(role_policy("p", "Legacy", HARMLESS))
    assert (partly.exclusive, partly.whole) == (None, True)


@pytest.mark.parametrize("whole", [True, False])
def test_iam_ignores_the_case_of_role_names(*, whole: bool) -> None:
    for resources in (
        [role("Train"), role_policy("p", "TRAIN", HARMLESS)],
        [role_policy("p", "TRAIN", HARMLESS), role("Train")],
    ):
        found = only(*resources, whole=whole)
        assert (found.name, names(found)) == ("Train", ["p"])
    assert only(role_policy("p", "LEGACY", HARMLESS)).name == "LEGACY"


def test_a_document_is_kept_as_it_was_written() -> None:
    found = only(
        role("R", inlinePolicies=[{"name": "a", "policy": WRITES}]),
        role_policy("p", "R", HARMLESS),
        policy("own", ADMIN),
        attached("R", OWN),
        attached("R", READ_ONLY, name="aws"),
        role_policy("q", "R", UNKNOWN),
    )
    assert found.trust is not None
    assert found.trust.text == TRUST
    assert {held.name: held.text for held in found.policies} == {
        "a": WRITES,
        "p": HARMLESS,
        "own": ADMIN,
        "AmazonS3ReadOnlyAccess": None,
        "q": None,
    }


# Accounts.


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ({}, None),
        ({"allowedAccountIds": [ACCOUNT]}, ACCOUNT),
        ({"allowedAccountIds": f'["{ACCOUNT}"]'}, ACCOUNT),
        ({"allowedAccountIds": [ACCOUNT, "210987654321"]}, None),
        ({"allowedAccountIds": [UNKNOWN]}, None),
        ({"allowedAccountIds": UNKNOWN}, None),
        ({"allowedAccountIds": "no JSON"}, None),
        ({"assumeRole": {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/deploy"}}, ACCOUNT),
        ({"assumeRole": {"roleArn": UNKNOWN}}, None),
        ({"assumeRole": {"sessionName": "s"}}, None),
        (
            {
                "assumeRoles": '[{"roleArn": "arn:aws:iam::210987654321:role/a"},'
                f'{{"roleArn": "arn:aws:iam::{ACCOUNT}:role/b"}}]',
                "allowedAccountIds": ["210987654321"],
            },
            ACCOUNT,
        ),
    ],
)
def test_the_account_is_that_of_the_provider(provider: Any, expected: str | None) -> None:
    assert account_of(plain(unknown_checking_proxy(provider))) == expected


def test_a_role_is_of_the_account_of_its_provider_or_of_its_own_arn() -> None:
    assert only(role("R")).account is None
    assert only(role("R", arn=f"arn:aws:iam::{ACCOUNT}:role/R")).account == ACCOUNT
    assert only(replace(role("R"), provider=ONE, account=ACCOUNT)).account == ACCOUNT


def test_two_providers_of_one_account_are_one_account() -> None:
    found = only(
        replace(role("R"), provider=ONE, account=ACCOUNT),
        role_policy("p", "R", HARMLESS, provider=TWO, account=ACCOUNT),
        whole=False,
    )
    assert names(found) == ["p"]


def test_a_policy_of_another_account_is_not_the_one_that_an_arn_names() -> None:
    other = policy("own", ADMIN, provider=TWO, account="210987654321")
    mine = replace(policy("own", HARMLESS, provider=ONE, account=ACCOUNT), name="mine")
    here = replace(role("R"), provider=ONE, account=ACCOUNT)
    (held,) = only(here, other, attached("R", OWN, provider=ONE, account=ACCOUNT)).policies
    assert "not among" in reason(held)
    (held,) = only(here, other, mine, attached("R", OWN, provider=ONE, account=ACCOUNT)).policies
    assert held.document == read_document(HARMLESS)


# Policies of resources.

ARN = f"arn:aws:iam::{ACCOUNT}:role/R"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"


def shared(kind: str, principal: Any, resource: Any = "*", /, **props: Any) -> Described:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:*", "Resource": resource}
    return Described(type=kind, name="shared", props={"policy": document(statement), **props})


def allowed(found: Role) -> list[tuple[str, ...] | None]:
    return [
        statement.resources
        for held in found.policies
        if held.kind is PolicyKind.RESOURCE
        for statement in held.statements
    ]


@pytest.mark.parametrize(
    ("kind", "props", "expected"),
    [
        (BUCKET_POLICY, {"bucket": "data"}, ("arn:aws:s3:::data", "arn:aws:s3:::data/*")),
        (BUCKET_POLICY, {"bucket": UNKNOWN}, ("arn:aws:s3:::shared", "arn:aws:s3:::shared/*")),
        ("aws:s3/bucket:Bucket", {"bucket": "d"}, ("arn:aws:s3:::d", "arn:aws:s3:::d/*")),
        ("aws:kms/key:Key", {}, ("arn:aws:kms:*:*:key/shared",)),
        ("aws:kms/key:Key", {"keyId": "1234"}, ("arn:aws:kms:*:*:key/1234",)),
        (
            "aws:kms/keyPolicy:KeyPolicy",
            {"keyId": "arn:aws:kms:eu-west-1:1:key/1"},
            ("arn:aws:kms:eu-west-1:1:key/1",),
        ),
        ("aws:sqs/queue:Queue", {"name": "jobs"}, ("arn:aws:sqs:*:*:jobs",)),
        (
            "aws:sqs/queuePolicy:QueuePolicy",
            {"queueUrl": "https://sqs.eu-west-1.amazonaws.com/1/jobs"},
            ("arn:aws:sqs:*:*:jobs",),
        ),
        ("aws:sns/topic:Topic", {"name": "news"}, ("arn:aws:sns:*:*:news",)),
        (
            "aws:sns/topicPolicy:TopicPolicy",
            {"arn": "arn:aws:sns:eu-west-1:1:news"},
            ("arn:aws:sns:eu-west-1:1:news",),
        ),
    ],
)
def test_what_a_resources_policy_allows_a_role_counts_for_it(
    kind: str, props: Any, expected: tuple[str, ...]
) -> None:
    given = shared(kind, {"AWS": ARN}, **props)
    for whole in (True, False):
        for resources in ([role("R"), given], [given, role("R")]):
            found = only(*resources, whole=whole)
            assert allowed(found) == [expected]
            (held,) = found.policies
            assert str(held) == "resource policy `shared`"
            assert held.urn == given.urn
            assert held.statements[0].principals is None


def test_a_resources_statement_keeps_the_resources_that_it_names() -> None:
    given = shared(BUCKET_POLICY, {"AWS": [ARN]}, ["arn:aws:s3:::data/a/*"])
    assert allowed(only(role("R"), given)) == [("arn:aws:s3:::data/a/*",)]


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": ACCOUNT},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        {"Service": "sagemaker.amazonaws.com"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:role/Other"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:role/ml/R"},
        {"AWS": "arn:aws:iam::210987654321:role/R"},
    ],
)
def test_a_resources_policy_counts_for_the_roles_that_it_names_alone(principal: Any) -> None:
    found = only(replace(role("R"), account=ACCOUNT), shared(BUCKET_POLICY, principal))
    assert found.policies == ()


def test_a_resources_policy_names_a_role_by_its_sessions_too() -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/R/SageMaker"
    found = only(role("R", path="/ml/"), shared(BUCKET_POLICY, {"AWS": session}, "arn:aws:s3:::a"))
    assert allowed(found) == [("arn:aws:s3:::a",)]


def test_a_deny_of_a_resources_policy_is_left_out() -> None:
    denied = {"Effect": "Deny", "Principal": {"AWS": ARN}, "Action": "s3:*", "Resource": "*"}
    given = Described(type=BUCKET_POLICY, name="s", props={"policy": document(denied)})
    assert only(role("R"), given).policies == ()


def test_a_resources_policy_counts_for_a_role_that_the_stack_only_adds_to() -> None:
    given = shared(BUCKET_POLICY, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/path/legacy"})
    found = only(role_policy("p", "Legacy", HARMLESS), given)
    assert names(found) == ["p", "shared"]
    assert roles(given) == []


def test_a_resource_policy_that_is_no_document_or_none_is_nobodys() -> None:
    for text in ("not json", None, ""):
        props = {} if text is None else {"policy": text}
        given = Described(type="aws:sqs/queue:Queue", name="s", props=props)
        assert only(role("R"), given).policies == ()


def test_a_resource_policy_described_again_counts_as_it_is_now() -> None:
    first = shared(BUCKET_POLICY, {"AWS": ARN})
    unknown = replace(first, props={"policy": UNKNOWN}, dependencies={"policy": [role("R").urn]})
    second = shared(BUCKET_POLICY, {"AWS": ARN}, "arn:aws:s3:::a")
    assert allowed(only(role("R"), first, unknown, second)) == [("arn:aws:s3:::a",)]


def test_a_resource_policy_that_is_unknown_is_said_to_be_where_checkable_is_asked() -> None:
    given = Described(
        type=BUCKET_POLICY,
        name="shared",
        props={"policy": UNKNOWN},
        dependencies={"policy": [role("R").urn, "urn:pulumi:other"]},
    )
    (held,) = only(role("R"), given).policies
    assert reason(held) == "its document is unknown at preview"
    reports = Run().whole(role("R"), given)
    assert {report.rule for report in reports} == {"checkable-at-preview"}
    alone = replace(given, dependencies={"policy": ["urn:pulumi:other"]})
    assert only(role("R"), alone).policies == ()
