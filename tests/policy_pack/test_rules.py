"""The guardrails as the SDK runs them: once a finding, at its level, and never silently nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.config import set_all_config
from pulumi_policy import EnforcementLevel, ResourceValidationPolicy, StackValidationPolicy

from policy_pack import rules
from policy_pack.profile import VARIABLE, read_environment
from policy_pack.rules import ADVICE, RUNS, pack_policies, whole_numbers
from rolewright.grants import Environment
from rolewright.guardrails import Guardrail, Violation, guardrails
from rolewright.roles import Part
from tests.policy_pack.run import (
    ADMIN,
    HARMLESS,
    READ_ONLY,
    UNKNOWN,
    WRITES,
    Described,
    Report,
    Run,
    allow,
    attached,
    document,
    exclusively,
    policy,
    role,
    role_policy,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rolewright.roles import Role

PARENT = "urn:pulumi:test::sagemaker-roles::rolewright:index:SageMakerRole::R"


def readers(part: Part) -> set[str]:
    """Return the guardrails that say so where a part is unknown; one does in its own words."""
    return {found.id for found in guardrails() if part in found.reads} | {"document-valid"}


def of(reports: list[Report], rule: str) -> list[Report]:
    return [report for report in reports if report.rule == rule]


@pytest.fixture(autouse=True)
def _no_config_left() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    yield
    set_all_config({}, [])


def test_each_guardrail_is_a_resource_rule_and_a_stack_rule() -> None:
    ids = [*(guardrail.id for guardrail in guardrails()), RUNS, ADVICE]
    found = Run().policies
    for kind in (ResourceValidationPolicy, StackValidationPolicy):
        assert [rule.name for rule in found if isinstance(rule, kind)] == ids


def test_each_rule_tells_the_sdk_what_people_need_to_know() -> None:
    for rule in Run().policies:
        assert rule.description
        if rule.name not in {RUNS, ADVICE}:
            assert rule.severity is not None
            assert rule.remediation_steps
            assert rule.url is not None
            assert rule.url.endswith(f"#{rule.name}")
            assert rule.tags is not None
            assert rule.config_schema is not None


@pytest.mark.parametrize("environment", [*Environment, None])
def test_levels_follow_the_environment_and_a_missing_one_is_prod(
    environment: Environment | None,
) -> None:
    mild = environment in {Environment.LOCAL, Environment.DEV}
    levels = {rule.name: rule.enforcement_level for rule in Run(environment).policies}
    assert levels["no-admin-access"] is EnforcementLevel.MANDATORY
    assert levels[RUNS] is EnforcementLevel.MANDATORY
    assert levels[ADVICE] is EnforcementLevel.ADVISORY
    assert levels["boundary-required"] is (
        EnforcementLevel.ADVISORY if mild else EnforcementLevel.MANDATORY
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [("dev", Environment.DEV), ("prod", Environment.PROD), ("Dev", None), (None, None)],
)
def test_the_environment_is_that_of_the_stack_config(
    given: str | None, expected: Environment | None
) -> None:
    set_all_config({"sagemaker-roles:environment": given} if given else {})
    assert read_environment() is expected


def test_the_pack_takes_its_levels_from_the_stack_config() -> None:
    def boundary_level() -> EnforcementLevel | None:
        (level,) = {
            rule.enforcement_level for rule in pack_policies() if rule.name == "boundary-required"
        }
        return level

    set_all_config({"sagemaker-roles:environment": "dev"})
    assert boundary_level() is EnforcementLevel.ADVISORY
    set_all_config({})
    assert boundary_level() is EnforcementLevel.MANDATORY


def test_a_clean_role_has_no_reports() -> None:
    assert Run().whole(role("R"), role_policy("p", "R", HARMLESS)) == []


def test_a_resource_rule_refuses_the_very_document_that_completes_a_violation() -> None:
    run = Run()
    assert run.resource(role("R")) == []
    bad = role_policy("p", "R", ADMIN)
    (found,) = of(run.resource(bad), "no-admin-access")
    assert found.mandatory
    assert found.urn == bad.urn
    assert found.message.startswith("R may do everything on every resource")


def test_a_finding_is_reported_once_between_resource_and_stack() -> None:
    made, bad = role("R"), role_policy("p", "R", ADMIN)
    run = Run()
    first = run.resource(made) + run.resource(bad)
    assert of(first, "no-admin-access")
    assert run.stack(made, bad) == []


@pytest.mark.parametrize("ending", [1, -1])
def test_a_finding_is_reported_once_in_whatever_order_resources_come(ending: int) -> None:
    resources = [role("R"), role_policy("p", "R", ADMIN)][::ending]
    assert len(of(Run().whole(*resources), "no-admin-access")) == 1


@pytest.mark.parametrize("ending", [1, -1])
def test_an_attachment_that_an_exclusive_resource_repeats_is_reported_once(ending: int) -> None:
    full = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    resources = [role("R"), *[attached("R", full), exclusively("R", [full])][::ending]]
    run = Run()
    found = [report for one in resources for report in run.resource(one)]
    found += run.stack(*resources[::-1])
    assert len(of(found, "no-broad-managed-policies")) == 1


def test_a_stack_rule_reports_at_the_resource_what_no_resource_rule_saw() -> None:
    bad = role_policy("p", "R", ADMIN)
    (found,) = of(Run().stack(role("R"), bad), "no-admin-access")
    assert found.urn == bad.urn


def test_a_resource_that_is_described_again_is_reported_again() -> None:
    run = Run()
    bad = role_policy("p", "R", ADMIN)
    run.resource(role("R"))
    assert run.resource(bad) == run.resource(bad) != []


def test_a_role_that_is_described_again_counts_as_it_is_now() -> None:
    run = Run()
    assert of(run.resource(role("R", permissionsBoundary=None)), "boundary-required")
    assert run.resource(role("R")) == []


def test_a_second_run_in_one_process_starts_over() -> None:
    resources = [role("R"), role_policy("p", "R", ADMIN)]
    run = Run()
    first = run.whole(*resources)
    assert run.whole(*resources) == first != []
    assert run.whole(role("R"), role_policy("p", "R", HARMLESS)) == []


def test_a_stack_that_is_described_twice_is_judged_twice() -> None:
    run = Run()
    assert of(run.stack(role("R"), role_policy("p", "R", ADMIN)), "no-admin-access")
    assert run.stack(role("R"), role_policy("p", "R", HARMLESS)) == []


def test_resources_of_other_types_are_nobodys_business() -> None:
    bucket = Described(type="aws:s3/bucket:Bucket", name="data", props={"bucket": UNKNOWN})
    assert Run().whole(bucket) == []


@pytest.mark.parametrize("environment", [Environment.LOCAL, Environment.DEV])
def test_a_milder_finding_is_advice_in_local_and_dev(environment: Environment) -> None:
    attachment = attached("R", READ_ONLY)
    reports = Run(environment).whole(role("R"), attachment)
    assert {report.rule for report in reports} == {ADVICE}
    assert not any(report.mandatory for report in reports)
    assert {report.urn for report in reports} == {attachment.urn}
    assert any(report.message.startswith("data-buckets: R may read") for report in reports)


@pytest.mark.parametrize("environment", [Environment.STAGING, Environment.PROD, None])
def test_a_milder_finding_is_mandatory_in_staging_and_prod(
    environment: Environment | None,
) -> None:
    reports = Run(environment).whole(role("R"), attached("R", READ_ONLY))
    assert {report.rule for report in reports} == {"data-buckets", "no-service-wildcards"}
    assert all(report.mandatory for report in reports)


def test_advice_of_the_stack_rules_is_printed_too() -> None:
    reports = Run(Environment.DEV).stack(role("R"), attached("R", READ_ONLY))
    assert {report.rule for report in reports} == {ADVICE}


def test_a_finding_of_our_component_names_the_config_key() -> None:
    made = replace(role("R"), parent=PARENT)
    bad = replace(role_policy("rolewright-buckets", "R", WRITES), parent=PARENT)
    (by_resource,) = of(Run().whole(made, bad), "data-buckets")
    (by_stack,) = of(Run().stack(made, bad), "data-buckets")
    assert "config  roles.R.buckets" in by_resource.message
    assert by_stack.message == by_resource.message


def test_a_finding_of_another_program_names_no_config_key() -> None:
    (found,) = of(Run().whole(role("R"), role_policy("p", "R", WRITES)), "data-buckets")
    assert "config" not in found.message


def test_the_guardrails_own_config_counts() -> None:
    config = {"data-buckets": {"allowed": ["other"]}}
    (found,) = Run(config=config).whole(role("R"), role_policy("p", "R", HARMLESS))
    assert found.rule == "data-buckets"
    assert "reaches bucket `data`" in found.message


def test_bad_config_is_a_mandatory_violation_that_names_the_guardrail_and_the_key() -> None:
    run = Run(Environment.DEV, {"data-buckets": {"alowed": ["data"]}})
    for reports, urn in ((run.resource(role("R")), role("R").urn), (run.stack(role("R")), None)):
        (found,) = reports
        assert found.rule == RUNS
        assert found.mandatory
        assert found.urn == urn
        assert found.message == (
            "the pack's config can't be read\n"
            "policy pack config data-buckets.alowed: is not a known key; did you mean `allowed`? "
            "(waivers, allowed)"
        )


def _broken(guardrail: Guardrail[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "guardrails", lambda: (guardrail,))


def test_a_guardrail_that_breaks_is_a_mandatory_violation_that_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def check(role: Role, settings: object) -> Iterator[Violation]:
        del role, settings
        yield Violation(message="is found before it breaks")
        raise KeyError("lost")

    guardrail = replace(guardrails()[0], check=check)
    _broken(guardrail, monkeypatch)
    run = Run(Environment.LOCAL)
    for reports in (run.resource(role("R")), run.stack(role("R"))):
        (found,) = reports
        assert found.rule == RUNS
        assert found.mandatory
        assert f"`{guardrail.id}` failed on role `R`" in found.message
        assert "KeyError: 'lost'" in found.message


def test_a_rule_that_breaks_elsewhere_is_a_mandatory_violation_too() -> None:
    strange = Described(type=role("R").type, name="R", props={"inlinePolicies": [3]})
    run = Run(Environment.LOCAL)
    reports = run.resource(strange)
    assert {report.rule for report in reports} == {RUNS}
    assert len(reports) == len(guardrails())
    assert all(report.urn == strange.urn for report in reports)
    assert any("`no-admin-access` failed" in report.message for report in reports)
    assert {report.rule for report in run.stack(strange)} == {RUNS}


def test_a_resource_that_cannot_be_read_does_not_stand_for_the_one_before() -> None:
    run = Run()
    run.resource(role_policy("p", "R", ADMIN))
    strange = Described(type=role("S").type, name="S", props={"inlinePolicies": [3]})
    assert {report.rule for report in run.resource(strange)} == {RUNS}


def test_an_unknown_document_is_reported_by_each_guardrail_that_would_read_it() -> None:
    reports = Run().whole(role("R"), role_policy("p", "R", UNKNOWN))
    assert {report.rule for report in reports} == readers(Part.IDENTITY)
    assert all("can't be checked: its document is unknown" in r.message for r in reports)


def test_a_role_is_compared_with_others_when_the_whole_is_seen() -> None:
    """A resource rule can't know what the role, or the one it passes, will still be given."""
    more = role_policy("b", "B", document(allow("s3:GetObject")))
    passing = {
        **allow("iam:PassRole", "arn:aws:iam::123456789012:role/B"),
        "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
    }
    jobs = document(passing, allow("sagemaker:CreateTrainingJob", "*"))
    run = Run()
    resources = [role("B"), more, role("R"), role_policy("p", "R", jobs)]
    first = [report for resource in resources for report in run.resource(resource)]
    rules_of_passing = {"pass-role-scoped", "no-privilege-escalation"}
    assert not {report.rule for report in first} & rules_of_passing
    assert {report.rule for report in run.stack(*resources)} == rules_of_passing


