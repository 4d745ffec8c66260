"""The real engine over a program, with a backend, a home and an environment of its own.

Nothing of the user's Pulumi login, state or AWS credentials is read or changed: all that the
engine writes is below one state folder.
"""

from __future__ import annotations

import logging
import os
import re
import runpy
import shlex
import shutil
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi import automation as auto

from local_aws.paths import ROOT
from local_aws.provider.session import ENDPOINT_VARIABLE
from local_aws.stack_files import stack_path
from rolewright.cli.sources.made_up import engine_settings
from rolewright.grants import NAMESPACE

if TYPE_CHECKING:
    from types import FrameType

    from pulumi.automation.events import EngineEvent

    from local_aws.engine import Engine

POLICY_PACK = ROOT / "policy_pack"

_COLOUR = re.compile(r"<\{%[^%]*%\}>|\x1b\[[0-9;]*m")
_TOO_LONG = "argument list too long"
_CONFIG_TOO_LONG = (
    "the stack config comes to more than 128 KB, which is the most that the engine can hand to a "
    "policy pack; split it into several stacks"
)
_UNHANDLED = "an unhandled error occurred: "
_TAKEN = re.compile(r"aws:iam/role:Role.*EntityAlreadyExists", re.DOTALL)
_NAME_TAKEN = (
    "another stack or a person made that role: add grants to it with `existing: true`, or give "
    "yours another name by `nameFormat`"
)
_FOREIGN = re.compile(r"(?:AWS|PULUMI)_")
_LAUNCHER = Path(__file__).with_name("engine_launcher.py")

