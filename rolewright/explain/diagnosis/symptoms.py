"""The messages of `symptom_rows` in a text, and each denied call that says nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.explain.diagnosis.denial import Denial, Found
from rolewright.explain.diagnosis.messages import last_operation
from rolewright.explain.diagnosis.operations import action_of
from rolewright.explain.diagnosis.symptom_rows import OPERATION, SYMPTOMS, Symptom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.explain.diagnosis.wording import Wording

_AROUND = 600
_MOST = 20
"""How many places of one row are looked at."""
_CALLED = "an error occurred ("
_DENIED_CALL = re.compile(
    r"an error occurred \((?:accessdenied\w*|403|forbidden|(?:client\.)?unauthorizedoperation|"
    r"unauthorized\w*|allaccessdisabled|authorizationerror\w*|notauthorized\w*|"
    r"kmsaccessdenied\w*|401)\) when calling the \w{1,100} operation"
)
_CODE = re.compile(r"\w{0,40}\) when calling the (\w{1,100}) operation")
"""What follows where the words are the error's code."""
_READY = tuple((row, re.compile(row.rest, re.IGNORECASE)) for row in SYMPTOMS)
_IMAGE_URI = re.compile(
    r"(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?/([^:@\s]+)"
)


def symptoms(words: Wording) -> Iterator[Found]:
    """Yield what each known message of a text says, and each denied call that says nothing."""
    for row, rest in _READY:
        place = words.lower.find(row.begins)
        for _ in range(_MOST):
            if place < 0:
                break
            found = rest.match(words.flat, place + len(row.begins))
            if found:
                yield Found(
                    denial=_denial(row, found, words, place),
                    start=place,
                    end=found.end(),
                    rank=row.rank,
                )
            place = words.lower.find(row.begins, place + 1)
    yield from _calls(words)


def _calls(words: Wording) -> Iterator[Found]:
    place = words.lower.find(_CALLED)
    while place >= 0:
        found = _DENIED_CALL.match(words.lower, place)
        if found:
            operation = last_operation(words, place, found.end())
            around = words.lower[max(0, place - _AROUND) : found.end()]
            denial = Denial(
                action=action_of(operation, around) if operation else None,
                operation=operation,
                symptom="call",
                resource=_transferred(words, place),
            )
            yield Found(denial=denial, start=place, end=found.end(), rank=OPERATION)
        place = words.lower.find(_CALLED, place + 1)


_TRANSFER = re.compile(
    r"(?:upload failed: \S+ to (s3://\S+)|download failed: (s3://\S+) to \S+|"
    r"(?:copy|move|delete) failed: (s3://\S+)) *$"
)


def _transferred(words: Wording, start: int) -> str | None:
    """Return the object that the command line names before the error."""
    before = words.flat[max(0, start - _AROUND) : start]
    line = max(before.rfind("upload failed: "), before.rfind("download failed: "))
    found = _TRANSFER.match(before, line) if line >= 0 else None
    return next((one for one in found.groups() if one), None) if found else None


def _denial(row: Symptom, found: re.Match[str], words: Wording, place: int) -> Denial:
    details = {key: value for key, value in found.groupdict().items() if value}
    after = _CODE.match(words.flat, found.end())
    operation = (
        details.pop("operation", None)
        or (after[1] if after else None)
        or last_operation(words, max(0, place - _AROUND), place)
    )
    around = words.lower[max(0, place - _AROUND) : place]
    action = details.pop("action", None) or row.action
    resource = details.pop("resource", None)
    image = _IMAGE_URI.match(details.get("image", ""))
    if image:
        account, region, china, name = image.groups()
        partition = "aws-cn" if china else _partition(details.get("principal"), region)
        resource = f"arn:{partition}:ecr:{region}:{account}:repository/{name}"
    return Denial(
        action=action or (action_of(operation, around) if operation else None),
        resource=resource.rstrip(".,;:") if resource else None,
        principal=details.pop("principal", None),
        denied_by=row.denied_by,
        explicit=row.explicit,
        operation=operation,
        symptom=row.id,
        encoded=row.id == "encoded",
        details=details,
    )


def _partition(principal: str | None, region: str) -> str:
    if principal and principal.startswith("arn:"):
        return principal.split(":")[1]
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
