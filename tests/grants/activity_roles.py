"""Roles with one activity each, and with all that the activity takes and honours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolewright.grants import parse_role_args, plan_role
from rolewright.grants.activities import activities

if TYPE_CHECKING:
    from rolewright.grants import RolePlan, Target
    from rolewright.grants.kind import Activity

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = "arn:aws:kms:eu-west-1:123456789012:key/99999999-12ab-34cd-56ef-1234567890ab"
NETWORK: dict[str, Any] = {
    "subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    "securityGroups": ["sg-0123456789abcdef0"],
}
INPUTS: dict[str, Any] = {
    "applications": ["00f1abc2de3fgh09"],
    "buckets": ["ml-data-123456789012", "ml-models-123456789012"],
    "databases": ["sagemaker_featurestore", "sales"],
    "domain": "d-abcdefghij12",
    "models": ["churn-2026-01"],
    "passRoles": ["arn:aws:iam::123456789012:role/ml/Training"],
    "repositories": ["team/images"],
    "rewardFunctions": ["score-answers"],
    "trackingServers": ["team-experiments"],
    "userProfiles": ["alice"],
    "workgroups": ["primary"],
}


def needed(activity: Activity) -> dict[str, Any]:
    """Return the inputs that an activity can't do without."""
    return {key: INPUTS[key] for key in sorted(activity.needs)}


def role_args(name: str, *, full: bool) -> dict[str, Any]:
    """Return a role with one activity: `full` with all that it takes and honours."""
    activity = activities()[name]
    if not full:
        return {"activities": {name: needed(activity)}}
    args: dict[str, Any] = {
        "activities": {name: {key: INPUTS[key] for key in sorted(activity.takes)}}
    }
    if activity.network:
        args["network"] = NETWORK
    if activity.keys:
        args["encryption"] = {kind: [KEY] for kind in sorted(activity.keys)}
    return args


def planned(args: dict[str, Any], target: Target) -> RolePlan:
    """Return the plan of a role."""
    return plan_role("R", parse_role_args("R", args), target)
