"""A whole role as its part of a stack config, proved to give the same access."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rolewright.explain.adopting.policies import Adopted, LeftAlone, adopt_policies
from rolewright.explain.adopting.sameness import same_whole
from rolewright.explain.adopting.settings import CantBeSet, attached_as_written, settings_of
from rolewright.grants import ConfigError, RolePlan, draft_stack_config, key_path, plan_stack
from rolewright.iam import document_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rolewright.explain.adopting.held import HeldRole
    from rolewright.grants.kind import Target

_OVER = "come to"
"""In the problem of inline policies that are over IAM's limit together."""


class CantAdopt(ValueError):  # noqa: N818  # named as InvalidHeld is
    """What can't be written at all; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Adoption:
    """A role in a stack config: `args` is what stands below its name, `plan` what that gives.

    `target` and `defaults` are those of the stack's file, which `args` goes without.
    `existing` says that grants are only added to it. `reasons` say what the stack config can't
    say of the role, so that it is not reproduced whole; `notes` are worth knowing besides.
    """

    held: HeldRole
    target: Target
    defaults: Mapping[str, Any]
    args: Mapping[str, Any]
    plan: RolePlan
    existing: bool
    policies: tuple[Adopted, ...]
    left: tuple[LeftAlone, ...]
    reasons: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether the stack config says all of the role."""
        return not self.reasons and not self.left


def adopt(
    held: HeldRole,
    target: Target,
    defaults: Mapping[str, Any] | None = None,
    *,
    existing: bool = False,
) -> Adoption:
    """Return a role's part of a stack config whose `defaults` are given.

    It is taken over, or only added to, where `existing` or where its settings can't be written.
    Raises CantAdopt.
    """
    common = defaults or {}
    reasons: list[str] = []
    settings: dict[str, Any] = {}
    if not existing:
        try:
            settings = settings_of(held, target, common)
        except CantBeSet as error:
            reasons, existing = error.reasons, True
    if existing:
        settings = {"existing": True}
    found = list(adopt_policies(held.inline, target, existing=existing))
    while True:
        args = _args(held, target, settings, found, common, existing=existing)
        try:
            plan = _planned(held.name, args, common, target)
        except ConfigError as error:
            found = _one_less(found, error)
            continue
        break
    policies = tuple(one for one in found if isinstance(one, Adopted))
    _prove(held, plan, policies)
    return Adoption(
        held=held,
        target=target,
        defaults=common,
        args=args,
        plan=plan,
        existing=existing,
        policies=policies,
        left=tuple(one for one in found if isinstance(one, LeftAlone)),
        reasons=tuple(reasons),
        notes=tuple(_notes(held, args, existing=existing)),
    )


def _args(  # noqa: PLR0913  # what a role is made of
    held: HeldRole,
    target: Target,
    settings: Mapping[str, Any],
    found: Sequence[Adopted | LeftAlone],
    defaults: Mapping[str, Any],
    *,
    existing: bool,
) -> dict[str, Any]:
    args = dict(settings)
    left = any(isinstance(one, LeftAlone) for one in found)
    if left and not existing and defaults.get("exclusive", True):
        # What is left alone must not be removed.
        args["exclusive"] = False
    if held.attached:
        args["managedPolicies"] = [attached_as_written(arn, target) for arn in held.attached]
    for one in found:
        if isinstance(one, Adopted):
            one.place(args)
    return args


def _planned(
    name: str, args: Mapping[str, Any], defaults: Mapping[str, Any], target: Target
) -> RolePlan:
    """Return the plan of a stack config with this role alone. Raises ConfigError."""
    draft = draft_stack_config(
        environment=target.environment or "dev",
        roles=json.dumps({name: args}),
        defaults=json.dumps(defaults),
    )
    (plan,) = plan_stack(draft, target)
    return plan


def _one_less(
    found: Sequence[Adopted | LeftAlone], error: ConfigError
) -> list[Adopted | LeftAlone]:
    """Return the policies without the largest, where it is their size that IAM refuses.

    Raises CantAdopt for what no policy is to blame for.
    """
    adopted = [one for one in found if isinstance(one, Adopted)]
    problem = error.problems[0]
    if not adopted or _OVER not in problem.message:
        raise CantAdopt(f"the stack config would be refused: {problem}")
    largest = max(adopted, key=lambda one: document_size(json.dumps(one.matched.args())))
    reason = "with it the inline policies would be over IAM's limit, as statements have names here"
    return [LeftAlone(name=one.name, reason=reason) if one is largest else one for one in found]


def _prove(held: HeldRole, plan: RolePlan, policies: Iterable[Adopted]) -> None:
    """Hold the plan against the role: what is attached by ARN, what is inline by its access.

    Raises CantAdopt where they are not shown to be the same.
    """
    listed = tuple(policies)
    attached = {one.arn for one in plan.attachments}
    same = same_whole([one.old for one in listed], [one.document for one in plan.policies])
    if attached != set(held.attached) or plan.managed or not same:
        raise CantAdopt("its policies together can't be shown to give the same access")


def _notes(held: HeldRole, args: Mapping[str, Any], *, existing: bool) -> Iterable[str]:
    if existing:
        return
    if not held.complete:
        yield (
            "description and session length are not in what was read: set `description` and "
            "`maxSessionDuration` if the role has them, or read it with --live"
        )
    trust = args.get("trust", {})
    if trust.get("sourceAccount") is False and not trust.get("sourceArns"):
        yield (
            f"{key_path('trust', 'sourceAccount')}: the guardrail trust-confused-deputy asks for "
            "it: set it to true once the role's work runs with it"
        )