def test_what_needs_no_other_role_is_refused_at_the_document() -> None:
    run = Run()
    run.resource(role("R"))
    any_role = document(allow("iam:PassRole", "*"), allow("sagemaker:CreateTrainingJob", "*"))
    found = run.resource(role_policy("p", "R", any_role))
    assert {"pass-role-scoped", "no-privilege-escalation"} <= {report.rule for report in found}


def test_an_unknown_trust_policy_is_reported() -> None:
    reports = Run().whole(role("R", assumeRolePolicy=UNKNOWN))
    assert {report.rule for report in reports} == readers(Part.TRUST)


def test_permissions_split_over_policies_are_seen_together() -> None:
    def part(name: str, letters: str) -> Described:
        text = document(*(allow(f"{letter}*:*", "*") for letter in letters))
        return role_policy(name, "R", text)

    run = Run()
    run.resource(role("R"))
    assert of(run.resource(part("a", "abcd")), "no-admin-access") == []
    (found,) = of(run.resource(part("b", "efghij")), "no-admin-access")
    assert "by the union of inline policy `a`, inline policy `b`" in " ".join(found.message.split())


# Waivers.

WAIVER = {"role": "R", "reason": "moving house", "owner": "ml", "expires": "2026-05-01"}
BAD = role_policy("p", "R", ADMIN)


