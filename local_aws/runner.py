"""The commands: up, preview, down, engine."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_aws import server
from local_aws.baseline import settings_with_baseline
from local_aws.engine import get_engine
from local_aws.example import make_existing, stand_ins
from local_aws.failures import FAILURES, explained
from local_aws.faults import Fault
from local_aws.guardrail_settings import check_guardrail_settings
from local_aws.paths import ROOT, STATE
from local_aws.proof import prove
from local_aws.provider.session import Clients
from local_aws.recovery import cancel_dead_lock, drop_broken_attributes, settle_pending
from local_aws.run_lock import exclusive
from local_aws.screen import BESIDE_LABEL
from local_aws.stack_files import StackFile, read_stack_file
from local_aws.words import counted
from local_aws.workspace import Outcome, Workspace
from rolewright.cli.sources.made_up import MARK
from rolewright.guardrails import guardrails

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from pulumi import automation as auto

    from local_aws.engine import Engine
    from local_aws.proof import Row
    from local_aws.screen import Screen
    from local_aws.server import Server

_STAND_INS = ": stand-ins, made by the local AWS"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """What a command works with on a stack, once all of it is there."""

    stack: str
    file: StackFile
    server: Server
    clients: Clients
    workspace: Workspace
    settings: Path | None = None

    def options(self) -> dict[str, Any]:
        """Return what the engine is told of the policy pack, by what is deployed now."""
        deployed = self.workspace.stack(self.stack).export_stack().deployment
        path = settings_with_baseline(self.settings, deployed, STATE)
        return {"policy_pack_configs": [str(path)]} if path else {}

    @property
    def mark(self) -> Path:
        """The file that says by which local AWS the stack was deployed."""
        return STATE / f"{self.stack}{MARK}"


def up(screen: Screen, *, stack: str, guardrails: Path | None = None) -> int:
    """Preview under guardrails, deploy, and prove with real calls what the roles may do."""
    with _begun(screen, stack, guardrails) as run:
        with screen.working("reading the state"):
            _recover(run, screen)
            run.mark.write_text(run.server.mark)
            options = run.options()
        with screen.working("previewing"):
            seen = run.workspace.preview(stack, **options)
        status = _show_preview(run, seen, screen) or _deploy(run, seen, options, screen)
        return status or _prove(run, screen)


def preview(screen: Screen, *, stack: str, guardrails: Path | None = None) -> int:
    """Preview a stack under guardrails and say all that they found."""
    with _begun(screen, stack, guardrails) as run:
        _recover(run, screen)
        with screen.working("previewing"):
            seen = run.workspace.preview(stack, **run.options())
        stopped = _show_preview(run, seen, screen)
        if stopped:
            return stopped
        screen.line("would", _changes(seen, done=False))
        screen.reports(seen.reports)
        return 0


def down(screen: Screen) -> int:
    """Destroy every stack that `up` deployed, and stop the local AWS."""
    if not STATE.exists():
        screen.line("local AWS", "not running")
        return 0
    with exclusive(STATE):
        found = server.running(STATE)
        if found is None:
            screen.line("local AWS", "not running")
            return 0
        try:
            stacks = sorted(mark.name.removesuffix(MARK) for mark in STATE.glob(f"*{MARK}"))
            return max([_destroy(stack, found, screen) for stack in stacks], default=0)
        finally:
            # Whatever became of that: what the stacks made lives in this server's memory alone.
            server.stop(STATE)
            screen.line("local AWS", f"127.0.0.1:{found.port}, process {found.pid}, stopped")


def engine(screen: Screen) -> int:
    """Have an engine, and say which."""
    _engine(screen)
    return 0


def _deploy(run: _Run, seen: Outcome, options: dict[str, Any], screen: Screen) -> int:
    if set(seen.changes) <= {"same"}:
        screen.line("deployed", f"unchanged, {seen.changes.get('same', 0)} resources as they were")
        return 0
    started = time.monotonic()
    with screen.working("deploying"):
        done = run.workspace.up(run.stack, **options)
    if done.failed:
        screen.reports(done.violations)
        screen.problems("deployment", _lines(done))
        return 1 if done.violations else 2
    seconds = time.monotonic() - started
    screen.line("deployed", f"{_changes(done, done=True)} in {seconds:.0f} s")
    return 0


def _prove(run: _Run, screen: Screen) -> int:
    screen.blank()
    with screen.working("calling as each role"):
        rows = prove(run.file.plans, run.server, run.clients, run.file.region)
    screen.proof(rows)
    screen.line(_summary(rows), "")
    if not all(row.as_intended for row in rows):
        return 1
    screen.blank()
    if run.stack == "local":
        screen.line("next:", "edit Pulumi.dev.yaml, then `make preview STACK=dev`")
    else:
        screen.line("next:", 'deploy it: see "Deploy to AWS" in README.md')
    return 0


def _summary(rows: tuple[Row, ...]) -> str:
    right = sum(row.as_intended for row in rows)
    called = sum(row.result is not None for row in rows)
    said = f"{right} of {len(rows)} as intended"
    return said if called == len(rows) else f"{said}, {called} called"


def _destroy(stack: str, found: Server, screen: Screen) -> int:
    """Destroy one stack; one that can't be is named, and the others are not kept from it."""
    try:
        run = _begin(stack, read_stack_file(ROOT, stack), found, _engine(screen, quiet=True))
        with screen.working(f"destroying {stack}"):
            _recover(run, screen, going_down=True)
            done = run.workspace.destroy(stack)
        if done.failed:
            raise Fault("\n".join(done.errors))
    except FAILURES as failure:
        _, lines = explained(failure, stack)
        screen.problems(f"stack `{stack}` was not destroyed (Pulumi.{stack}.yaml)", lines)
        return 2
    run.mark.unlink(missing_ok=True)
    screen.line("destroyed", f"{stack}, {counted(done.changes.get('delete', 0), 'resource')}")
    return 0


