"""A role made by hand, as AWS's tutorial makes it, taken over by the stack."""

from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner
from ruamel.yaml import YAML

from local_aws.paths import ROOT
from local_aws.testing import STACK
from rolewright.cli import main
from rolewright.grants import NAMESPACE
from rolewright.iam import Relation, diff, parse_document

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from local_aws.testing import Sandbox

NAME = "SageMakerBasicRole"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
CUSTOM = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": ["arn:aws:s3:::example-bucket"],
        }
    ],
}


def make_by_hand(sandbox: Sandbox) -> None:
    iam = sandbox.clients.iam
    iam.create_role(
        RoleName=NAME,
        AssumeRolePolicyDocument=json.dumps(TRUST),
        Description="Made by hand",
        Tags=[{"Key": "team", "Value": "ml"}],
    )
    iam.attach_role_policy(
        RoleName=NAME, PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    )
    iam.put_role_policy(
        RoleName=NAME, PolicyName="CustomS3Policy", PolicyDocument=json.dumps(CUSTOM)
    )


def adopted(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, *options: str) -> Any:
    """Return what `adopt --live` prints of the local AWS, read as the YAML that it is."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox.server.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    said = CliRunner().invoke(main, ["adopt", NAME, "--live", *options])
    assert said.exit_code == 0, said.output
    yaml: Any = YAML(typ="safe", pure=True)
    return yaml.load(said.stdout)["config"][f"{NAMESPACE}:roles"]


def import_resources(sandbox: Sandbox, path: Path) -> str:
    """Run `pulumi import` on a file, as the command that `adopt` prints does."""
    host = sandbox.folder / "state" / "bin" / "pulumi-language-python"
    host.parent.mkdir(parents=True, exist_ok=True)
    command = shlex.join([sys.executable, "-m", "tests.engine.language_host"])
    host.write_text(f'#!/bin/sh\ncd {shlex.quote(str(ROOT))} && exec {command} "$@"\n')
    host.chmod(0o755)
    stack = sandbox.workspace().stack(STACK)
    workspace: Any = stack.workspace
    command = ["import", "--file", str(path), "--protect=false", "--generate-code=false"]
    run = workspace.pulumi_command.run(
        [*command, "--yes", "--stack", STACK, "--non-interactive"],
        workspace.work_dir,
        workspace.env_vars,
    )
    # It is in the way of the policy pack's own host.
    host.unlink()
    return str(run.stdout)


def state_of_role(sandbox: Sandbox) -> tuple[Any, ...]:
    iam = sandbox.clients.iam
    role = iam.get_role(RoleName=NAME)["Role"]
    attached = iam.list_attached_role_policies(RoleName=NAME)["AttachedPolicies"]
    return (
        role["RoleId"],
        role["Description"],
        role["Tags"],
        iam.list_role_policies(RoleName=NAME)["PolicyNames"],
        [policy["PolicyArn"] for policy in attached],
    )


def test_a_role_made_by_hand_is_taken_over_as_it_is(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_by_hand(sandbox)
    before = state_of_role(sandbox)
    path = tmp_path / "import.json"
    roles = adopted(sandbox, monkeypatch, "--import-file", str(path))
    assert roles == {
        NAME: {
            "description": "Made by hand",
            "tags": {"team": "ml"},
            "trust": {"sourceAccount": False},
            "managedPolicies": ["AmazonS3ReadOnlyAccess"],
            "policies": {
                "CustomS3Policy": {"buckets": [{"name": "example-bucket", "access": ["list"]}]}
            },
        }
    }
    sandbox.roles(roles)
    import_resources(sandbox, path)
    # The statements have names now: two documents are written anew, and nothing else is done.
    first = sandbox.preview()
    assert first.errors == ()
    assert set(first.changes) <= {"same", "update"}
    assert first.changes["update"] == 2
    assert sandbox.up().errors == ()
    assert set(sandbox.preview().changes) == {"same"}
    assert state_of_role(sandbox) == before
    iam = sandbox.clients.iam
    trust = iam.get_role(RoleName=NAME)["Role"]["AssumeRolePolicyDocument"]
    custom = iam.get_role_policy(RoleName=NAME, PolicyName="CustomS3Policy")["PolicyDocument"]
    for old, new in ((TRUST, trust), (CUSTOM, custom)):
        found = diff(parse_document(old), parse_document(new))
        assert found.relation is Relation.EQUIVALENT


def test_grants_are_added_to_a_role_that_stays_as_it_is(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_by_hand(sandbox)
    before = state_of_role(sandbox)
    sandbox.roles(adopted(sandbox, monkeypatch, "--existing"))
    outcome = sandbox.up()
    assert outcome.errors == ()
    after = state_of_role(sandbox)
    assert after[:3] == before[:3]
    assert after[3] == ["CustomS3Policy", "rolewright-CustomS3Policy"]
    assert after[4] == before[4]
    assert set(sandbox.preview().changes) == {"same"}
