"""Making the archives."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from rolewright.reference import SOURCES, store
from rolewright.reference.make import __main__ as command
from rolewright.reference.make import archive, authorization
from rolewright.reference.make.archive import differing_members, write
from rolewright.reference.make.managed import live_policies, managed_members, moto_policies

if TYPE_CHECKING:
    from pathlib import Path


NONE: list[str] = []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(archive, "DATA", tmp_path)
    return tmp_path


def test_the_same_members_give_the_same_bytes(folder: Path) -> None:
    write("a.zip", {"b.json": [1], "a.json": {"x": "y"}})
    write("b.zip", {"a.json": {"x": "y"}, "b.json": [1]})
    assert (folder / "a.zip").read_bytes() == (folder / "b.zip").read_bytes()
    with zipfile.ZipFile(folder / "a.zip") as found:
        assert found.namelist() == ["a.json", "b.json"]
        assert json.loads(found.read("a.json")) == {"x": "y"}


@pytest.mark.usefixtures("folder")
def test_differing_members_are_named() -> None:
    write("a.zip", {"same": 1, "other": 2, "gone": 3})
    assert differing_members("a.zip", {"same": 1, "other": 0, "new": 4}) == ("gone", "new", "other")
    assert differing_members("a.zip", {"same": 1, "other": 2, "gone": 3}) == ()


def test_the_stored_policies_are_what_make_would_write() -> None:
    assert differing_members(store.MANAGED, managed_members(*moto_policies())) == ()


def test_live_policies_are_stored_as_the_package_s_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        source, policies = live_policies()
    live = managed_members(source, policies)
    packaged = managed_members(*moto_policies())
    assert source["package"] == "AWS IAM API"
    assert live.pop("sources.json") != packaged.pop("sources.json")
    assert live == packaged


def test_the_package_is_read_as_documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = make_package(tmp_path)
    older = {
        "s3": {
            "privileges": {
                "PutObject": {
                    "resource_types": {
                        "": {"condition_keys": ["s3:Old", "S3:NEW"], "dependent_actions": []},
                        "object": {"condition_keys": [], "dependent_actions": ["kms:Decrypt"]},
                    }
                }
            }
        }
    }
    members = made_of(package, older, monkeypatch)
    assert members["services/s3.json"] == {
        "actions": {
            "PutObject": {
                "level": "Permissions management",
                "resources": [("object", 1, [])],
                "conditions": ["s3:New", "s3:Old"],
                "dependent": ["kms:Decrypt"],
            },
            "TagObject": {"level": "Tagging"},
        },
        "resources": {"object": (["arn:one", "arn:two"], [])},
        "conditions": {"s3:New": "String", "s3:Old": "ARN", "aws:Everywhere": "String"},
    }
    assert members["index.json"] == {"aa": {}, "s3": {"P": "PutObject", "T": "TagObject"}}
    # The global table's type goes first, then the own service's, then that of any other.
    assert members["condition-keys.json"] == {
        "aws:Everywhere": "Bool",
        "other:Key": "Date",
        "s3:New": "String",
        "s3:Old": "ARN",
    }
    assert members["sources.json"][0]["date"] == "2026-01-02"


def test_global_keys_that_cannot_be_read_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = make_package(tmp_path)
    (package / "dist" / "esm" / "globalConditionKeys.js").write_text("key: 'aws:A', kind: 'B'")
    with pytest.raises(ValueError, match="can't read all global condition keys"):
        made_of(package, {}, monkeypatch)


def test_a_release_without_a_date_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorization, "_OLDER_MONTHS", {})
    with pytest.raises(ValueError, match="add the month of release"):
        made_of(make_package(tmp_path), {}, monkeypatch)


@pytest.mark.parametrize("arguments", [[], ["--live"]])
def test_make_writes_both_archives_and_check_finds_no_difference(
    arguments: list[str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[str] = []

    def members_of(version: str) -> dict[str, Any]:
        asked.append(version)
        return {"index.json": 1}

    policies = moto_policies()
    monkeypatch.setattr(command, "DATA", folder)
    monkeypatch.setattr(command, "authorization_members", members_of)
    monkeypatch.setattr(command, "live_policies", lambda: policies)
    assert command.main(arguments) == 0
    assert {path.name for path in folder.iterdir()} == {store.AUTHORIZATION, store.MANAGED}
    assert (
        f"{store.MANAGED}: {(folder / store.MANAGED).stat().st_size} bytes"
        in capsys.readouterr().out
    )
    assert command.main(["--check"]) == 0
    assert asked == ["latest", SOURCES[0].version]
    assert capsys.readouterr().out == ""


def test_check_names_what_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(store.DATA / store.AUTHORIZATION) as found:
        members = {name: json.loads(found.read(name)) for name in found.namelist()}
    members["index.json"]["s3"]["R"] += " GetNothing"
    monkeypatch.setattr(command, "authorization_members", {SOURCES[0].version: members}.__getitem__)
    assert command.main(["--check"]) == 1
    expected = (
        f"{store.AUTHORIZATION}: `index.json` differs from its source; run `make reference`\n"
    )
    assert capsys.readouterr().out == expected


def test_live_and_check_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main(["--live", "--check"])
    assert stopped.value.code == 2
    assert "not allowed with" in capsys.readouterr().err


def made_of(
    package: Path, older: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    def unpack(_folder: Path, version: str) -> Path:
        assert version == "latest"
        return package

    monkeypatch.setattr(authorization, "_unpack", unpack)
    monkeypatch.setattr(authorization, "older_definitions", lambda: older)
    return authorization.authorization_members("latest")


def make_package(folder: Path) -> Path:
    """Write a package of two services, in the shape of the real one."""
    put = {
        "name": "PutObject",
        "accessLevel": "Permissions management, Write",
        "resourceTypes": [{"name": "object", "required": True, "conditionKeys": NONE}],
        "conditionKeys": ["s3:New"],
    }
    tag = {
        "name": "TagObject",
        "accessLevel": "Tagging, Write",
        "resourceTypes": NONE,
        "conditionKeys": NONE,
    }
    kinds = {"s3:New": "String", "s3:Old": "ARN", "aws:Everywhere": "String"}
    files: dict[str, object] = {
        "package.json": {
            "name": "package",
            "version": "1.0.0",
            "license": "MIT",
            "updatedAt": "2026-01-02T03:04:05Z",
        },
        "data/services.json": ["s3", "aa"],
        "data/actions/s3.json": {"tagobject": tag, "putobject": put},
        "data/resourceTypes/s3.json": {"object": {"key": "object", "arn": "arn:one, arn:two"}},
        "data/conditionKeys/s3.json": {
            key.lower(): {"key": key, "type": kind} for key, kind in kinds.items()
        },
        "data/actions/aa.json": {},
        "data/resourceTypes/aa.json": {},
        "data/conditionKeys/aa.json": {
            "s3:new": {"key": "s3:New", "type": "Numeric"},
            "other:key": {"key": "other:Key", "type": "Date"},
        },
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    script = folder / "dist" / "esm" / "globalConditionKeys.js"
    script.parent.mkdir(parents=True)
    script.write_text("[{ key: 'aws:Everywhere', category: 'x', type: 'Bool' }]")
    return folder