def _engine(screen: Screen, *, quiet: bool = False) -> Engine:
    with screen.working("looking for the Pulumi engine"):
        found = get_engine(screen.progress)
    if not quiet:
        screen.line("engine", f"pulumi {found.version} ({found.how})")
    return found


@contextmanager
def _begun(screen: Screen, stack: str, settings: Path | None) -> Generator[_Run]:
    """Get everything ready: config, engine, local AWS, and what the stack takes as existing."""
    file = read_stack_file(ROOT, stack)
    if settings is not None:
        settings = settings.absolute()
        check_guardrail_settings(settings)
    with exclusive(STATE):
        ready = _engine(screen)
        with screen.working("starting the local AWS"):
            found = server.running(STATE) or server.start_in_background(STATE)
        screen.line(
            "local AWS", f"127.0.0.1:{found.port}, process {found.pid}, stops with `make down`"
        )
        run = _begin(stack, file, found, ready, settings)
        if there := stand_ins(file.config, BESIDE_LABEL - len(_STAND_INS)):
            screen.line("existing", f"{there}{_STAND_INS}")
        yield run


def _begin(
    stack: str, file: StackFile, found: Server, ready: Engine, settings: Path | None = None
) -> _Run:
    clients = Clients(endpoint=found.endpoint, region=file.region)
    make_existing(file.config, clients)
    return _Run(
        stack=stack,
        file=file,
        server=found,
        clients=clients,
        workspace=Workspace(state=STATE, engine=ready, endpoint=found.endpoint),
        settings=settings,
    )


def _recover(run: _Run, screen: Screen, *, going_down: bool = False) -> None:
    """Bring the state in step where a run was cut off, or where the local AWS was started anew."""
    drop_broken_attributes(STATE)
    stack: auto.Stack = run.workspace.stack(run.stack)
    cut_off = cancel_dead_lock(STATE, stack)
    pending = settle_pending(stack, run.clients)
    anew = run.mark.exists() and run.mark.read_text() != run.server.mark
    if cut_off or pending:
        screen.line("recovered", f"a run was cut off; {counted(pending, 'operation')} settled")
    if anew and not going_down:
        screen.line("recovered", "the local AWS was started anew; its roles are created again")
    if cut_off or pending or anew:
        done = run.workspace.refresh(run.stack)
        if done.failed:
            raise Fault("the state can't be refreshed: " + "; ".join(done.errors))
    if anew:
        run.mark.write_text(run.server.mark)


def _show_preview(run: _Run, seen: Outcome, screen: Screen) -> int:
    """Print what a preview found; return the exit status of a run that must stop, or 0."""
    if seen.failed and not seen.violations:
        screen.problems("preview", _lines(seen))
        return 2
    plans = run.file.plans
    policies = sum(len(plan.policies) + len(plan.managed) + len(plan.attachments) for plan in plans)
    advisories = len(seen.reports) - len(seen.violations)
    screen.line(
        "preview",
        f"{counted(len(plans), 'role')}, {counted(policies, 'policy')}, "
        f"{counted(len(guardrails()), 'guardrail')}: "
        f"{counted(len(seen.violations), 'violation')}, {counted(advisories, 'advisory')}",
    )
    if seen.violations:
        screen.reports(seen.reports)
        screen.blank()
        screen.problems(None, ["stopped: nothing was created or changed"])
        return 1
    return 0


def _lines(outcome: Outcome) -> list[str]:
    return [line for error in outcome.errors for line in error.splitlines()]


def _changes(outcome: Outcome, *, done: bool) -> str:
    """Return what a run did, or would do: `11 created`, `create 11`."""
    parts = [
        f"{count} {operation.removesuffix('e')}ed"
        if done
        else f"{operation} {counted(count, 'resource')}"
        for operation, count in sorted(outcome.changes.items())
        if operation != "same"
    ]
    return ", ".join(parts) or "change nothing"
