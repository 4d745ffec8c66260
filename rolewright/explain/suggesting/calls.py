"""From events to the requests that AWS checked, each once, with the events it is from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from rolewright.explain.suggesting.actions import Unusable, actions_of, needs_nothing
from rolewright.explain.suggesting.resources import resources_of, texts
from rolewright.iam import Request
from rolewright.reference import find_action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.explain.suggesting.events import Event

_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/.+")
_PASSED = ("roleArn", "executionRoleArn", "role", "taskRoleArn", "serviceRole", "executionRole")
_TAGGED = "sagemaker"
_ASKED = re.compile(r"to perform: ([\w-]+:\w+)(?: on (?:the )?resource: \"?([^\s\"]+))?")
_OTHER = re.compile(
    r"with an explicit deny in an? ([\w -]+?)(?:$|[.,:]|\s*$)|"
    r"because no (service control|resource control|permissions boundary|session|VPC endpoint)"
)
_NO_PASSING = frozenset({"sts", "iam"})
"""Services whose calls name a role that is not passed."""


@dataclass(kw_only=True, slots=True)
class Call:
    """A request that was made, with its events."""

    request: Request
    events: list[Event] = field(default_factory=list["Event"])


@dataclass(kw_only=True, slots=True)
class Unused:
    """Events that no grant can be made from, with the reason that is the same for all."""

    action: str
    reason: str
    events: list[Event] = field(default_factory=list["Event"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Calls:
    """What the events of a role come to; `free` need no permission."""

    calls: tuple[Call, ...]
    unused: tuple[Unused, ...]
    free: int


def calls_of(events: Iterable[Event]) -> Calls:
    """Return the requests of events, in the order that they were first made."""
    calls: dict[str, Call] = {}
    unused: dict[tuple[str, str], Unused] = {}
    free = 0
    for event in events:
        if needs_nothing(event):
            free += 1
            continue
        try:
            requests = list(requests_of(event))
        except Unusable as error:
            key = f"{event.service}:{event.name}", str(error)
            unused.setdefault(key, Unused(action=key[0], reason=key[1])).events.append(event)
            continue
        for request in requests:
            key_of = json.dumps([request.action, request.resource, sorted(request.context.items())])
            calls.setdefault(key_of, Call(request=request)).events.append(event)
    return Calls(calls=tuple(calls.values()), unused=tuple(unused.values()), free=free)


def requests_of(event: Event) -> Iterator[Request]:
    """Yield the requests that an event's call was checked by. Raises Unusable."""
    told = None
    if event.denied:
        if found := _OTHER.search(event.message):
            raise Unusable(_helpless(found))
        told = _told(event)
    if told is not None:
        yield told
        if told.action.lower() != f"{event.service}:{event.name}".lower():
            # It was refused before anything else was looked at.
            return
    for action in actions_of(event):
        if told is None or action != told.action:
            for resource in _parted(action, event):
                yield Request(action=action, resource=resource, context=_context(action, event))
    yield from _besides(event)


def _helpless(found: re.Match[str]) -> str:
    if found[1]:
        return f"denied by an explicit deny in a {found[1]}: no grant helps"
    noun = "" if found[2].endswith("boundary") else " policy"
    return f"denied because no {found[2]}{noun} allows it: no grant helps"


def _besides(event: Event) -> Iterator[Request]:
    """Yield what else a call is checked by: reading what is copied, roles to pass, tags."""
    if event.service == "s3" and event.name in ("CopyObject", "UploadPartCopy"):
        yield from _copied(event)
    if event.service not in _NO_PASSING:
        yield from _passed(event)
    if event.service == _TAGGED and event.name.startswith("Create") and event.params.get("tags"):
        for resource in _tagged(event):
            tagging = {"sagemaker:TaggingAction": (event.name,)}
            yield Request(action="sagemaker:AddTags", resource=resource, context=tagging)


def _told(event: Event) -> Request | None:
    """Return the request that the message of a denied event names, if it does."""
    found = _ASKED.search(event.message)
    if found is None or found[2] is None:
        return None
    action = find_action(found[1])
    resource = found[2].rstrip(".,")
    if action is None or not (resource == "*" or resource.startswith("arn:")):
        return None
    name = f"{action.service}:{action.name}"
    return Request(action=name, resource=resource, context=_context(name, event))


def _parted(action: str, event: Event) -> tuple[str, ...]:
    """Return the resources of an action: of re-encryption, those of its own side."""
    found = resources_of(action, event)
    side = {"kms:ReEncryptFrom": "sourceKeyId", "kms:ReEncryptTo": "destinationKeyId"}.get(action)
    named = str(event.params.get(side or "", ""))
    return tuple(arn for arn in found if named and arn.endswith(named.rpartition("/")[2])) or found


def _copied(event: Event) -> Iterator[Request]:
    """Yield the reading of a copy's source, `/bucket/key`, perhaps with a version."""
    source = event.params.get("x-amz-copy-source")
    if isinstance(source, str) and "/" in source.strip("/"):
        path, _, version = source.strip("/").partition("?versionId=")
        yield Request(
            action="s3:GetObjectVersion" if version else "s3:GetObject",
            resource=f"arn:{event.partition}:s3:::{path}",
        )


def _passed(event: Event) -> Iterator[Request]:
    for arn in dict.fromkeys(texts(event.params.get(key) for key in _PASSED)):
        if _ROLE.fullmatch(arn):
            service = f"{event.service}.amazonaws.com"
            yield Request(
                action="iam:PassRole", resource=arn, context={"iam:PassedToService": (service,)}
            )


def _tagged(event: Event) -> Iterator[str]:
    """Yield what a creation tags: what it creates, whose name stands first among its resources."""
    for action in actions_of(event):
        kind = action.partition("Create")[2].lower()
        for arn in resources_of(action, event):
            made = arn.split(":", 5)[-1].partition("/")[0].replace("-", "")
            if made == kind:
                yield arn


def _context(action: str, event: Event) -> dict[str, tuple[str, ...]]:
    """Return the context that conditions of our grants ask for, as far as the event tells it."""
    context: dict[str, tuple[str, ...]] = {}
    if action in ("s3:ListBucket", "s3:ListBucketVersions"):
        context["s3:prefix"] = (str(event.params.get("prefix") or ""),)
    if action == "cloudwatch:PutMetricData" and isinstance(event.params.get("namespace"), str):
        context["cloudwatch:namespace"] = (event.params["namespace"],)
    if action == "iam:PassRole":
        context["iam:PassedToService"] = (f"{event.service}.amazonaws.com",)
    if action.startswith("kms:"):
        if event.via is not None and "." not in event.via:
            suffix = "amazonaws.com.cn" if event.partition == "aws-cn" else "amazonaws.com"
            context["kms:ViaService"] = (f"{event.via}.{event.region}.{suffix}",)
        given: Any = event.params.get("encryptionContext")
        if isinstance(given, dict):
            for key, value in cast("dict[str, Any]", given).items():
                context[f"kms:EncryptionContext:{key}"] = (str(value),)
        if action == "kms:CreateGrant" and event.via is not None:
            context["kms:GrantIsForAWSResource"] = ("true",)
    return context
