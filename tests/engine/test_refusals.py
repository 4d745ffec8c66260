"""What the policy pack refuses, on the real engine, and what then exists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine import programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.testing import Sandbox


def test_a_violating_stack_is_refused_at_preview_with_nothing_created(sandbox: Sandbox) -> None:
    outcome = sandbox.preview(lambda: programs.role_with_policy(programs.ADMIN))
    assert {report.guardrail for report in outcome.violations} >= {
        "no-admin-access",
        "no-service-wildcards",
        "pass-role-scoped",
        "data-buckets",
    }
    assert outcome.failed
    assert sandbox.role_names() == set()


def test_the_finding_names_role_policy_and_fix(sandbox: Sandbox) -> None:
    outcome = sandbox.preview(lambda: programs.role_with_policy(programs.ADMIN))
    (found,) = [r for r in outcome.violations if r.guardrail == "no-admin-access"]
    assert "made may do everything on every resource" in found.message
    assert "inline policy `policy`, statement `0`" in found.message
    assert found.urn.endswith("::policy")


@pytest.mark.parametrize(
    "program", [programs.split_admin, programs.auto_named_admin], ids=["second", "attachment"]
)
def test_up_without_a_preview_stops_before_the_document_that_completes_it(
    sandbox: Sandbox, program: Callable[[], None]
) -> None:
    outcome = sandbox.up(program)
    assert outcome.violations
    (role,) = sandbox.role_names()
    names = sandbox.clients.iam.list_role_policies(RoleName=role)["PolicyNames"]
    assert set(names) <= {"first"}
    attached = sandbox.clients.iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert attached == []


def test_an_unnamed_role_is_joined_to_its_policies_at_preview(sandbox: Sandbox) -> None:
    outcome = sandbox.preview(programs.auto_named_admin)
    assert "no-admin-access" in {report.guardrail for report in outcome.violations}
    assert sandbox.role_names() == set()


def test_what_is_made_in_the_same_stack_is_followed(sandbox: Sandbox) -> None:
    sandbox.config["sagemaker-roles:environment"] = "prod"
    outcome = sandbox.preview(programs.made_in_the_same_stack)
    advised = {
        report.guardrail for report in outcome.reports if "no baseline" not in report.message
    }
    assert advised == {"exclusive-policies"}
    assert not any(report.mandatory for report in outcome.reports)
    assert not outcome.failed
    assert not sandbox.up(programs.made_in_the_same_stack).failed


def test_a_policy_for_an_unknown_role_is_judged_once(sandbox: Sandbox) -> None:
    outcome = sandbox.preview(programs.admin_by_id)
    (found,) = [r for r in outcome.violations if r.guardrail == "no-admin-access"]
    assert "may do everything on every resource" in found.message


def test_an_unknown_document_is_refused(sandbox: Sandbox) -> None:
    outcome = sandbox.preview(programs.unknown_document)
    refused = {r.guardrail for r in outcome.violations if "unknown at preview" in r.message}
    assert "no-admin-access" in refused, outcome.errors
    assert sandbox.role_names() == set()


def test_a_finding_is_reported_once(sandbox: Sandbox) -> None:
    outcome = sandbox.preview(lambda: programs.role_with_policy(programs.ADMIN))
    messages = [(r.guardrail, r.message) for r in outcome.reports]
    assert len(messages) == len(set(messages))


def test_prod_is_stricter_than_local(sandbox: Sandbox) -> None:
    sandbox.roles({"Reader": {"managedPolicies": ["AmazonS3ReadOnlyAccess"]}})
    assert not sandbox.preview().violations
    sandbox.config["sagemaker-roles:environment"] = "prod"
    refused = {report.guardrail for report in sandbox.preview().violations}
    assert refused == {"boundary-required", "data-buckets", "no-service-wildcards"}


def test_our_own_finding_names_the_config_key(sandbox: Sandbox) -> None:
    sandbox.roles({"Reader": {"managedPolicies": ["AmazonSageMakerFullAccess"]}})
    outcome = sandbox.preview()
    (found,) = [r for r in outcome.violations if r.guardrail == "no-broad-managed-policies"]
    assert "roles.Reader.managedPolicies" in found.message
    assert sandbox.role_names() == set()


def test_a_violation_of_each_family_is_refused_at_preview_with_nothing_created(
    sandbox: Sandbox,
) -> None:
    sandbox.config["sagemaker-roles:environment"] = "prod"
    outcome = sandbox.preview(programs.all_violations)
    refused = {(r.guardrail, r.message.splitlines()[1].split()[0]) for r in outcome.violations}
    assert refused >= {(guardrail, guardrail) for guardrail in programs.VIOLATIONS}
    assert sandbox.role_names() == set()


@pytest.mark.parametrize("guardrail", programs.ONE_OF_EACH_FAMILY)
def test_up_without_a_preview_stops_before_what_violates_exists(
    sandbox: Sandbox, guardrail: str
) -> None:
    sandbox.config["sagemaker-roles:environment"] = "prod"
    settings = sandbox.folder / "settings.json"
    settings.write_text(json.dumps({"all": "advisory", guardrail: "mandatory"}))
    outcome = sandbox.up(
        lambda: programs.VIOLATIONS[guardrail](guardrail), policy_pack_configs=[str(settings)]
    )
    assert {report.guardrail for report in outcome.violations} == {guardrail}
    assert outcome.failed
    # A role may be there, without the policy that would complete the violation.
    for role in sandbox.role_names():
        assert guardrail not in {"trust-services", "boundary-required"}
        assert sandbox.clients.iam.list_role_policies(RoleName=role)["PolicyNames"] == []
    assert sandbox.clients.sagemaker.list_notebook_instances()["NotebookInstances"] == []


def test_a_program_that_writes_its_documents_by_the_invoke_is_judged(sandbox: Sandbox) -> None:
    sandbox.config["sagemaker-roles:environment"] = "prod"
    refused = {r.guardrail for r in sandbox.preview(programs.by_get_policy_document).violations}
    assert refused >= {"no-admin-access", "trust-confused-deputy", "boundary-required"}


def test_a_wrong_config_of_the_pack_is_told_by_the_engine_and_by_the_pack(
    sandbox: Sandbox,
) -> None:
    settings = sandbox.folder / "settings.json"
    faults: dict[str, Any] = {
        "data-buckets: allowed: Invalid type": {"data-buckets": {"allowed": "data"}},
        "did you mean `allowed`?": {"data-buckets": {"alowed": []}},
    }
    for expected, config in faults.items():
        settings.write_text(json.dumps(config))
        outcome = sandbox.preview(
            lambda: programs.role_with_policy(programs.HARMLESS),
            policy_pack_configs=[str(settings)],
        )
        said = "\n".join((*outcome.errors, *(report.message for report in outcome.violations)))
        assert expected in said
