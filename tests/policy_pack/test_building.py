"""The pack that is built: it stands by itself, as the SDK's own server starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policy_pack.building import build, main
from rolewright.grants import Environment
from rolewright.guardrails import guardrails
from rolewright.stack.view import ROLE, ROLE_POLICY
from tests.policy_pack.run import ADMIN, TRUST

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    import pytest

_PORT = 1


@contextmanager
def served(folder: Path) -> Generator[Any]:
    """Serve a pack as the engine has it served, on a stack that calls itself `dev`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    config = json.dumps({"sagemaker-roles:environment": "dev"})
    process = subprocess.Popen(
        # The engine's address; the pack asks it nothing.
        [sys.executable, "-u", "-m", "pulumi.policy", f"127.0.0.1:{_PORT}", str(folder)],
        cwd=folder,
        env={**kept, "PULUMI_CONFIG": config},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = f"127.0.0.1:{int(process.stdout.readline())}"
        with grpc.insecure_channel(address) as channel:
            yield analyzer_pb2_grpc.AnalyzerStub(channel)
    finally:
        process.kill()
        process.communicate()


def analyzed(pack: Any, kind: str, name: str, props: Mapping[str, Any]) -> list[Any]:
    properties = struct_pb2.Struct()
    properties.update(props)
    urn = f"urn:pulumi:dev::theirs::{kind}::{name}"
    request = analyzer_pb2.AnalyzeRequest(type=kind, properties=properties, urn=urn, name=name)
    return list(pack.Analyze(request).diagnostics)


def test_a_pack_that_was_built_refuses_what_it_should_wherever_it_lies(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    build(folder, Environment.PROD)
    with served(folder) as pack:
        told = pack.GetAnalyzerInfo(struct_pb2.Value())
        levels = {policy.name: policy.enforcementLevel for policy in told.policies}
        assert set(levels) > {guardrail.id for guardrail in guardrails()}
        assert levels["boundary-required"] == analyzer_pb2.MANDATORY
        role = {"name": "R", "assumeRolePolicy": TRUST}
        (bare,) = analyzed(pack, ROLE, "r", role)
        assert bare.policyName == "boundary-required"
        found = analyzed(pack, ROLE_POLICY, "p", {"name": "p", "role": "R", "policy": ADMIN})
        assert "no-admin-access" in {said.policyName for said in found}


def test_a_pack_has_all_that_it_needs_and_no_more(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    assert main([str(folder)]) == 0
    library = folder / "lib"
    assert (folder / "PulumiPolicy.yaml").read_text().count("virtualenv: .venv\n") == 1
    pins = (folder / "requirements.txt").read_text().splitlines()
    assert [pin.partition("==")[0] for pin in pins] == ["pulumi", "pulumi-policy", "pydantic"]
    assert list((library / "rolewright" / "reference" / "data").glob("*.zip"))
    assert not list(library.rglob("__pycache__"))
    assert not (library / "rolewright" / "cli").exists()
    assert not (library / "policy_pack" / "environment").exists()
    assert main([str(folder), "--environment", "staging"]) == 0
    assert (library / "policy_pack" / "environment").read_text() == "staging"


def test_what_is_no_pack_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "thesis.txt"
    kept.write_text("mine")
    assert main([str(tmp_path)]) == 2
    assert "was not built here; name another folder" in capsys.readouterr().err
    assert kept.read_text() == "mine"


def test_a_pack_that_was_written_by_hand_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    description = tmp_path / "PulumiPolicy.yaml"
    description.write_text("runtime: python")
    assert main([str(tmp_path)]) == 2
    assert "was not built here" in capsys.readouterr().err
    assert description.exists()
