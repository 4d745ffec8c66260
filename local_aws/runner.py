"""The commands: up, preview, down, engine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_aws import server
from local_aws.engine import get_engine
from local_aws.example import make_existing
from local_aws.faults import Fault
from local_aws.paths import ROOT, STATE
from local_aws.proof import prove
from local_aws.provider.session import Clients
from local_aws.recovery import cancel_dead_lock, drop_broken_attributes, settle_pending
from local_aws.stack_files import plan_stack, read_stack_file
from local_aws.workspace import Outcome, Workspace
from rolewright.guardrails import guardrails

if TYPE_CHECKING:
    from pulumi import automation as auto

    from local_aws.engine import Engine
    from local_aws.screen import Screen
    from local_aws.server import Server
    from rolewright.grants import RolePlan, StackConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """What a command works with, once all of it is there."""

    stack: str
    config: StackConfig
    plans: tuple[RolePlan, ...]
    region: str
    server: Server
    clients: Clients
    workspace: Workspace


def up(stack: str, screen: Screen) -> int:
    """Preview under guardrails, deploy, and prove with real calls what the roles may do."""
    run = _begin(stack, screen)
    with screen.working("reading the state"):
        _recover(run, screen)
    with screen.working("previewing"):
        seen = run.workspace.preview(stack)
    stopped = _show_preview(run, seen, screen)
    if stopped:
        return stopped
    if set(seen.changes) <= {"same"}:
        screen.line("deployed", f"unchanged, {seen.changes.get('same', 0)} resources as they were")
    else:
        started = time.monotonic()
        with screen.working("deploying"):
            done = run.workspace.up(stack)
        if done.failed:
            screen.reports(done.violations)
            screen.problems("deployment", done.errors)
            return 1 if done.violations else 2
        seconds = time.monotonic() - started
        screen.line("deployed", f"{_changes(done, done=True)} in {seconds:.0f} s")
    screen.blank()
    with screen.working("calling as each role"):
        rows = prove(run.plans, run.server, run.clients, run.region)
    screen.proof(rows)
    right = sum(row.as_intended for row in rows)
    screen.line(f"{right} of {len(rows)} as intended", "", style="")
    if right < len(rows):
        return 1
    screen.blank()
    screen.line("next:", "edit Pulumi.dev.yaml, then `make preview STACK=dev`")
    return 0


def preview(stack: str, screen: Screen) -> int:
    """Preview a stack under guardrails and say all that they found."""
    run = _begin(stack, screen)
    _recover(run, screen)
    with screen.working("previewing"):
        seen = run.workspace.preview(stack)
    stopped = _show_preview(run, seen, screen)
    if stopped:
        return stopped
    screen.line("would", _changes(seen, done=False))
    screen.reports(seen.reports)
    return 0


def down(stack: str, screen: Screen) -> int:
    """Destroy the stack's resources and stop the local AWS."""
    found = server.running(STATE)
    if found is None:
        screen.line("local AWS", "not running")
        return 0
    try:
        return _destroy(stack, screen)
    finally:
        # Whatever became of that: what the stack made lives in this server's memory alone.
        server.stop(STATE)
        screen.line("local AWS", f"127.0.0.1:{found.port}, process {found.pid}, stopped")


def _destroy(stack: str, screen: Screen) -> int:
    run = _begin(stack, screen, quiet=True)
    with screen.working("destroying"):
        _recover(run, screen)
        done = run.workspace.destroy(stack)
    if done.failed:
        screen.problems("destroying", done.errors)
        return 2
    screen.line("destroyed", f"{done.changes.get('delete', 0)} resources")
    return 0


def engine(stack: str, screen: Screen) -> int:
    """Have an engine, and say which; it is the same for every stack."""
    del stack
    _engine(screen)
    return 0


def _engine(screen: Screen, *, quiet: bool = False) -> Engine:
    with screen.working("looking for the Pulumi engine"):
        found = get_engine(screen.progress)
    if not quiet:
        screen.line("engine", f"pulumi {found.version} ({found.how})")
    return found


def _begin(stack: str, screen: Screen, *, quiet: bool = False) -> _Run:
    """Get everything ready: config, engine, local AWS, and what the stack takes as existing."""
    config, region = read_stack_file(ROOT, stack)
    plans = plan_stack(config, region)
    ready = _engine(screen, quiet=quiet)
    with screen.working("starting the local AWS"):
        found = server.running(STATE) or server.start_in_background(STATE)
    if not quiet:
        screen.line(
            "local AWS", f"127.0.0.1:{found.port}, process {found.pid}, stops with `make down`"
        )
    clients = Clients(endpoint=found.endpoint, region=region)
    make_existing(config, clients)
    return _Run(
        stack=stack,
        config=config,
        plans=plans,
        region=region,
        server=found,
        clients=clients,
        workspace=Workspace(state=STATE, engine=ready, endpoint=found.endpoint),
    )


def _recover(run: _Run, screen: Screen) -> None:
    """Bring the state in step where a run was cut off, or where the local AWS was started anew."""
    drop_broken_attributes(STATE)
    stack: auto.Stack = run.workspace.stack(run.stack)
    cut_off = cancel_dead_lock(STATE, stack)
    pending = settle_pending(stack, run.clients)
    mark = STATE / f"{run.stack}.mark"
    anew = mark.exists() and mark.read_text() != run.server.mark
    if cut_off or pending:
        screen.line("recovered", f"a run was cut off; {pending} operations settled")
    if anew:
        screen.line("recovered", "the local AWS was started anew; its roles are created again")
    if cut_off or pending or anew:
        done = run.workspace.refresh(run.stack)
        if done.failed:
            raise Fault("the state can't be refreshed: " + "; ".join(done.errors))
    mark.write_text(run.server.mark)


def _show_preview(run: _Run, seen: Outcome, screen: Screen) -> int:
    """Print what a preview found; return the exit status of a run that must stop, or 0."""
    policies = sum(len(plan.policies) + len(plan.attachments) for plan in run.plans)
    advisories = len(seen.reports) - len(seen.violations)
    screen.line(
        "preview",
        f"{_counted(len(run.plans), 'role')}, {_counted(policies, 'policy')}, "
        f"{_counted(len(guardrails()), 'guardrail')}: "
        f"{_counted(len(seen.violations), 'violation')}, {_counted(advisories, 'advisory')}",
    )
    if seen.violations:
        screen.reports(seen.violations)
        screen.blank()
        screen.problems(None, ["stopped: nothing was created or changed"])
        return 1
    if seen.failed:
        screen.problems("preview", seen.errors)
        return 2
    return 0


def _counted(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def _changes(outcome: Outcome, *, done: bool) -> str:
    """Return what a run did, or would do: `11 created`, `create 11`."""
    counted = [
        f"{count} {operation.removesuffix('e')}ed"
        if done
        else f"{operation} {_counted(count, 'resource')}"
        for operation, count in sorted(outcome.changes.items())
        if operation != "same"
    ]
    return ", ".join(counted) or "change nothing"
