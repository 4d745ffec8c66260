"""An explanation for programs: stable keys, each there whatever the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolewright.cli.explain_text import condition_words_of, reason, spelled
from rolewright.explain import miss_words
from rolewright.iam import Verdict

if TYPE_CHECKING:
    from rolewright.explain import Explanation, Fix, Near, Place
    from rolewright.iam import Condition, Request

_OUTCOMES = {Verdict.YES: "allowed", Verdict.NO: "denied", Verdict.DEPENDS: "depends"}


def as_json(found: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON."""
    return {
        "outcome": _OUTCOMES[found.verdict],
        "reason": reason(found) or None,
        "explicit": found.explicit,
        "role": found.role.name,
        "request": _request(found.request),
        "because": [_place(place) for place in found.because],
        "missing": [type_.value for type_ in found.missing],
        "dependsOn": [
            {
                "key": spelled(one),
                "operator": one.operator,
                "values": list(one.values),
                "words": None
                if one.operator is None
                else condition_words_of(one.operator, one.key, one.values),
                **_place(place),
            }
            for one, place in found.depends_on
        ],
        "nearest": [_near(near, found.request) for near in found.near],
        "otherAccount": found.other_account,
        "takes": list(found.takes),
        "partlySeen": not found.role.created,
        "unseen": [str(policy) for policy in found.unseen],
        "fix": found.fix and _fix(found.fix),
        "checks": [
            {"what": check.what, "why": check.why, "snippet": check.snippet}
            for check in found.checks
        ],
    }


def _request(request: Request) -> dict[str, Any]:
    """Return a request as `simulate` takes it."""
    context = {
        key: values[0] if len(values) == 1 else list(values)
        for key, values in request.context.items()
    }
    return {
        "principal": request.principal,
        "action": request.action,
        "resource": request.resource,
        "context": context,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "policyType": place.type.value,
        "policy": place.policy.name,
        "statement": place.statement.sid or place.statement.index,
        "effect": place.statement.effect.value,
        "configKey": place.policy.config_key,
        "urn": place.policy.urn if place.policy.urn.startswith("urn:") else None,
    }


def _near(near: Near, request: Request) -> dict[str, Any]:
    return {
        **_place(near.place),
        "elements": [
            {
                "element": element.element,
                "values": list(element.values),
                "condition": element.condition and _condition(element.condition),
                "matched": element.matched,
                "words": miss_words(element, request),
            }
            for element in near.miss.elements
        ],
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "path": fix.patch.path,
        "role": fix.patch.role,
        "key": fix.patch.key,
        "index": fix.patch.index,
        "entry": fix.patch.entry,
        "adds": [
            {
                "actions": list(one.actions),
                "resources": list(one.resources),
                "conditions": [_condition(condition) for condition in one.conditions],
                "principals": [principal.value for principal in one.principals],
            }
            for one in fix.adds
        ],
        "when": [_condition(condition) for condition in fix.when],
        "companions": [
            {"what": one.what, "why": one.why, "snippet": one.snippet} for one in fix.companions
        ],
    }


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "operator": condition.operator,
        "key": condition.key,
        "values": list(condition.values),
    }
