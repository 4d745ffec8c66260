"""Finding, downloading and building the engine, with scripts in the place of `pulumi` and `go`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.automation import PulumiCommand

from local_aws import engine
from local_aws.faults import Fault
from local_aws.paths import ROOT
from rolewright.cli.sources.made_up import engines_folder

if TYPE_CHECKING:
    from pathlib import Path

GO = "go version"
BUILD = """
case "$1" in
env) echo go1.26.0 ;;
build)
    while [ "$1" != -o ]; do shift; done
    echo "go: downloading example.com v1.0.0" >&2
    printf '#!/bin/sh\\necho v3.250.0\\n' > "$2"
    chmod +x "$2"
    echo example.com/one >&2
    echo example.com/two >&2
    %s
    ;;
esac
"""


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder on a PATH that has no engine and no Go; the cache is the test's own."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def install(**options: Any) -> None:
        del options
        raise OSError("no internet here\nat all")

    monkeypatch.setattr(PulumiCommand, "install", install)
    return tmp_path / "path"


def get() -> tuple[engine.Engine, list[str]]:
    said: list[str] = []
    return engine.get_engine(said.append), said


def kept() -> Path:
    return engines_folder() / engine.VERSION / "bin" / "pulumi"


def left() -> list[str]:
    return sorted(file.name for file in engines_folder().rglob("*") if file.is_file())


@pytest.mark.parametrize("version", ["v3.250.0", "v3.260.1", "v4.0.0", "3.250.0"])
def test_an_engine_on_path_that_is_new_enough_is_taken(path: Path, version: str) -> None:
    there = script(path / "pulumi", f"echo {version}; echo 'warning: old' >&2")
    found = engine.find_engine()
    assert found == engine.Engine(path=there, version=version.removeprefix("v"), how="on PATH")
    assert get() == (found, [])


@pytest.mark.parametrize(
    "body",
    ["echo v3.249.9", "echo v3.250.0-alpha.1", "echo nonsense", "exit 1", "kill -9 $$"],
)
def test_an_engine_on_path_that_is_too_old_or_does_not_run_is_passed_over(
    path: Path, body: str
) -> None:
    script(path / "pulumi", body)
    assert engine.find_engine() is None
    there = script(kept(), "echo v3.250.0")
    assert engine.find_engine() == engine.Engine(path=there, version="3.250.0", how="cached")


def test_a_cached_engine_that_does_not_run_is_passed_over() -> None:
    kept().parent.mkdir(parents=True)
    kept().write_bytes(b"\x7fELF half")
    kept().chmod(0o755)
    assert engine.find_engine() is None


def test_without_download_and_go_the_fault_says_what_to_install() -> None:
    with pytest.raises(Fault) as fault:
        get()
    assert str(fault.value) == (
        "no Pulumi engine: install `pulumi` 3.250.0 or newer, or Go 1.25.11 or newer "
        "(the download failed: OSError: no internet here)"
    )


@pytest.mark.parametrize(
    ("said", "has"), [("go1.21", "1.21.0"), ("go1.25.10", "1.25.10"), ("go1.25rc1", "1.25.0")]
)
def test_a_go_that_is_too_old_is_named(path: Path, said: str, has: str) -> None:
    script(path / "go", f"echo {said}")
    reason = f"no Pulumi engine: Go {has} is too old to build it; it takes 1.25.11 or newer"
    assert engine.engine_missing_reason() == reason
    with pytest.raises(Fault, match="is too old to build it"):
        get()


@pytest.mark.parametrize("body", ["echo devel +1a2b3c", "exit 1"])
def test_a_go_of_no_known_version_counts_as_none(path: Path, body: str) -> None:
    script(path / "go", body)
    assert "or Go 1.25.11 or newer" in (engine.engine_missing_reason() or "")


@pytest.mark.parametrize("said", ["go1.25.11", "go1.26", "go2.0.0 X:exp"])
def test_nothing_is_missing_where_go_can_build(path: Path, said: str) -> None:
    script(path / "go", f"echo {said}")
    assert engine.engine_missing_reason() is None


def test_gos_toolchain_is_asked_for_what_is_installed(path: Path) -> None:
    script(path / "go", '[ "$GOTOOLCHAIN" = local ] && echo go1.26.0')
    assert engine.engine_missing_reason() is None


def test_an_engine_is_built_with_progress_and_kept(path: Path) -> None:
    script(path / "go", BUILD % "")
    found, said = get()
    assert (found.path, found.how) == (kept(), "built")
    assert said[0] == "downloading the official release"
    assert said[-1].startswith("building from the Go module: 2 packages, ")
    assert left() == ["pulumi"]
    assert engine.find_engine() == engine.Engine(path=kept(), version="3.250.0", how="cached")
    assert engine.engine_missing_reason() is None


def test_a_build_that_fails_says_why_and_leaves_nothing(path: Path) -> None:
    script(path / "go", BUILD % "echo 'one.go:1: undefined: x' >&2; exit 1")
    with pytest.raises(Fault, match=r"does not build: .*; one.go:1: undefined: x$"):
        get()
    assert left() == []


def test_a_killed_build_is_not_taken_for_an_engine_and_is_cleared_away(path: Path) -> None:
    script(path / "go", BUILD % "echo here >&2; sleep 60")
    code = (
        "from local_aws import engine\n"
        "engine._download = lambda: 'no'\n"
        "engine.get_engine(lambda said: print(said, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as build:
        assert build.stdout
        for line in build.stdout:
            if "3 packages" in line:
                break
        os.killpg(build.pid, signal.SIGKILL)
    assert [name for name in left() if name.endswith(".half")] == [f"pulumi.{build.pid}.half"]
    assert engine.find_engine() is None
    script(path / "go", BUILD % "")
    get()
    assert left() == ["pulumi"]


def test_a_build_that_another_process_makes_is_left_alone(path: Path) -> None:
    theirs = kept().with_name(f"pulumi.{os.getppid()}.half")
    theirs.parent.mkdir(parents=True)
    theirs.write_text("half")
    script(path / "go", BUILD % "")
    get()
    assert left() == ["pulumi", theirs.name]


def test_a_download_is_kept_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(root: str, version: object, *, skip_version_check: bool) -> None:
        assert str(version) == engine.VERSION
        assert skip_version_check
        script(path.parent / root / "bin" / "pulumi", "echo v3.250.0")
        script(path.parent / root / "bin" / "pulumi-language-python", "")

    monkeypatch.setattr(PulumiCommand, "install", install)
    kept().parent.mkdir(parents=True)
    kept().write_text("what an earlier one left")
    found, said = get()
    assert (found.path, found.how) == (kept(), "downloaded")
    assert said == ["downloading the official release"]
    assert left() == ["pulumi", "pulumi-language-python"]
    assert [entry.name for entry in engines_folder().iterdir()] == [engine.VERSION]
    assert engine.find_engine() == engine.Engine(path=kept(), version="3.250.0", how="cached")


def test_the_cache_is_in_the_home_folder_where_nothing_else_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert engines_folder() == tmp_path / ".cache" / "rolewright" / "engine"
