"""A role's settings as the stack config writes them, over what the stack's `defaults` give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolewright.explain.adopting.trust import NotOurForm, trust_of
from rolewright.grants.managed import managed_policy_arn
from rolewright.reference import managed_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.explain.adopting.held import HeldRole
    from rolewright.grants.kind import Target

_PLAIN: dict[str, Any] = {
    "nameFormat": "{name}",
    "path": "/",
    "description": "",
    "maxSessionDuration": 3600,
}
_TRUST: dict[str, Any] = {
    "services": [],
    "sourceAccount": True,
    "sourceArns": [],
    "setSourceIdentity": False,
}


class CantBeSet(ValueError):  # noqa: N818  # an answer, not a fault
    """Settings that the stack config can't reproduce; `reasons` say which and why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def settings_of(held: HeldRole, target: Target, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return what must be written for the role's own settings, nothing that it has anyway.

    Raises CantBeSet.
    """
    reasons: list[str] = []
    wanted = {
        "nameFormat": "{name}",
        "path": held.path,
        "description": held.description,
        "maxSessionDuration": held.max_session_duration,
    }
    written: dict[str, Any] = {
        key: value for key, value in wanted.items() if value != defaults.get(key, _PLAIN[key])
    }
    if held.boundary is not None and held.boundary != defaults.get("permissionsBoundary"):
        written["permissionsBoundary"] = held.boundary
    elif held.boundary is None and "permissionsBoundary" in defaults:
        reasons.append("it has no boundary, and the stack's `defaults` give every role one")
    common = defaults.get("tags", {})
    tags = {key: value for key, value in held.tags.items() if common.get(key) != value}
    if tags:
        written["tags"] = tags
    if more := sorted(set(common) - set(held.tags)):
        named = ", ".join(f"`{key}`" for key in more)
        reasons.append(f"it has no tag {named}, and the stack's `defaults` give every role one")
    try:
        trust: Any = trust_of(held.trust, target)
    except NotOurForm as error:
        reasons.append(f"its trust policy can't be written as `trust`: {error}")
    else:
        usual = {**_TRUST, **defaults.get("trust", {})}
        if different := {key: value for key, value in trust.items() if value != usual[key]}:
            written["trust"] = different
    if reasons:
        raise CantBeSet(reasons)
    return written


def attached_as_written(arn: str, target: Target) -> str:
    """Return a managed policy as the stack config names it: AWS's by name, where that finds it."""
    known = managed_policy(arn)
    return known.name if known and managed_policy_arn(known.name, target) == arn else arn
