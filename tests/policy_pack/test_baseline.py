"""The baseline of a deployed stack, from what `pulumi stack export` prints."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from policy_pack.baseline import baseline_of, main
from policy_pack.rules import ADVICE
from tests.policy_pack.run import (
    ACCOUNT,
    HARMLESS,
    TRUST,
    WRITES,
    Described,
    Run,
    allow,
    attached,
    document,
    policy,
    role,
    role_policy,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

PROVIDER = "urn:pulumi:test::p::pulumi:providers:aws::default"


def exported(described: Described, **more: Any) -> dict[str, Any]:
    return {
        "urn": described.urn,
        "type": described.type,
        "custom": True,
        "inputs": {},
        "outputs": dict(described.props),
        "provider": f"{PROVIDER}::2f6c1c5d",
        "propertyDependencies": dict(described.dependencies),
        **more,
    }


def export(*resources: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"manifest": {}, "resources": list(resources)}}


def test_roles_are_put_together_from_the_deployed_resources() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/own"
    found = baseline_of(
        export(
            {
                "urn": "urn:pulumi:test::p::pulumi:pulumi:Stack::p-test",
                "type": "pulumi:pulumi:Stack",
            },
            {
                "urn": PROVIDER,
                "type": "pulumi:providers:aws",
                "inputs": {"allowedAccountIds": f'["{ACCOUNT}"]'},
            },
            exported(role_policy("p", "R", HARMLESS)),
            exported(role("R", permissionsBoundary=None)),
            exported(policy("own", WRITES), outputs=None, inputs=dict(policy("own", WRITES).props)),
            exported(attached("R", arn)),
            exported(role_policy("old", "R", WRITES), delete=True),
        )
    )
    assert found == {
        "R": {
            "documents": [json.loads(HARMLESS), json.loads(WRITES)],
            "trust": json.loads(TRUST),
            "account": ACCOUNT,
        }
    }


def test_a_stack_that_is_not_deployed_has_no_roles() -> None:
    assert baseline_of({"version": 3, "deployment": None}) == {}


def test_it_is_a_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(export(exported(role("R"))))))
    assert main() == 0
    assert set(json.loads(capsys.readouterr().out)) == {"R"}


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"deployment": {"resources": [{}]}}'])
def test_what_is_no_export_is_refused(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert main() == 2
    assert capsys.readouterr().err == "standard input is not what `pulumi stack export` prints\n"


def test_a_change_is_told_against_the_deployed_stack_at_the_policy_that_makes_it() -> None:
    before = baseline_of(export(exported(role("R")), exported(role_policy("p", "R", HARMLESS))))
    config = {"new-access": {"baseline": before}}
    new = role_policy("q", "R", document(allow("s3:DeleteObject")))
    same = [role("R"), role_policy("p", "R", HARMLESS)]
    assert Run(config=config).whole(*same) == []
    (found,) = Run(config=config).whole(*same, new)
    assert (found.rule, found.urn, found.mandatory) == ("new-access", new.urn, False)
    assert found.message.splitlines()[:3] == [
        "R gains access",
        "    + s3:DeleteObject on arn:aws:s3:::data/*",
        "      e.g. DeleteObject arn:aws:s3:::data/a",
    ]
    (lost,) = Run(config=config).whole(role("R"))
    assert (lost.rule, lost.mandatory) == (ADVICE, False)
    assert "R loses access" in lost.message


def test_without_a_baseline_it_is_said_once_that_there_is_none() -> None:
    run = Run()
    run.whole(role("R"), role("S", assumeRolePolicy=TRUST))
    (said,) = [remark for remark in run.remarks if remark.rule != "exclusive-policies"]
    assert (said.rule, said.mandatory) == (ADVICE, False)
    assert said.message.startswith("new-access: there is no baseline")
    nothing = Run()
    nothing.stack(Described(type="aws:s3/bucket:Bucket", name="b", props={}))
    assert nothing.remarks == []
