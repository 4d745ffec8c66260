"""The Pulumi engine: found, downloaded or built.

In this order: `pulumi` on PATH if it is new enough, one kept in the user's cache, the official
download, a build from the Go module. What is downloaded or built is kept in the cache.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
from pulumi.automation import PulumiCommand
from semver import VersionInfo

from local_aws.faults import Fault
from local_aws.paths import ENGINE_MODULE
from rolewright.cli.sources.made_up import engines_folder

VERSION = "3.250.0"
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_NEEDED_GO = (1, 25, 11)
_SILENT_SECONDS = 20
"""How long a download may say nothing: a firewall that drops packets would hold it for minutes."""

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """An engine that runs: `how` says in a word where it comes from."""

    path: Path
    version: str
    how: str


def find_engine() -> Engine | None:
    """Return an engine that is on this machine already, or None. Downloads and builds nothing."""
    on_path = shutil.which("pulumi")
    if on_path and (version := _version(Path(on_path))) and _new_enough(version):
        return Engine(path=Path(on_path), version=version, how="on PATH")
    kept = _kept()
    if kept.exists() and (version := _version(kept)):
        return Engine(path=kept, version=version, how="cached")
    return None


def get_engine(progress: Progress) -> Engine:
    """Return an engine, downloading or building it where there is none.

    `progress` is told in a few words what is going on. Raises Fault where none can be had.
    """
    found = find_engine()
    if found:
        return found
    progress("downloading the official release")
    refused = _download()
    if refused is None:
        return Engine(path=_kept(), version=VERSION, how="downloaded")
    missing = engine_missing_reason()
    if missing:
        raise Fault(f"{missing} (the download failed: {refused})")
    _build(progress)
    return Engine(path=_kept(), version=VERSION, how="built")


def engine_missing_reason() -> str | None:
    """Return why no engine can be had without the internet, or None where one is or can be built."""
    if find_engine():
        return None
    go = _go_version()
    wanted = ".".join(str(part) for part in _NEEDED_GO)
    if go is None:
        return f"no Pulumi engine: install `pulumi` {VERSION} or newer, or Go {wanted} or newer"
    if go < _NEEDED_GO:
        has = ".".join(str(part) for part in go)
        return f"no Pulumi engine: Go {has} is too old to build it; it takes {wanted} or newer"
    return None


def _kept() -> Path:
    return engines_folder() / VERSION / "bin" / "pulumi"


def _new_enough(version: str) -> bool:
    return VersionInfo.parse(version).compare(VERSION) >= 0


def _version(path: Path) -> str | None:
    """Return what an engine says of its version, or None where it doesn't run."""
    try:
        said = subprocess.run(
            [path, "version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    version = said.removeprefix("v")
    return version if VersionInfo.is_valid(version) else None


def _download() -> str | None:
    """Put the official release into the cache; return why that failed, or None."""
    folder = engines_folder() / VERSION
    folder.parent.mkdir(parents=True, exist_ok=True)
    before = socket.getdefaulttimeout()
    with tempfile.TemporaryDirectory(dir=folder.parent) as half:
        try:
            socket.setdefaulttimeout(_SILENT_SECONDS)
            PulumiCommand.install(
                root=half, version=VersionInfo.parse(VERSION), skip_version_check=True
            )
        except Exception as error:  # noqa: BLE001  # the SDK raises whatever its steps raise
            return f"{type(error).__name__}: {error}".splitlines()[0]
        finally:
            socket.setdefaulttimeout(before)
        folder.mkdir(exist_ok=True)
        shutil.rmtree(folder / "bin", ignore_errors=True)
        # Plugins lie beside the engine: under their name all at once, or not at all.
        (Path(half) / "bin").rename(folder / "bin")
    return None


def _go_version() -> tuple[int, ...] | None:
    try:
        # GOTOOLCHAIN=local: what is installed, not what could be fetched.
        said = subprocess.run(
            ["go", "env", "GOVERSION"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "GOTOOLCHAIN": "local"},
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    parts = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", said)
    return tuple(int(part or 0) for part in parts.groups()) if parts else None


def _forget_killed_builds(folder: Path) -> None:
    for half in folder.glob("pulumi.*.half"):
        pid = half.name.split(".")[1]
        if not (pid.isdecimal() and psutil.pid_exists(int(pid))):
            half.unlink(missing_ok=True)


def _build(progress: Progress) -> None:
    """Build the engine from its Go module into the cache, under its name only once it is whole."""
    kept = _kept()
    kept.parent.mkdir(parents=True, exist_ok=True)
    _forget_killed_builds(kept.parent)
    half = kept.with_name(f"pulumi.{os.getpid()}.half")
    started = time.monotonic()
    command = [
        "go",
        "build",
        "-v",
        "-tags",
        "osusergo,grpcnotrace",
        "-ldflags",
        f"-s -w -X {_VERSION_VARIABLE}=v{VERSION}",
        "-o",
        str(half),
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ]
    last: list[str] = []
    try:
        with subprocess.Popen(
            command,
            cwd=ENGINE_MODULE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"},
        ) as build:
            packages = 0
            for line in build.stdout or ():
                last = [*last[-4:], line.strip()]
                packages += not line.startswith("go: ")
                seconds = int(time.monotonic() - started)
                progress(f"building from the Go module: {packages} packages, {seconds} s")
        if build.returncode != 0:
            raise Fault("the Pulumi engine does not build: " + "; ".join(last))
        half.rename(kept)
    finally:
        half.unlink(missing_ok=True)
