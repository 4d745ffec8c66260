"""JSON that tells of a denial: CloudTrail events, however they are wrapped, and decoded messages.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from rolewright.explain.diagnosis.denial import Denial, DeniedBy
from rolewright.explain.diagnosis.operations import action_of_event, spelled
from rolewright.explain.diagnosis.reading import denials_of_text
from rolewright.iam import matches
from rolewright.reference import find_action, resource_types_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ERRORS = re.compile(r"(?:Client\.)?(?:\w*AccessDenied\w*|Unauthorized\w*|\w*NotAuthorized\w*)")
_SAY_LITTLE = frozenset({"bare", "encoded", "deny"})
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_ALSO = {
    "bucketname": ("bucket",),
    "objectname": ("key",),
}
"""Names of parameters beside those that a resource type's template has."""
_STEPS = 20
"""How deep a JSON text is looked into."""


def denials_of_json(content: Any) -> Iterator[Denial]:
    """Yield the denials that a JSON value tells of: an event, a list of them, or what holds them."""
    texts: list[str] = []
    yield from _walk(content, texts, _STEPS)
    if texts:
        yield from denials_of_text("\n".join(texts))


def _walk(content: Any, texts: list[str], steps: int) -> Iterator[Denial]:
    """Yield the denials of what is an event; other texts are kept."""
    if steps == 0:
        return
    if isinstance(content, str):
        held = _json_in(content)
        if held is None:
            texts.append(content)
        else:
            yield from _walk(held, texts, steps - 1)
    elif isinstance(content, list):
        for entry in cast("list[Any]", content):
            yield from _walk(entry, texts, steps - 1)
    elif isinstance(content, dict):
        held = cast("dict[str, Any]", content)
        if isinstance(held.get("eventName"), str) and isinstance(held.get("eventSource"), str):
            yield from _denials_of_event(held)
        elif isinstance(held.get("allowed"), bool) and isinstance(held.get("context"), dict):
            yield from _decoded(held)
        else:
            for value in held.values():
                yield from _walk(value, texts, steps - 1)


def _json_in(text: str) -> Any:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content


def _denials_of_event(event: Mapping[str, Any]) -> Iterator[Denial]:
    """Yield what one event of CloudTrail tells; nothing where the call went well."""
    code, said = _text(event, "errorCode"), _text(event, "errorMessage")
    if not code and not said:
        return
    source, name = event["eventSource"], event["eventName"]
    action = action_of_event(source, name)
    known = Denial(
        action=action,
        resource=_resource(event, action),
        principal=_principal(event),
        operation=name,
        symptom="event",
    )
    # A code without a message may still be one that is known, such as `LimitExceeded`.
    told = next(iter(denials_of_text(said)), None) or next(iter(denials_of_text(code)), None)
    if told is None:
        if _ERRORS.fullmatch(code):
            yield known
        return
    if told.symptom in _SAY_LITTLE:
        yield replace(known, explicit=told.explicit, encoded=told.encoded)
        return
    same = told.action in (None, known.action)
    yield replace(
        told,
        action=told.action or known.action,
        principal=told.principal or known.principal,
        resource=told.resource or (known.resource if same else None),
        operation=told.operation or name,
    )


def _text(holder: Mapping[str, Any], key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _object(holder: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = holder.get(key)
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _principal(event: Mapping[str, Any]) -> str | None:
    """Return who called: an ARN, or the service that did."""
    identity = _object(event, "userIdentity")
    return _text(identity, "arn") or _text(identity, "invokedBy") or None


def _resource(event: Mapping[str, Any], action: str | None) -> str | None:
    """Return what was asked for: the ARN of the only resource, or that which the request makes."""
    listed = event.get("resources")
    entries = cast("list[Any]", listed) if isinstance(listed, list) else []
    arns = [_arn_of(entry) for entry in entries]
    known = list(dict.fromkeys(arn for arn in arns if arn))
    if len(known) == 1:
        return known[0]
    made = _made(event, action)
    return made if not known or made in known else None


def _arn_of(entry: Any) -> str:
    if not isinstance(entry, dict):
        return ""
    held = cast("Mapping[str, Any]", entry)
    return _text(held, "ARN") or _text(held, "arn")


def _made(event: Mapping[str, Any], action: str | None) -> str | None:
    """Return the one ARN that the request's parameters make of the action's resource types."""
    known = find_action(action) if action else None
    if known is None:
        return None
    given = {
        key.lower(): value
        for key, value in _object(event, "requestParameters").items()
        if isinstance(value, str)
    }
    identity = _object(event, "userIdentity")
    arn = _text(identity, "arn").split(":")
    fixed = {
        "partition": arn[1] if arn[0] == "arn" and len(arn) > 1 else "",
        "region": _text(event, "awsRegion"),
        "account": _text(event, "recipientAccountId") or _text(identity, "accountId"),
    }
    types = resource_types_of(known.service)
    uses = [use for use in known.resource_types if use.name in types]
    named = [types[use.name] for use in [use for use in uses if use.required] or uses]
    templates = [template for type_ in named for template in type_.arns]
    whole = {
        value
        for template in templates
        for value in given.values()
        if matches(_VARIABLE.sub("*", template), value)
    }
    if len(whole) == 1:
        return whole.pop()
    found = {made for template in templates if (made := _filled(template, given, fixed))}
    return found.pop() if len(found) == 1 else None


def _filled(template: str, given: Mapping[str, str], fixed: Mapping[str, str]) -> str | None:
    """Return a template with all its variables filled, None where one can't be."""
    missing = False

    def fill(found: re.Match[str]) -> str:
        nonlocal missing
        name = found[1].lower()
        value = fixed.get(name) or next(
            (given[key] for key in (name, *_ALSO.get(name, ())) if given.get(key)), ""
        )
        missing = missing or not value or value.startswith("arn:")
        return value

    made = _VARIABLE.sub(fill, template)
    return None if missing else made


def _decoded(content: Mapping[str, Any]) -> Iterator[Denial]:
    """Yield what a decoded authorization message tells."""
    if content["allowed"]:
        return
    context = _object(content, "context")
    action, resource = _text(context, "action"), _text(context, "resource")
    explicit = content.get("explicitDeny")
    yield Denial(
        action=spelled(action) if action else None,
        resource=resource or None,
        principal=_text(_object(context, "principal"), "arn") or None,
        denied_by=DeniedBy.UNKNOWN,
        explicit=explicit if isinstance(explicit, bool) else None,
        symptom="decoded",
    )
