"""The guardrails as Pulumi policies: each as a resource rule and as a stack rule.

A resource rule judges the role as seen so far, and so refuses the very document that completes a
violation before it exists. A stack rule adds what only the whole shows. A finding is reported once.
"""

from __future__ import annotations

import json
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import Severity as SdkSeverity

from policy_pack.stack_view import ROLE, TYPES, Resource, StackView
from rolewright.grants import ConfigError, Environment
from rolewright.guardrails import (
    Guardrail,
    Level,
    Violation,
    describe,
    enforcement,
    guardrails,
    judge,
    read_settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pulumi_policy import ReportViolation
    from pulumi_policy.policy import Policy, PolicyResource

    from rolewright.roles import Role

ADVICE = "advice"
RUNS = "guardrails-run"

_DOCS = "https://github.com/rolewright/rolewright/blob/main/docs/guardrails.md"


def pack_policies() -> list[Policy]:
    """Return the policies of the pack, at the levels of the stack's environment."""
    return Pack(read_environment()).policies()


def read_environment() -> Environment | None:
    """Return the stack's environment, or None where it is missing or unknown, which is prod."""
    given = pulumi.Config("sagemaker-roles").get("environment")
    return next((known for known in Environment if known.value == given), None)


class Pack:
    """The state of one run: what was seen, and what was reported of it."""

    def __init__(self, environment: Environment | None) -> None:
        self._environment = environment
        self._lock = threading.RLock()
        self._turn = threading.local()
        self._view = StackView(whole=False)
        self._whole: tuple[Role, ...] | None = None
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
        level = enforcement(guardrail.level, self._environment)
        about: dict[str, Any] = {
            "description": guardrail.description,
            "enforcement_level": EnforcementLevel(level.value),
            "config_schema": _schema(guardrail),
            "severity": SdkSeverity(guardrail.severity.value),
            "tags": [guardrail.family],
            "remediation_steps": guardrail.fix,
            "url": f"{_DOCS}#{guardrail.id}",
        }

        def resource_rule(args: ResourceValidationArgs, report: ReportViolation) -> None:
            self._guarded(guardrail, lambda: self._resource(guardrail, args, report), args.urn)

        def stack_rule(args: StackValidationArgs, report: ReportViolation) -> None:
            self._guarded(guardrail, lambda: self._stack(guardrail, args, report), "")

        yield ResourceValidationPolicy(name=guardrail.id, validate=resource_rule, **about)
        yield StackValidationPolicy(name=guardrail.id, validate=stack_rule, **about)

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

        about: dict[str, Any] = {"description": description, "enforcement_level": level}
        yield ResourceValidationPolicy(name=name, validate=resource_rule, **about)
        yield StackValidationPolicy(name=name, validate=stack_rule, **about)

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
        if args.resource_type not in TYPES:
            return
        settings = _settings(guardrail, args.get_config())
        with self._lock:
            if self._whole is not None:
                self._start_over()
        for seen in self._taken_in(guardrail, args):
            for role, violation in self._judged(guardrail, seen, settings, args.urn):
                self._report(guardrail, role, violation, args.urn, report)

    def _taken_in(
        self, guardrail: Guardrail[Any], args: ResourceValidationArgs
    ) -> tuple[Role, ...]:
        """Return the roles that a resource adds to; they are put together once for all guardrails.

        The SDK runs the rules of a resource one after the other in one thread, so a guardrail that
        comes round again means that the resource is described anew.
        """
        if getattr(self._turn, "urn", None) != args.urn or guardrail.id in self._turn.done:
            self._turn.urn = None  # until it could be read
            keys = self._view.add(_from_rule(args))
            self._turn.roles = tuple(map(self._view.role, keys))
            self._turn.urn, self._turn.done = args.urn, set[str]()
        self._turn.done.add(guardrail.id)
        return self._turn.roles

    def _start_over(self) -> None:
        """Forget the run before: the engine may preview and update through one process."""
        self._view, self._whole = StackView(whole=False), None
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
                view = _whole_view(args.resources)
                self._whole = tuple(map(view.role, view.role_keys()))
            roles = self._whole
        for whole in roles:
            for role, violation in self._judged(guardrail, whole, settings, ""):
                self._report(guardrail, role, violation, None, report)

    def _judged(
        self, guardrail: Guardrail[Any], role: Role, settings: object, urn: str
    ) -> Iterator[tuple[Role, Violation]]:
        judgement = judge(guardrail, role, settings)
        if judgement.fault:
            self._fault(urn, judgement.fault)
        for violation in judgement.violations:
            yield role, violation

    def _report(
        self,
        guardrail: Guardrail[Any],
        role: Role,
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
            role.name,
            violation.message,
            (policy and (policy.arn or policy.urn)) or role.urn,
            statement.index if statement else None,
        )
        where = urn or (policy.urn if policy and policy.urn else role.urn)
        with self._lock:
            if self._reported.get(mark, urn) != urn:
                return
            self._reported[mark] = where
        text = describe(guardrail, role, violation)
        if violation.level and enforcement(violation.level, self._environment) is Level.ADVISORY:
            with self._lock:
                self._advice.append((where, f"{guardrail.id}: {text}"))
        else:
            report(text, where)


def _settings(guardrail: Guardrail[Any], config: Mapping[str, Any] | None) -> Any:
    """Return a guardrail's settings, checked. Raises ConfigError."""
    return _checked_settings(guardrail, json.dumps(dict(config or {})))


@lru_cache(maxsize=256)
def _checked_settings(guardrail: Guardrail[Any], text: str) -> Any:
    """Return settings of a guardrail, which are the same for every resource of a run."""
    return read_settings(guardrail, text, f"policy pack config {guardrail.id}")


def _schema(guardrail: Guardrail[Any]) -> PolicyConfigSchema:
    return PolicyConfigSchema(properties=guardrail.settings_schema()["properties"])


def _from_rule(args: ResourceValidationArgs) -> Resource:
    return Resource(
        type=args.resource_type,
        urn=args.urn,
        name=args.name,
        props=args.props,
        parent=args.opts.parent,
        provider=args.provider.urn if args.provider else None,
    )


def _whole_view(resources: list[PolicyResource]) -> StackView:
    """Return the view of a whole stack; roles first, so that what names them by URN finds them."""
    view = StackView(whole=True)
    ours = [resource for resource in resources if resource.resource_type in TYPES]
    for resource in sorted(ours, key=lambda found: found.resource_type != ROLE):
        view.add(
            Resource(
                type=resource.resource_type,
                urn=resource.urn,
                name=resource.name,
                props=resource.props,
                parent=resource.parent.urn if resource.parent else None,
                provider=resource.provider.urn if resource.provider else None,
                dependencies={
                    name: [found.urn for found in held]
                    for name, held in resource.property_dependencies.items()
                },
            )
        )
    return view
