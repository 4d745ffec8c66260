"""CloudTrail's events, read.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SESSION = re.compile(r"arn:([a-z-]+):sts::(\d{12}):assumed-role/([^/]+)/.+")
_DENIED = re.compile(
    r"access.?denied|unauthorized|not.?authorized|authorizationerror", re.IGNORECASE
)


class InvalidEvents(ValueError):  # noqa: N818  # named as InvalidDocument is
    """What is no output of CloudTrail; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One call: `service` and `name` as CloudTrail has them, `role` the ARN of who called.

    `role` is None where no role did. `path_known` says that the ARN has the role's path: a session's
    has not.
    """

    id: str
    time: str
    service: str
    name: str
    region: str
    account: str
    role: str | None
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    arns: tuple[str, ...] = ()
    error: str = ""
    message: str = ""
    via: str | None = None
    path_known: bool = True

    @property
    def denied(self) -> bool:
        """Whether AWS refused it for a lack of permission."""
        return bool(_DENIED.search(self.error))

    @property
    def role_name(self) -> str:
        """The role's name, without its path."""
        return (self.role or "").rpartition("/")[2]

    @property
    def partition(self) -> str:
        """The partition that the role is in."""
        return (self.role or "arn:aws").split(":")[1]


def read_events(text: str) -> Iterator[Event]:
    """Yield the events of a text: `Records`, a list, one event, `lookup-events`, or JSON lines.

    Raises InvalidEvents.
    """
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield from _lines(text, str(error).partition("\n")[0])
        return
    yield from _events(content)


def _lines(text: str, fault: str) -> Iterator[Event]:
    """Yield the events of JSON lines; `fault` is why the whole is no JSON."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            content: Any = json.loads(line)
        except (ValueError, RecursionError):
            raise InvalidEvents(f"not JSON: {fault} (line {number} alone is none either)") from None
        yield from _events(content)


def _events(content: Any) -> Iterator[Event]:
    if isinstance(content, list):
        for place, entry in enumerate(cast("list[Any]", content)):
            try:
                yield from _events(entry)
            except InvalidEvents as error:
                raise InvalidEvents(f"[{place}]: {error}") from None
        return
    if not isinstance(content, dict):
        raise InvalidEvents("must be an object or a list")
    given = cast("dict[str, Any]", content)
    if "eventSource" in given:
        yield _event(given)
    elif "Records" in given:
        yield from _events(given["Records"])
    elif isinstance(given.get("CloudTrailEvent"), str):
        yield from read_events(given["CloudTrailEvent"])
    elif "Events" in given:
        yield from _events(given["Events"])
    else:
        raise InvalidEvents("has no `Records`, nor is it an event of CloudTrail")


def _event(given: Mapping[str, Any]) -> Event:
    identity = _mapping(given.get("userIdentity"))
    role, known = _role(identity)
    account = given.get("recipientAccountId") or identity.get("accountId")
    via = identity.get("invokedBy") or given.get("sourceIPAddress")
    return Event(
        id=str(given.get("eventID", "")),
        time=str(given.get("eventTime", "")),
        service=str(given["eventSource"]).partition(".amazonaws.com")[0].lower(),
        name=str(given.get("eventName", "")),
        region=str(given.get("awsRegion", "")),
        account=str(account or (role or "::::").split(":")[4]),
        role=role,
        params=_mapping(given.get("requestParameters")),
        arns=tuple(_arns(given.get("resources"))),
        error=str(given.get("errorCode") or ""),
        message=str(given.get("errorMessage") or ""),
        via=_service(via),
        path_known=known,
    )


def _role(identity: Mapping[str, Any]) -> tuple[str | None, bool]:
    """Return the ARN of the role whose session it is, and whether it has the role's path."""
    issuer = _mapping(_mapping(identity.get("sessionContext")).get("sessionIssuer"))
    arn = issuer.get("arn")
    if issuer.get("type") == "Role" and isinstance(arn, str):
        return arn, True
    found = _SESSION.fullmatch(str(identity.get("arn", "")))
    if found is None:
        return None, False
    return f"arn:{found[1]}:iam::{found[2]}:role/{found[3]}", False


def _service(given: Any) -> str | None:
    """Return the service that called on the role's behalf, `s3` of `s3.amazonaws.com`."""
    text = str(given or "")
    return text.removesuffix(".amazonaws.com") if text.endswith(".amazonaws.com") else None


def _mapping(given: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", given) if isinstance(given, dict) else {}


def _arns(given: Any) -> Iterator[str]:
    for entry in cast("list[Any]", given if isinstance(given, list) else []):
        found = _mapping(entry)
        arn = found.get("ARN") or found.get("arn")
        if isinstance(arn, str) and arn.startswith("arn:"):
            yield arn
