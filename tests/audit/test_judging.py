"""What an audit says of one role: levels, waivers, faults, fingerprints."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rolewright.audit import Audited, Rules, Totals, audit_subject, read_rules, role_of_identity
from rolewright.grants import ConfigError, Environment
from rolewright.guardrails import Level, Severity
from rolewright.roles import Workload
from tests.audit.accounts import allow, document

WRITES = allow("s3:PutObject", "*", Sid="Put")


def audited(
    *statements: dict[str, Any],
    environment: Environment = Environment.PROD,
    config: dict[str, Any] | None = None,
) -> Audited:
    rules = read_rules(environment, config or {})
    return audit_subject(role_of_identity("R", json.dumps(document(*statements))), rules, "r.json")


def of(found: Audited, guardrail: str) -> list[Any]:
    return [finding for finding in found.findings if finding.guardrail == guardrail]


def test_a_finding_is_told_with_all_that_there_is_to_know() -> None:
    (found,) = of(audited(WRITES), "data-buckets")
    assert (found.level, found.severity) == (Level.MANDATORY, Severity.HIGH)
    assert found.message == "may change every bucket (`s3:PutObject`)"
    assert (found.policy, found.statement, found.place) == ("inline policy `R`", "Put", 0)
    assert found.fix.startswith("name the buckets")


def test_the_environment_says_how_strict_to_be() -> None:
    reads = allow("s3:GetObject", "*")
    levels = {
        environment: of(audited(reads, environment=environment), "data-buckets")[0].level
        for environment in Environment
    }
    assert levels == {
        Environment.LOCAL: Level.ADVISORY,
        Environment.DEV: Level.ADVISORY,
        Environment.STAGING: Level.MANDATORY,
        Environment.PROD: Level.MANDATORY,
    }


def test_levels_can_be_set_and_guardrails_disabled() -> None:
    config: dict[str, Any] = {"all": "advisory", "data-buckets": {"enforcementLevel": "mandatory"}}
    found = audited(WRITES, config=config)
    assert of(found, "data-buckets")[0].level is Level.MANDATORY
    assert {one.level for one in found.findings if one.guardrail != "data-buckets"} <= {
        Level.ADVISORY
    }
    assert of(audited(WRITES, config={"data-buckets": "disabled"}), "data-buckets") == []
    assert of(audited(WRITES, config={"all": "disabled"}), "data-buckets") == []
    with pytest.raises(ConfigError):
        read_rules(Environment.PROD, {"data-bucket": "advisory"})


def waiving(expires: str, sid: str = "Put") -> dict[str, Any]:
    waiver = {"role": "R", "sid": sid, "reason": "moves soon", "owner": "ml", "expires": expires}
    return {"data-buckets": {"waivers": [waiver]}}


def test_a_waived_finding_is_advice() -> None:
    (found,) = of(audited(WRITES, config=waiving("2999-01-01")), "data-buckets")
    assert (found.level, found.waived) == (Level.ADVISORY, True)
    (late,) = of(audited(WRITES, config=waiving("2020-01-01")), "data-buckets")
    assert (late.level, late.waived) == (Level.MANDATORY, False)
    assert late.waiver is not None


def noted(config: dict[str, Any]) -> tuple[str, ...]:
    rules = read_rules(Environment.PROD, config)
    totals = Totals(rules)
    list(totals.counted([audited(WRITES, config=config)]))
    return totals.notes()


def test_a_waiver_that_is_for_nothing_is_told() -> None:
    assert noted(waiving("2999-01-01")) == ()
    assert noted(waiving("2999-01-01", sid="Other")) == (
        "data-buckets.waivers[0]: nothing is found for role `R`, statement `Other`; drop it",
    )


def test_a_guardrail_that_fails_is_a_violation() -> None:
    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    rules = read_rules(Environment.LOCAL, {})
    (first, *_) = rules.configured
    broken = replace(first, guardrail=replace(first.guardrail, check=fail))
    found = audit_subject(
        role_of_identity("R", json.dumps(document(WRITES))),
        Rules(configured=(broken,), environment=rules.environment, today=rules.today),
    )
    (said,) = found.findings
    assert said.guardrail == first.guardrail.id
    assert (said.level, said.severity) == (Level.MANDATORY, Severity.CRITICAL)
    assert said.message.startswith("could not be judged: ")
    assert "ZeroDivisionError" in said.message


def test_what_is_not_read_cannot_be_checked() -> None:
    stack = Workload(
        type="aws:cloudformation/stack:Stack", name="legacy", urn="urn:legacy", properties={}
    )
    rules = read_rules(Environment.PROD, {})
    (said,) = audit_subject(stack, rules, "export.json", "is a CloudFormation stack").findings
    assert (said.guardrail, said.level) == ("checkable-at-preview", Level.MANDATORY)
    assert said.message == "is a CloudFormation stack: what it allows is not read here"


def prints(*statements: dict[str, Any]) -> set[str]:
    return {finding.fingerprint for finding in audited(*statements).findings}


def test_a_fingerprint_stays_when_its_statement_moves() -> None:
    other = allow("s3:GetObject", Sid="Get")
    assert prints(WRITES) <= prints(other, WRITES)
    unnamed = {key: value for key, value in WRITES.items() if key != "Sid"}
    assert prints(unnamed) <= prints(other, unnamed)


def test_a_fingerprint_tells_statements_roles_and_sources_apart() -> None:
    assert prints(WRITES).isdisjoint(prints({**WRITES, "Sid": "Other"}))
    rules = read_rules(Environment.PROD, {})
    text = json.dumps(document(WRITES))
    found = [
        audit_subject(role_of_identity(name, text), rules, source)
        for name, source in (("R", "a.json"), ("R", "b.json"), ("S", "a.json"))
    ]
    fingerprints = [finding.fingerprint for one in found for finding in one.findings]
    assert len(set(fingerprints)) == len(fingerprints)


@pytest.mark.parametrize(
    "changed",
    [
        {"Action": ["sqs:AddPermission", "sqs:RemovePermission"]},
        {"Resource": "*"},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    ],
    ids=str,
)
def test_what_is_found_of_a_statement_that_changed_is_new(changed: dict[str, Any]) -> None:
    """A baseline must not hide access that was added under the same Sid."""
    before = allow("sqs:AddPermission", "arn:aws:sqs:eu-west-1:123456789012:q", Sid="Q")
    assert prints(before)
    assert prints(before).isdisjoint(prints({**before, **changed}))


def test_a_finding_whose_evidence_changed_is_new() -> None:
    """What a role may pass is one finding; which role it is stands beside it."""
    job = allow("sagemaker:CreateTrainingJob", "*", Sid="Job")
    passed = [
        allow("iam:PassRole", f"arn:aws:iam::123456789012:role/{name}", Sid="Pass")
        for name in ("A", "B")
    ]
    first, second = (
        {one.fingerprint for one in of(audited(job, one), "no-privilege-escalation")}
        for one in passed
    )
    assert first
    assert first.isdisjoint(second)


def test_a_file_is_the_same_however_its_path_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parent)
    rules, text = read_rules(Environment.PROD, {}), json.dumps(document(WRITES))
    here = str(Path.cwd() / "a.json")
    one, *others = (
        [f.fingerprint for f in audit_subject(role_of_identity("R", text), rules, path).findings]
        for path in ("a.json", "./a.json", here, "../audit/a.json")
    )
    assert others == [one] * 3


def test_a_fingerprint_does_not_hang_on_how_many_actions_aws_has() -> None:
    """A pattern takes in more actions with each snapshot, and is still the same finding."""
    (finding,) = of(audited(allow("s3:*", "*", Sid="All")), "no-service-wildcards")
    assert " more" in finding.message
    again = of(audited(allow("s3:*", "*", Sid="All")), "no-service-wildcards")
    assert again == [finding]
