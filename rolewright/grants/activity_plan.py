"""Which activities a role is for, from its persona and its `activities`, and what can't be honoured.

An activity's own `network` and `encryption` win over the role's. One that can't honour such a
setting takes no notice of the role's, as long as some other activity does; asked of the activity
itself it is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activities import activities
from rolewright.grants.activity_inputs import input_form_problems, input_place_problems
from rolewright.grants.kind import ActivityContext, Target
from rolewright.grants.network import encryption_problems, network_problems
from rolewright.grants.personas import PERSONAS
from rolewright.grants.problems import Problem, key_path
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolewright.grants.activity_args import ActivityArgs
    from rolewright.grants.kind import Activity
    from rolewright.grants.role import RoleArgs

_SETTINGS = ("network", "encryption")
_EVERY_ACTIVITY = ("omit", *_SETTINGS)


def asked_activities(args: RoleArgs) -> dict[str, ActivityArgs]:
    """Return the inputs of each activity that the role is for, by its name, in order."""
    persona = args.get("persona")
    asked: dict[str, ActivityArgs] = {name: {} for name in PERSONAS[persona]} if persona else {}
    asked.update(args.get("activities", {}))
    return {name: asked[name] for name in sorted(asked) if not asked[name].get("omit", False)}


def activity_contexts(
    args: RoleArgs, target: Target, role_arn: str
) -> Iterator[tuple[Activity, ActivityContext]]:
    """Yield what each activity of a role is rendered from; those that are none are left out."""
    for name, inputs in asked_activities(args).items():
        activity = activities().get(name)
        if activity is None:
            continue
        network = inputs.get("network", args.get("network")) if activity.network else None
        encryption = (
            inputs.get("encryption", args.get("encryption")) if activity.encryption else None
        )
        yield (
            activity,
            ActivityContext(
                target=target,
                role_arn=role_arn,
                inputs=inputs,
                network=network,
                encryption=encryption,
            ),
        )


def activity_problems(args: RoleArgs, target: Target) -> Iterator[Problem]:
    """Yield what can't be honoured, with paths from the role."""
    persona = args.get("persona")
    for name, inputs in args.get("activities", {}).items():
        path = key_path("activities", name)
        activity = activities().get(name)
        if activity is None:
            meant = nearest(name, activities())
            hint = f"; did you mean `{meant}`?" if meant else ""
            known = ", ".join(activities())
            yield Problem(path=path, message=f"is not an activity{hint} ({known})")
            continue
        for problem in _input_problems(activity, inputs, target):
            yield problem.under(path)
        if "omit" in inputs and (persona is None or name not in PERSONAS[persona]):
            yield Problem(
                path=f"{path}.omit", message="leaves out what no persona brings; remove it"
            )
        elif inputs.get("omit", False) and (rest := [key for key in inputs if key != "omit"]):
            names = ", ".join(f"`{key}`" for key in rest)
            yield Problem(
                path=f"{path}.omit",
                message=f"leaves the activity out, and {names} with it; remove one or the other",
            )
    for name, inputs in asked_activities(args).items():
        activity = activities().get(name)
        missing = sorted(activity.needs - set(inputs)) if activity else []
        if missing:
            path = key_path("activities", name)
            names = ", ".join(f"`{key}`" for key in missing)
            yield Problem(path=path, message=f"needs {names}")


def setting_use_problems(args: RoleArgs, own: RoleArgs) -> Iterator[Problem]:
    """Yield a problem for a setting of the role's own that none of its activities honours."""
    asked = [activities()[name] for name in asked_activities(args) if name in activities()]
    yield from _use_problems(asked, own, "the role's")


def default_use_problems(roles: Sequence[RoleArgs], defaults: RoleArgs) -> Iterator[Problem]:
    """Yield a problem for a setting of `defaults` that no activity of any of the roles honours.

    Nothing is said where it is not known what a role is for.
    """
    names = {name for args in roles for name in asked_activities(args)}
    if names <= set(activities()):
        yield from _use_problems([activities()[name] for name in names], defaults, "the roles'")


def _use_problems(asked: Sequence[Activity], own: RoleArgs, whose: str) -> Iterator[Problem]:
    for setting in _SETTINGS:
        if setting in own and not any(getattr(activity, setting) for activity in asked):
            able = [name for name, found in activities().items() if getattr(found, setting)]
            yield _unhonoured(setting, whose, able)
    used = {kind for activity in asked for kind in activity.keys}
    for kind in own.get("encryption", {}):
        if used and kind not in used:
            able = [name for name, found in activities().items() if kind in found.keys]
            yield _unhonoured(f"encryption.{kind}", whose, able)


def _unhonoured(path: str, whose: str, able: list[str]) -> Problem:
    return Problem(
        path=path,
        message=f"is honoured by none of {whose} activities; remove it, or add one of "
        f"{', '.join(able)}",
    )


def _input_problems(activity: Activity, inputs: ActivityArgs, target: Target) -> Iterator[Problem]:
    for key in inputs:
        if key not in _EVERY_ACTIVITY and key not in activity.takes:
            takes = ", ".join(sorted(activity.takes)) or "no inputs"
            yield Problem(path=key, message=f"is not an input of `{activity.name}` ({takes})")
    yield from _setting_use(activity, inputs)
    yield from input_form_problems(inputs)
    yield from input_place_problems(inputs, target)
    if "network" in inputs:
        for problem in network_problems(inputs["network"]):
            yield problem.under("network")
    if "encryption" in inputs:
        for problem in encryption_problems(inputs["encryption"], target):
            yield problem.under("encryption")


def _setting_use(activity: Activity, inputs: ActivityArgs) -> Iterator[Problem]:
    """Yield a problem for a setting of the activity's own that it can't honour."""
    for setting in _SETTINGS:
        if setting in inputs and not getattr(activity, setting):
            yield _refused(setting, activity)
    if activity.encryption:
        for kind in inputs.get("encryption", {}):
            if kind not in activity.keys:
                yield _refused(f"encryption.{kind}", activity)


def _refused(path: str, activity: Activity) -> Problem:
    return Problem(path=path, message=f"can't be honoured by `{activity.name}`: {activity.why_not}")
