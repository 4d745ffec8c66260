"""A difference in access as JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolewright.iam import SELF
from rolewright.roles.difference_words import policy_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.iam import Difference, Entry, Request
    from rolewright.roles import Role


def as_json(
    found: Difference, old: Sequence[Role] = (), new: Sequence[Role] = ()
) -> dict[str, Any]:
    """Return a difference as programs get it; `undecided` is there only where something is.

    With the roles that differ, each part says the policy that gives the access, and its config key.
    """
    answer: dict[str, Any] = {
        "relation": found.relation.value,
        "added": [_entry(entry, new) for entry in found.added],
        "removed": [_entry(entry, old) for entry in found.removed],
    }
    undecided = [
        *({"change": "added", **_entry(entry, new)} for entry in found.may_add),
        *({"change": "removed", **_entry(entry, old)} for entry in found.may_remove),
    ]
    return {**answer, "undecided": undecided} if undecided else answer


def _entry(entry: Entry, roles: Sequence[Role]) -> dict[str, Any]:
    request = _request(entry.witness) if entry.witness else {}
    told: dict[str, Any] = {**request, **_pattern(entry)}
    for role in roles:
        policy = policy_of(role, entry)
        told["policy"] = policy and str(policy)
        told["configKey"] = policy and policy.config_key
    return told


def _request(witness: Request) -> dict[str, Any]:
    """Return the example as `simulate` takes a request."""
    request: dict[str, Any] = {
        "action": witness.action,
        "resource": witness.resource,
        "context": {
            key: values[0] if len(values) == 1 else list(values)
            for key, values in witness.context.items()
        },
    }
    if witness.principal != SELF:
        request["principal"] = witness.principal
        request["resourceAccount"] = witness.resource_account
    return request


def _pattern(entry: Entry) -> dict[str, Any]:
    return {
        "actionPattern": entry.action,
        "resourcePattern": entry.resource,
        "effect": entry.effect.value,
        "statement": entry.sid or entry.statement,
        "conditions": [
            {"operator": c.operator, "key": c.key, "values": list(c.values)}
            for c in entry.conditions
        ],
    }