Program = Callable[[], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyReport:
    """What the policy pack said of one resource."""

    guardrail: str
    mandatory: bool
    urn: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of a run of the engine.

    `changes` counts resources by operation (`create`, `same`, `update`, ...); `errors` are the
    engine's own words, empty where the run went well; `types` are those of the stack's resources.
    """

    changes: Mapping[str, int] = field(default_factory=dict[str, int])
    reports: tuple[PolicyReport, ...] = ()
    errors: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def failed(self) -> bool:
        """Whether the run failed."""
        return bool(self.errors)

    @property
    def violations(self) -> tuple[PolicyReport, ...]:
        """The reports that stop a run."""
        return tuple(report for report in self.reports if report.mandatory)


@dataclass(kw_only=True)
class _Events:
    """Gathers what the engine tells while it runs."""

    reports: dict[PolicyReport, None] = field(default_factory=dict[PolicyReport, None])
    errors: list[str] = field(default_factory=list[str])
    changes: dict[str, int] = field(default_factory=dict[str, int])
    types: dict[str, str] = field(default_factory=dict[str, str])

    def take(self, event: EngineEvent) -> None:
        """Take in one event."""
        if policy := event.policy_event:
            report = PolicyReport(
                guardrail=policy.policy_name,
                mandatory=policy.enforcement_level == "mandatory",
                urn=policy.resource_urn or "",
                message=_plain(policy.message),
            )
            self.reports[report] = None
        elif (said := event.diagnostic_event) and said.severity == "error":
            self.errors.append(_plain(said.message))
        elif summary := event.summary_event:
            self.changes = {
                str(getattr(op, "value", op)): count
                for op, count in summary.resource_changes.items()
            }
        elif (made := event.resource_pre_event) and made.metadata:
            self.types[made.metadata.urn] = made.metadata.type


class Workspace:
    """A project as the engine sees it.

    Its files are copied below a state folder, so that a run never changes a committed one.
    """

    def __init__(  # noqa: PLR0913  # where, with what, of what: all keyword-only
        self,
        *,
        state: Path,
        engine: Engine,
        endpoint: str,
        project: Path = ROOT,
        program: Program | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.state = state
        self.endpoint = endpoint
        self._engine = engine
        self._project = project
        self._program = program or _run_main
        self._extra = dict(environment or {})

    def stack(self, name: str) -> auto.Stack:
        """Return a stack, made if it is new. Raises Fault where it has no file."""
        stack_path(self._project, name)
        work = self.state / "workspace"
        for folder in (work, self.state / "backend", self.state / "home"):
            folder.mkdir(parents=True, exist_ok=True)
        for path in self._project.glob("Pulumi*.yaml"):
            shutil.copy(path, work / path.name)
        return auto.create_or_select_stack(
            stack_name=name,
            project_name=NAMESPACE,
            program=self._program,
            opts=auto.LocalWorkspaceOptions(
                work_dir=str(work),
                pulumi_command=auto.PulumiCommand(
                    root=str(self._launchers().parent), skip_version_check=True
                ),
                env_vars=self._environment(),
            ),
        )

    def preview(self, name: str, *, packs: Sequence[Path] = (POLICY_PACK,), **more: Any) -> Outcome:
        """Preview a stack under policy packs."""
        stack = self.stack(name)
        return self._run(stack.preview, policy_packs=[str(pack) for pack in packs], **more)

    def up(self, name: str, *, packs: Sequence[Path] = (POLICY_PACK,), **more: Any) -> Outcome:
        """Deploy a stack under policy packs, without a preview (the Automation API makes none)."""
        stack = self.stack(name)
        return self._run(stack.up, policy_packs=[str(pack) for pack in packs], **more)

    def refresh(self, name: str) -> Outcome:
        """Read what there is; with the program, so that the endpoint is this run's."""
        return self._run(self.stack(name).refresh, run_program=True)

    def destroy(self, name: str) -> Outcome:
        """Destroy what the stack made."""
        return self._run(self.stack(name).destroy, run_program=True)

    def _run(self, command: Callable[..., Any], **options: Any) -> Outcome:
        events = _Events()
        outputs: Mapping[str, Any] = {}
        with self._forwarding_signals():
            try:
                result = command(on_event=events.take, **options)
                outputs = getattr(result, "outputs", {})
            except auto.errors.CommandError as error:
                if not events.errors and not any(report.mandatory for report in events.reports):
                    events.errors.append(last_words(str(error)))
                elif not events.errors:
                    events.errors.append("a guardrail was violated")
        return Outcome(
            changes=events.changes,
            reports=tuple(events.reports),
            errors=plain_errors(events.errors),
            types=tuple(events.types.values()),
            outputs={key: value.value for key, value in outputs.items()},
        )

    @contextmanager
    def _forwarding_signals(self) -> Generator[None]:
        """Hand SIGINT and SIGTERM on to the engine, which ends what is under way and saves state.

        The engine has a session of its own, so that Ctrl-C in a terminal reaches it once, not
        twice: the second would end it at once.
        """
        mine = self.state / "engine.pid"
        asked: list[int] = []

        def hand_on(number: int, frame: FrameType | None) -> None:
            del frame
            asked.append(number)
            try:
                os.kill(int(mine.read_text()), signal.SIGINT)
            except (OSError, ValueError):
                raise KeyboardInterrupt from None

        before = {
            number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            mine.unlink(missing_ok=True)
        if asked:
            raise KeyboardInterrupt

    def _environment(self) -> dict[str, str]:
        """Return the environment of the engine, its plugins and the program."""
        scrub_environment()
        # An engine that stops at a violation leaves the program's requests unanswered, and the SDK
        # would log each with a traceback; what went wrong is in the engine's own events.
        logging.getLogger("grpc").setLevel(logging.CRITICAL + 1)
        path = [str(self._launchers()), str(self._engine.path.parent), os.environ.get("PATH", "")]
        settings = {
            "PATH": os.pathsep.join(path),
            **engine_settings(self.state),
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            ENDPOINT_VARIABLE: self.endpoint,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONPATH": str(ROOT),
            **_past_proxies(),
            **self._extra,
        }
        os.environ.update({key: value for key, value in settings.items() if key != "PATH"})
        return settings

    def _launchers(self) -> Path:
        """Write the scripts by which the engine, the provider and the pack are started."""
        folder = self.state / "bin"
        folder.mkdir(parents=True, exist_ok=True)
        python, root = shlex.quote(sys.executable), shlex.quote(str(ROOT))
        started = (_LAUNCHER, self.state / "engine.pid", self._engine.path)
        engine = " ".join(shlex.quote(str(path)) for path in started)
        _script(folder / "pulumi", f'exec {python} -S -E {engine} "$@"')
        _script(
            folder / "pulumi-resource-aws",
            f'cd {root} && exec {python} -m local_aws.provider "$@"',
        )
        _script(
            folder / "pulumi-analyzer-policy-python",
            f'PYTHONPATH={root} exec {python} -u -m local_aws.analyzer "$@"',
        )
        return folder


def plain_errors(errors: Iterable[str]) -> tuple[str, ...]:
    """Return the engine's errors, each once, with what to do where the engine does not say."""
    # The SDK logs what a program raised, and the engine then says it again as unhandled.
    plain = dict.fromkeys(text.removeprefix(_UNHANDLED) for text in errors)
    return tuple(f"{text}\n{_NAME_TAKEN}" if _TAKEN.search(text) else text for text in plain)


def scrub_environment() -> None:
    """Take what is the user's own, of Pulumi and of AWS, out of this process's environment."""
    for name in list(os.environ):
        if _FOREIGN.match(name):
            del os.environ[name]


def _past_proxies() -> dict[str, str]:
    """Return settings by which engine, plugins and program reach each other past any proxy."""
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = dict.fromkeys([*filter(None, given.split(",")), "127.0.0.1", "localhost"])
    return dict.fromkeys(("no_proxy", "NO_PROXY"), ",".join(hosts))


def _run_main() -> None:
    """Run the project's own program, as the engine's language host would."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")


def _script(path: Path, command: str) -> None:
    text = f"#!/bin/sh\n{command}\n"
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
        path.chmod(0o755)


def _plain(text: str) -> str:
    return _COLOUR.sub("", text).strip()


def last_words(text: str) -> str:
    """Return what of a failed command's output says most: its error lines, or its end."""
    lines = [_plain(line) for line in text.splitlines() if _plain(line)]
    if any(_TOO_LONG in line for line in lines):
        return _CONFIG_TOO_LONG
    errors = [line for line in lines if line.startswith(("error:", "stderr: error:"))]
    said = errors or lines[-3:]
    return "\n".join(dict.fromkeys(line.removeprefix("stderr: ") for line in said))
