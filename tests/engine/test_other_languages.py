"""The component over the provider protocol, as programs in other languages make it."""

from __future__ import annotations

import json
import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from local_aws.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from local_aws.testing import Sandbox


class Remote(pulumi.ComponentResource):
    """What an SDK in any language makes of the component: a name, a type, and its arguments."""

    arn: pulumi.Output[str]
    documents: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        outputs = {"arn": None, "name": None, "documents": None, "checklist": None}
        super().__init__(
            "rolewright:index:SageMakerRole", name, {**outputs, **args}, None, remote=True
        )


@pytest.fixture(autouse=True)
def _plugin_on_path(  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = tmp_path / "plugins" / "pulumi-resource-rolewright"
    plugin.parent.mkdir()
    command = shlex.join([sys.executable, str(ROOT / "components")])
    plugin.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    plugin.chmod(0o755)
    monkeypatch.setenv("PATH", f"{plugin.parent}{os.pathsep}{os.environ['PATH']}")


def program(name: str, args: Mapping[str, Any]) -> Callable[[], None]:
    def run() -> None:
        role = Remote(name, args)
        pulumi.export("arn", role.arn)
        pulumi.export("documents", role.documents)

    return run


def test_a_role_is_made_under_guardrails_as_by_our_own_program(sandbox: Sandbox) -> None:
    remote = program(
        "TrainingRole",
        {
            "path": "/ml/",
            "maxSessionDuration": 7200,
            "buckets": [{"name": "data", "access": ["list", "read"]}],
            "activities": {"access-s3-buckets": {"buckets": ["work"]}},
        },
    )
    seen = sandbox.preview(remote)
    assert not seen.errors
    assert not seen.violations
    assert not [report for report in seen.reports if "unknown" in report.message]
    made = sandbox.up(remote)
    assert not made.errors
    assert made.outputs["arn"] == "arn:aws:iam::123456789012:role/ml/TrainingRole"
    assert set(made.outputs["documents"]) == {
        "rolewright-buckets",
        "TrainingRole-access-s3-buckets",
        "trust",
    }
    document = json.loads(made.outputs["documents"]["rolewright-buckets"])
    assert "s3:GetObject" in json.dumps(document)
    assert set(sandbox.up(remote).changes) == {"same"}
    assert not sandbox.destroy(remote).errors
    assert sandbox.role_names() == set()


def test_bad_arguments_are_told_as_by_our_own_program(sandbox: Sandbox) -> None:
    refused = sandbox.preview(program("R", {"bukets": []}))
    text = "\n".join(refused.errors)
    assert "roles.R.bukets: is not a known key; did you mean `buckets`?" in text
    assert f"{ROOT}/components" not in text  # no traceback of ours; the SDK has one of its own