def waiving(**about: str) -> dict[str, Any]:
    return {"no-admin-access": {"waivers": [{**WAIVER, **about}]}}


def test_a_waived_finding_is_printed_once_as_advice_and_stops_nothing() -> None:
    reports = Run(config=waiving()).whole(role("R"), BAD)
    assert of(reports, "no-admin-access") == []
    (said,) = [r for r in of(reports, ADVICE) if r.message.startswith("no-admin-access: ")]
    assert not said.mandatory
    assert said.urn == BAD.urn
    assert said.message.splitlines()[-1] == "  waived  until 2026-05-01 by ml: moving house"


def test_a_waiver_past_its_date_stops_the_run_again_and_says_so() -> None:
    reports = Run(config=waiving(expires="2026-04-30")).whole(role("R"), BAD)
    (found,) = of(reports, "no-admin-access")
    assert found.mandatory
    assert "not any more: until 2026-04-30 by ml" in found.message
    assert not [r for r in of(reports, ADVICE) if "nothing is found" in r.message]


def test_a_waiver_that_is_for_nothing_is_told_once_by_the_whole() -> None:
    run = Run(config=waiving(role="Gone"))
    assert of(run.resource(role("R")) + run.resource(BAD), ADVICE) == []
    (said,) = of(run.stack(role("R"), BAD), ADVICE)
    assert said.message == (
        "no-admin-access: waivers[0]: nothing is found for role `Gone`; drop it"
    )
    assert said.urn is None


