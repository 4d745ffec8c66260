"""The guardrails as Pulumi policies: each as a resource rule and as a stack rule.

A resource rule judges the role as seen so far, and so refuses the very document that completes a
violation before it exists. A stack rule adds what only the whole shows. A finding is reported once.
"""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pulumi_policy import (
    EnforcementLevel,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from policy_pack.about import about
from policy_pack.profile import read_environment
from policy_pack.subjects import Subjects, whole_resource
from rolewright.grants import ConfigError, Environment
from rolewright.guardrails import (
    Guardrail,
    Level,
    Violation,
    Waiver,
    describe,
    enforcement,
    guardrails,
    judge,
    read_settings,
    read_waivers,
    unused,
    waive,
)
from rolewright.roles import Role
from rolewright.stack import UNREAD, is_read, unread, whole_subjects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi_policy import PolicyResource, ReportViolation
    from pulumi_policy.policy import Policy

    from rolewright.roles import Workload

ADVICE = "advice"
RUNS = "guardrails-run"
CHECKABLE = "checkable-at-preview"


def pack_policies() -> list[Policy]:
    """Return the policies of the pack, at the levels of the stack's environment."""
    today = datetime.now(UTC).date()
    return Pack(read_environment(), today).policies()


class Pack:
    """The state of one run: what was seen, and what was reported of it."""

    def __init__(self, environment: Environment | None, today: date) -> None:
        self._environment = environment
        self._today = today
        self._lock = threading.RLock()
        self._turn = threading.local()
        self._seen = Subjects()
        self._whole: tuple[Role | Workload, ...] | None = None
        self._whole_judged: set[str] = set()
        # What was reported -> the URN of the resource it was reported at.
        self._reported: dict[tuple[object, ...], str] = {}
        self._advice: list[tuple[str, str]] = []
        self._faults: list[tuple[str, str]] = []

    def policies(self) -> list[Policy]:
        """Return a resource rule and a stack rule a guardrail, then those that print the rest."""
        found: list[Policy] = []
        for guardrail in guardrails():
            found += self._rules(guardrail)
        found += self._printing(
            RUNS, "Every guardrail ran.", EnforcementLevel.MANDATORY, self._faults
        )
        found += self._printing(
            ADVICE, "Worth a look; nothing is stopped.", EnforcementLevel.ADVISORY, self._advice
        )
        return found

    def _rules(self, guardrail: Guardrail[Any]) -> Iterator[Policy]:
        known = about(guardrail, self._environment)

        def resource_rule(args: ResourceValidationArgs, report: ReportViolation) -> None:
            self._guarded(guardrail, lambda: self._resource(guardrail, args, report), args.urn)

        def stack_rule(args: StackValidationArgs, report: ReportViolation) -> None:
            self._guarded(guardrail, lambda: self._stack(guardrail, args, report), "")

        yield ResourceValidationPolicy(name=guardrail.id, validate=resource_rule, **known)
        yield StackValidationPolicy(name=guardrail.id, validate=stack_rule, **known)

    def _printing(
        self,
        name: str,
        description: str,
        level: EnforcementLevel,
        waiting: list[tuple[str, str]],
    ) -> Iterator[Policy]:
        """Yield the rules that print what the rules before them left waiting."""

        def flush(report: ReportViolation, urn: str | None) -> None:
            with self._lock:
                mine = [entry for entry in waiting if urn is None or entry[0] == urn]
                waiting[:] = [entry for entry in waiting if entry not in mine]
            for where, message in mine:
                report(message, where or None)

        def resource_rule(args: ResourceValidationArgs, report: ReportViolation) -> None:
            flush(report, args.urn)

        def stack_rule(args: StackValidationArgs, report: ReportViolation) -> None:  # noqa: ARG001  # the SDK's shape
            flush(report, None)

        known: dict[str, Any] = {"description": description, "enforcement_level": level}
        yield ResourceValidationPolicy(name=name, validate=resource_rule, **known)
        yield StackValidationPolicy(name=name, validate=stack_rule, **known)

    def _guarded(self, guardrail: Guardrail[Any], run: Callable[[], None], urn: str) -> None:
        """Run a rule; whatever goes wrong in it is a mandatory violation, never silence."""
        try:
            run()
        except ConfigError as error:
            self._fault(urn, f"the pack's config can't be read\n{error}")
        except Exception as error:  # noqa: BLE001  # fail closed
            kind = type(error).__name__
            self._fault(
                urn, f"`{guardrail.id}` failed, so nothing vouches for this: {kind}: {error}"
            )

    def _fault(self, urn: str, message: str) -> None:
        with self._lock:
            self._faults.append((urn, message))

    def _resource(
        self, guardrail: Guardrail[Any], args: ResourceValidationArgs, report: ReportViolation
    ) -> None:
        if not is_read(args.resource_type):
            return
        settings = _settings(guardrail, args.get_config())
        with self._lock:
            if self._whole is not None:
                self._start_over()
        for subject in self._taken_in(guardrail, args):
            self._judge(guardrail, subject, settings, args.urn, report)

    def _taken_in(
        self, guardrail: Guardrail[Any], args: ResourceValidationArgs
    ) -> tuple[Role | Workload, ...]:
        """Return what a resource adds to; it is put together once for all guardrails.

        The SDK runs the rules of a resource one after the other in one thread, so a guardrail that
        comes round again means that the resource is described anew.
        """
        if getattr(self._turn, "urn", None) != args.urn or guardrail.id in self._turn.done:
            self._turn.urn = None  # until it could be read
            self._turn.subjects = self._seen.add(args)
            self._turn.urn, self._turn.done = args.urn, set[str]()
        self._turn.done.add(guardrail.id)
        return self._turn.subjects

    def _start_over(self) -> None:
        """Forget the run before: the engine may preview and update through one process."""
        self._seen, self._whole = Subjects(), None
        self._whole_judged.clear()
        self._reported.clear()

    def _stack(
        self, guardrail: Guardrail[Any], args: StackValidationArgs, report: ReportViolation
    ) -> None:
        settings = _settings(guardrail, args.get_config())
        with self._lock:
            if guardrail.id in self._whole_judged:
                # The whole is described anew, and no resource of ours before it.
                self._start_over()
            self._whole_judged.add(guardrail.id)
            if self._whole is None:
                self._whole = whole_subjects(
                    whole_resource(found)
                    for found in args.resources
                    if is_read(found.resource_type)
                )
            subjects = self._whole
        used: set[Waiver] = set()
        for subject in subjects:
            used |= self._judge(guardrail, subject, settings, None, report)
        if guardrail.id == CHECKABLE:
            used |= self._unread(guardrail, args.resources, settings, report)
        any_role = any(isinstance(subject, Role) for subject in subjects)
        if guardrail.remark and any_role and (said := guardrail.remark(settings)):
            self._advise("", f"{guardrail.id}: {said}")
        for said in unused(read_waivers(settings), frozenset(used), self._today):
            self._advise("", f"{guardrail.id}: {said}")

    def _judge(
        self,
        guardrail: Guardrail[Any],
        subject: Role | Workload,
        settings: object,
        urn: str | None,
        report: ReportViolation,
    ) -> frozenset[Waiver]:
        """Report what a guardrail finds; return the waivers that are for any of it."""
        judgement = judge(guardrail, subject, settings)
        if judgement.fault:
            self._fault(urn or "", judgement.fault)
        waived = waive(subject, judgement.violations, read_waivers(settings), self._today)
        for violation in waived.violations:
            self._report(guardrail, subject, violation, urn, report)
        return waived.used

    def _unread(
        self,
        guardrail: Guardrail[Any],
        resources: list[PolicyResource],
        settings: object,
        report: ReportViolation,
    ) -> set[Waiver]:
        """Report what may have to do with roles and isn't read; return the waivers that are for it."""
        used: set[Waiver] = set()
        for subject, what in unread(
            whole_resource(found) for found in resources if found.resource_type in UNREAD
        ):
            message = f"{what}: what it allows is not read here"
            found = waive(
                subject, [Violation(message=message)], read_waivers(settings), self._today
            )
            used |= found.used
            for violation in found.violations:
                self._report(guardrail, subject, violation, None, report)
        return used

    def _report(
        self,
        guardrail: Guardrail[Any],
        subject: Role | Workload,
        violation: Violation,
        urn: str | None,
        report: ReportViolation,
    ) -> None:
        """Report a violation, unless it was already; `urn` is the resource at hand, if there is one."""
        policy, statement = violation.policy, violation.statement
        # By name: a role is first seen by a policy, if that comes before the role itself. By ARN: an
        # attachment and the exclusive resource that repeats it come in any order.
        mark = (
            guardrail.id,
            (subject.name, subject.scope) if isinstance(subject, Role) else subject.urn,
            violation.message,
            policy and (policy.arn or (policy.urn, policy.kind, policy.name)),
            statement and (statement.index, statement.sid),
        )
        where = urn or (policy.urn if policy and policy.urn else subject.urn)
        with self._lock:
            if self._reported.get(mark, urn) != urn:
                return
            self._reported[mark] = where
        text = describe(guardrail, subject, violation)
        if violation.level and enforcement(violation.level, self._environment) is Level.ADVISORY:
            self._advise(where, f"{guardrail.id}: {text}")
        else:
            report(text, where)

    def _advise(self, urn: str, message: str) -> None:
        with self._lock:
            self._advice.append((urn, message))


def _settings(guardrail: Guardrail[Any], config: Mapping[str, Any] | None) -> Any:
    """Return a guardrail's settings, checked. Raises ConfigError."""
    text = json.dumps(whole_numbers(dict(config))) if config else "{}"
    return _checked_settings(guardrail, text)


@lru_cache(maxsize=256)
def _checked_settings(guardrail: Guardrail[Any], text: str) -> Any:
    """Return settings of a guardrail, which are the same for every resource of a run."""
    return read_settings(guardrail, text, f"policy pack config {guardrail.id}")


def whole_numbers(given: Any) -> Any:
    """Return settings with whole numbers as such: the engine gives each number as a float."""
    if isinstance(given, float) and given.is_integer():
        return int(given)
    if isinstance(given, list):
        return [whole_numbers(entry) for entry in given]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(given, dict):
        return {key: whole_numbers(value) for key, value in given.items()}  # pyright: ignore[reportUnknownVariableType]
    return given
