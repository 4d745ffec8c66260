"""Entries of the stack config that might allow a request: grants, activities, raw statements.

The stack config knows no better than these, in this order: a kind of grant made for such resources;
an activity, for what SageMaker does; a statement as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from rolewright.grants.activities import activities
from rolewright.grants.activity_inputs import input_form_problems
from rolewright.grants.activity_plan import activity_contexts
from rolewright.grants.kinds import grant_kinds
from rolewright.grants.proposing import named
from rolewright.iam import matches, resource_pattern
from rolewright.lint.arns import without_variables
from rolewright.lint.takes import fits, takes
from rolewright.reference import find_action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rolewright.grants.activity_args import ActivityArgs
    from rolewright.grants.kind import Activity, GrantKind, Target
    from rolewright.grants.role import RoleArgs
    from rolewright.iam import Request, Statement

RAW = "statements"
_ANY_ROLE = "arn:aws:iam::000000000000:role/x"
_OF_ACTIVITIES = ("sagemaker", "emr-serverless")
"""How the services begin whose actions are for activities."""
_SID_LENGTH = 60
"""Of the 64 characters that the config allows, so that a number fits behind it."""
_INPUTS = {
    "applications": ("emr-serverless", "/applications/"),
    "models": ("sagemaker", "model/"),
    "trackingServers": ("sagemaker", "mlflow-tracking-server/"),
}
"""Inputs that a resource's ARN gives, with its service and what stands before the name."""


class Tier(Enum):
    """How well the stack config expresses what is asked for."""

    GRANT = "grant"
    ACTIVITY = "activity"
    STATEMENT = "statement"


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """An entry that names a request's action and resource, though not each context of it.

    `key` is where it goes, from the role: `buckets`, a list, or `activities.manage-jobs`, whose
    whole value `entry` is then. `entry` is as the component's arguments have it, with Enums.
    """

    tier: Tier
    key: str
    entry: Mapping[str, Any]


def proposals(request: Request, args: RoleArgs, target: Target) -> Iterator[Proposal]:
    """Yield what might allow a role a request, better expressed first, narrower before wider.

    `args` are what the role has: what is encrypted keeps its key, an activity its inputs.
    """
    found = False
    for kind in grant_kinds():
        if kind.key != RAW:
            for entry in _of_kind(kind, request, args, target):
                found = True
                yield Proposal(tier=Tier.GRANT, key=kind.key, entry=entry)
    if request.action.lower().startswith(_OF_ACTIVITIES):
        for name, inputs in _of_activities(request, args, target):
            found = True
            yield Proposal(tier=Tier.ACTIVITY, key=f"activities.{name}", entry=inputs)
    if not found:
        # A statement must not loosen what a better expression of the same is bound by.
        for entry in _raw(request, args):
            yield Proposal(tier=Tier.STATEMENT, key=RAW, entry=entry)


def names(statement: Statement, request: Request) -> bool:
    """Whether a statement may be for a request's action and resource, in whatever context."""
    patterns = (
        resource_pattern(without_variables(resource)) for resource in statement.resources or ()
    )
    return any(
        matches(action, request.action, ignore_case=True) for action in statement.actions or ()
    ) and any(pattern is not None and matches(pattern, request.resource) for pattern in patterns)


def _of_kind(
    kind: GrantKind[Any], request: Request, args: RoleArgs, target: Target
) -> Iterator[Mapping[str, Any]]:
    held: list[Any] = [
        entry
        for policy in (args, *args.get("policies", {}).values())
        for entry in cast("Iterable[Any]", policy.get(kind.key, ()))
    ]
    if kind.key == "vpc" and "network" in args:
        # Where the role's jobs must run is where its network interfaces will be.
        held.append(args["network"])
    for entry in kind.propose(request, held, target):
        sound = not any(kind.problems(entry)) and not any(kind.problems_there([entry], target))
        if sound and any(names(s, request) for s in kind.statements([entry], target)):
            yield entry


def _of_activities(
    request: Request, args: RoleArgs, target: Target
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield activities with their inputs, those of fewest actions first."""
    found: list[tuple[int, str, Mapping[str, Any]]] = []
    for name, activity in activities().items():
        for inputs in _inputs(activity, args.get("activities", {}).get(name, {}), request, target):
            statements = _activity_statements(name, inputs, args, target)
            if any(names(statement, request) for statement in statements):
                size = {action for s in statements for action in s.actions or ()}
                found.append((len(size), name, cast("Mapping[str, Any]", inputs)))
    for _, name, inputs in sorted(found, key=lambda one: one[:2]):
        yield name, inputs


def _inputs(
    activity: Activity, held: ActivityArgs, request: Request, target: Target
) -> Iterator[ActivityArgs]:
    """Yield the inputs of an activity: with what the resource's name says, then without."""
    base: dict[str, Any] = {key: value for key, value in held.items() if key != "omit"}
    tried: list[dict[str, Any]] = []
    for key, (service, before) in _INPUTS.items():
        name = named(request.resource, target, service, before)
        if key in activity.takes and name is not None:
            tried.append({**base, key: [*dict.fromkeys([*base.get(key, ()), name])]})
    for found in (*tried, base):
        inputs = cast("ActivityArgs", found)
        if activity.needs <= found.keys() and not any(input_form_problems(inputs)):
            yield inputs


def _activity_statements(
    name: str, inputs: ActivityArgs, args: RoleArgs, target: Target
) -> list[Statement]:
    asked = cast("RoleArgs", {**args, "activities": {name: inputs}})
    return [
        statement
        for activity, context in activity_contexts(asked, target, _ANY_ROLE)
        if activity.name == name
        for statement in activity.statements(context)
    ]


def _raw(request: Request, args: RoleArgs) -> Iterator[Mapping[str, Any]]:
    """Yield the one action on the one resource, where AWS documents that it takes such a one."""
    action = find_action(request.action)
    if action is None:
        return
    name = f"{action.service}:{action.name}"
    wanted = takes(name.lower())
    # Nobody is offered all of what there is.
    if action.resource_types and (request.resource == "*" or not fits(request.resource, wanted)):
        return
    resource = request.resource if action.resource_types else "*"
    words = "".join(part[:1].upper() + part[1:] for part in action.service.split("-"))
    sid = f"{words}{action.name}"[:_SID_LENGTH]
    held = {
        entry["sid"]
        for policy in (args, *args.get("policies", {}).values())
        for entry in policy.get("statements", ())
    }
    taken = next(number for number in range(1, len(held) + 2) if _numbered(sid, number) not in held)
    yield {"sid": _numbered(sid, taken), "actions": [name], "resources": [resource]}


def _numbered(sid: str, number: int) -> str:
    return sid if number == 1 else f"{sid}{number}"