def test_a_bad_waiver_is_a_mandatory_violation_with_its_path() -> None:
    (found,) = Run(config=waiving(owner="")).resource(role("R"))
    assert found.rule == RUNS
    assert found.mandatory
    assert "no-admin-access.waivers[0].owner: is empty; say who answers for it" in found.message


# What is not read.


def native(kind: str = "aws-native:iam:Role") -> Described:
    return Described(type=kind, name="theirs", props={"roleName": "Theirs"})


def test_what_may_make_roles_and_is_not_read_is_said_to_be() -> None:
    run = Run()
    assert run.resource(native()) == []
    (said,) = run.stack(native())
    assert said.rule == "checkable-at-preview"
    assert said.mandatory
    assert said.urn == native().urn
    assert " ".join(said.message.splitlines()[:2]) == (
        "theirs is a role made by the aws-native provider: what it allows is not read here"
    )


def test_what_is_not_read_can_be_waived() -> None:
    config = {"checkable-at-preview": {"waivers": [{**WAIVER, "role": "theirs"}]}}
    (said,) = Run(config=config).stack(native("aws:cloudformation/stack:Stack"))
    assert (said.rule, said.mandatory) == (ADVICE, False)


# The profile.


@pytest.mark.parametrize(
    ("pin", "variable", "stack", "expected"),
    [
        ("prod", None, "dev", Environment.PROD),
        ("prod", "dev", "local", Environment.PROD),
        (None, "staging", "dev", Environment.STAGING),
        ("dev\n", None, None, Environment.DEV),
        ("dev", None, "local", Environment.DEV),
        ("dev", None, "prod", Environment.PROD),
        ("dev", None, "Dev", None),
        ("prd", None, "dev", None),
        (None, "prd", "dev", None),
        (None, None, "local", Environment.LOCAL),
        (None, None, None, None),
    ],
)
def test_a_pin_holds_and_the_stricter_reading_wins(  # noqa: PLR0913, PLR0917  # a row each
    pin: str | None,
    variable: str | None,
    stack: str | None,
    expected: Environment | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "environment"
    if pin is not None:
        file.write_text(pin)
    if variable is not None:
        monkeypatch.setenv(VARIABLE, variable)
    set_all_config({"sagemaker-roles:environment": stack} if stack else {})
    assert read_environment(file) is expected


def test_a_guardrails_schema_stands_by_itself_as_the_engine_takes_it() -> None:
    for rule in Run().policies:
        if rule.config_schema is not None:
            assert "$ref" not in json.dumps(rule.config_schema.properties)
            entry = rule.config_schema.properties["waivers"]["items"]
            assert set(entry["required"]) == {"role", "reason", "owner", "expires"}


def test_whole_numbers_of_settings_come_as_floats_and_count() -> None:
    assert whole_numbers({"a": [3600.0, 0.5, "x", True]}) == {"a": [3600, 0.5, "x", True]}


# Workloads.

MODEL = "aws:sagemaker/model:Model"


def test_a_workload_is_refused_before_it_exists_and_once() -> None:
    model = Described(type=MODEL, name="m", props={"name": "churn"})
    run = Run()
    (found,) = run.resource(model)
    assert (found.rule, found.mandatory, found.urn) == ("model-isolated", True, model.urn)
    assert found.message.startswith("churn runs without network isolation")
    assert run.stack(model) == []
    assert [report.message for report in Run().stack(model)] == [found.message]


def test_a_workload_that_depends_on_the_stacks_own_key_and_role_is_fine() -> None:
    key = Described(type="aws:kms/key:Key", name="key", props={})
    domain = Described(
        type="aws:sagemaker/domain:Domain",
        name="studio",
        props={
            "domainName": "studio",
            "appNetworkAccessType": "VpcOnly",
            "kmsKeyId": UNKNOWN,
            "defaultUserSettings": {"executionRole": UNKNOWN, "securityGroups": [UNKNOWN]},
        },
        dependencies={"kmsKeyId": [key.urn], "defaultUserSettings": [role("R").urn]},
    )
    assert Run().whole(key, role("R"), domain) == []
    (found,) = Run().whole(key, role("R"), replace(domain, dependencies={"kmsKeyId": [key.urn]}))
    assert "studio can't be checked: its `defaultUserSettings.executionRole`" in found.message


def test_the_sdk_is_told_the_controls_of_security_hub() -> None:
    rules = {rule.name: rule.framework for rule in Run().policies}
    assert rules["no-admin-access"] is None
    framework = rules["notebook-hardened"]
    assert framework is not None
    assert framework.name == "AWS Security Hub"
    assert framework.reference == "SageMaker.1, SageMaker.2, SageMaker.3"


def test_a_role_that_others_may_give_policies_is_advised_on() -> None:
    run = Run()
    run.whole(role("R"), role_policy("p", "R", HARMLESS))
    advised = [remark for remark in run.remarks if remark.rule == "exclusive-policies"]
    assert [remark.mandatory for remark in advised] == [False]
    assert "R" in advised[0].message


def waived(**about: Any) -> dict[str, Any]:
    waiver = {"reason": "moves", "owner": "ml", "expires": "2999-01-01", **about}
    return {"data-buckets": {"waivers": [waiver]}, "no-admin-access": {"waivers": [waiver]}}


def writes(sid: str) -> str:
    return document({**allow("s3:PutObject", "*"), "Sid": sid})


def mandatory(reports: list[Report], rule: str) -> list[Report]:
    return [report for report in of(reports, rule) if report.mandatory]


def test_a_waived_finding_hides_none_of_another_policy_in_the_same_resource() -> None:
    """Only the whole shows them, since the boundary is not known before."""
    entries = [{"name": "a", "policy": writes("Ok")}, {"name": "b", "policy": writes("Bad")}]
    made = role("R", inlinePolicies=entries, permissionsBoundary=UNKNOWN)
    (found,) = mandatory(Run(config=waived(role="R", sid="Ok")).whole(made), "data-buckets")
    assert "statement `Bad`" in found.message


def test_policies_whose_arns_are_not_known_yet_are_told_of_each() -> None:
    one, two = policy("one", writes("Ok")), policy("two", writes("Bad"))
    made = replace(
        role("R", managedPolicyArns=[UNKNOWN, UNKNOWN]),
        dependencies={"managedPolicyArns": [one.urn, two.urn]},
    )
    for sid, left in (("Ok", "Bad"), ("Bad", "Ok")):
        (found,) = mandatory(
            Run(config=waived(role="R", sid=sid)).whole(one, two, made), "data-buckets"
        )
        assert f"statement `{left}`" in found.message


def test_roles_of_one_name_by_two_providers_are_told_of_each() -> None:
    admin = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    first = replace(role("R", managedPolicyArns=admin), provider="urn:one", name="Dev")
    second = replace(role("R", managedPolicyArns=admin), provider="urn:two", name="Prod")
    reports = Run(config=waived(role="*::Dev")).whole(first, second)
    (found,) = mandatory(reports, "no-admin-access")
    assert found.urn == second.urn


def test_each_unknown_inline_policy_is_told_of() -> None:
    entries = [{"name": UNKNOWN, "policy": UNKNOWN}, {"name": UNKNOWN, "policy": UNKNOWN}]
    found = of(Run().whole(role("R", inlinePolicies=entries)), "checkable-at-preview")
    assert len(found) == 2
