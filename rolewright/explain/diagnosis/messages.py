"""The usual message: who is not authorized to perform what, on what, and by which policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
https://aws.amazon.com/blogs/security/enhanced-access-denied-error-messages-with-policy-arns
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rolewright.explain.diagnosis.denial import Denial, DeniedBy, Found
from rolewright.explain.diagnosis.operations import action_of, spelled
from rolewright.explain.diagnosis.wording import joined
from rolewright.reference import find_action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.explain.diagnosis.wording import Wording

WITH_TYPE, WITHOUT_TYPE = 5, 4
"""Ranks of messages that say which type of policy denied, and that don't."""
_BEFORE, _AFTER, _TYPE_AFTER = 1000, 4000, 400
"""How many characters of a message are looked at."""
_GAP, _WIDE_GAP = 12, 30
"""How far a reason may stand from what it is a reason for."""
_BETWEEN = 100
"""How far a resource may stand from its action."""
_MOST_RESOURCE = 2100
_ANCHOR = re.compile(r"not authori[sz]ed to (?:perform|access|invoke|assume)\b")
_OPERATION = re.compile(r"when calling the (\w{1,100}) operation")
_USER = re.compile(r"\b(?:user|principal|role|identity)\s?:\s?")
_IS = re.compile(r"[\s,]*(?:is|are|was)?\s*$", re.IGNORECASE)
_PRINCIPAL = re.compile(
    r"(arn:[^\s\"']+|[\w.-]+\.amazonaws\.com(?:\.cn)?)[\"']?(?:\s(?:is|was))?\s*$", re.IGNORECASE
)
_BEFORE_ACTION = re.compile(r"\s?:?\s?(?:the following actions?|actions?)?\s?:?\s?[\"'`\[]?")
_ACTION = re.compile(r"[a-z][a-z0-9-]{1,40}:(?:[A-Za-z]\w{0,80}\*?|\*)", re.ASCII | re.IGNORECASE)
_REST = re.compile(r"\n(\w{1,80})")
_WORD = re.compile(r"\S{1,2100}")
_ON = re.compile(r"\bon (?:the )?(?:following )?resources?(?:\(s\))?\s?:?\s?")
_WHY = re.compile(r"\bbecause no\b|\bwith an explicit deny\b|\bexplicit(?:ly)? den(?:y|ied)\b")
_TYPES = (
    (DeniedBy.IDENTITY, r"identity[ -]{1,2}based"),
    (DeniedBy.BOUNDARY, r"permissions? boundar(?:y|ies)"),
    (DeniedBy.SESSION, r"session"),
    (DeniedBy.SERVICE_CONTROL, r"service control|scp"),
    (DeniedBy.RESOURCE_CONTROL, r"resource control|rcp"),
    (DeniedBy.RESOURCE, r"resource[ -]{1,2}based|bucket|queue|topic|repository|key"),
    (DeniedBy.ENDPOINT, r"vpc endpoint|vpce"),
    (DeniedBy.TRUST, r"(?:role )?trust"),
)
_TYPE = "|".join(f"(?P<{kind.name}>{words})" for kind, words in _TYPES)
_BECAUSE_NO = re.compile(
    rf"because no (?:applicable )?(?:{_TYPE})(?: polic(?:y|ies))?(?: \([^)]{{1,40}}\))? allows?"
    r"(?: the (?P<action>[\w-]{1,40}:[\w*]{1,80}))?"
)
_EXPLICIT = re.compile(
    r"(?:with an )?explicit(?:ly)? den(?:y|ied)(?: (?:in|by|from) (?:an? |the )?"
    rf"(?:{_TYPE})(?: polic(?:y|ies))?(?::? ?[\"'(]?(?P<policy>arn:[^\s\"')]+|p-[a-z0-9]{{8,128}}))?)?"
)
_ENCODED = "encoded authorization failure message"
_BY_NAME = re.compile(r"(?:role|user|group|policy|instance profile) \S+")
"""How IAM names some of its own resources."""
_SENTENCE = re.compile(r"[.,:;)] ")
"""What no name has, but the end of a sentence."""
_CLOSING = ".,;:)]}\"'`"


class _Tail(NamedTuple):
    action: str | None
    resource: str | None
    denied_by: DeniedBy
    explicit: bool | None
    policy: str | None


def messages(words: Wording) -> Iterator[Found]:
    """Yield what each such message of a text says."""
    anchors = [(found.start(), found.end()) for found in _ANCHOR.finditer(words.lower)]
    bounds = [(0, 0), *anchors, (len(words.text), len(words.text))]
    for (_, before), (place, (start, end)), (after, _) in zip(
        bounds, enumerate(anchors), bounds[2:], strict=False
    ):
        head = max(before, start - _BEFORE)
        tail = _tail(words, end, min(after, end + _AFTER))
        operation = last_operation(words, head, start)
        is_preface = tail.action is None and place + 1 < len(anchors) and after - end < _TYPE_AFTER
        if is_preface:
            # EC2 says `You are not authorized to perform this operation.` before the message.
            continue
        around = words.lower[head:start]
        denial = Denial(
            action=tail.action or (action_of(operation, around) if operation else None),
            resource=tail.resource,
            principal=_principal(words, head, start),
            denied_by=tail.denied_by,
            explicit=tail.explicit,
            policy=tail.policy,
            operation=operation,
            encoded=_ENCODED in words.lower[end : min(after, end + _AFTER)],
        )
        rank = WITHOUT_TYPE if denial.denied_by is DeniedBy.UNKNOWN else WITH_TYPE
        yield Found(denial=denial, start=head, end=end, rank=rank)


def last_operation(words: Wording, start: int, end: int) -> str | None:
    """Return the operation that was called last, before the end of a stretch of the text."""
    place = words.lower.rfind("when calling the ", start, end)
    found = _OPERATION.match(words.flat, place, end) if place >= 0 else None
    return found[1] if found else None


def _principal(words: Wording, start: int, end: int) -> str | None:
    """Return who stands before the message: after `User:`, or as an ARN of its own."""
    users = list(_USER.finditer(words.lower, start, end))
    if users:
        named = users[-1]
        name = joined(_IS.sub("", words.text[named.end() : end]).strip("\"'`[]()"))
        if name and " " not in name and name not in {"null", "None"}:
            return name
    alone = _PRINCIPAL.search(words.flat, max(start, end - _TYPE_AFTER), end)
    return alone[1] if alone else None


def _tail(words: Wording, start: int, end: int) -> _Tail:
    """Return what stands after `not authorized to perform`."""
    action, place = _action(words, start, end)
    on = _ON.search(words.lower, place, min(end, place + _BETWEEN))
    resource = None
    if on and not _WHY.search(words.lower, place, on.start()):
        resource, place = _resource(words, on.end(), end)
    # What stands further on is about something else.
    near = _GAP if action or resource else _WIDE_GAP
    why = _WHY.search(words.lower, place, min(end, place + near + _TYPE_AFTER))
    if why is None or why.start() - place > near:
        return _Tail(action, resource, DeniedBy.UNKNOWN, None, None)
    stretch = (why.start(), min(end, why.start() + _TYPE_AFTER))
    implicit = _BECAUSE_NO.match(words.lower, *stretch)
    explicit = _EXPLICIT.match(words.lower, *stretch)
    found = implicit or explicit
    if found is None:
        return _Tail(action, resource, DeniedBy.UNKNOWN, None, None)
    if implicit and action is None and implicit["action"]:
        action = spelled(words.flat[slice(*implicit.span("action"))])
    policy = None if implicit or not found["policy"] else _text_of(words, found.span("policy"))
    kind = next((kind for kind, _ in _TYPES if found[kind.name]), DeniedBy.UNKNOWN)
    if kind is DeniedBy.RESOURCE and action and action.startswith("sts:Assume"):
        # The only policy of its own that a role has.
        kind = DeniedBy.TRUST
    return _Tail(action, resource, kind, implicit is None, policy)


def _text_of(words: Wording, span: tuple[int, int]) -> str:
    return words.flat[slice(*span)].rstrip(_CLOSING)


def _action(words: Wording, start: int, end: int) -> tuple[str | None, int]:
    """Return the action at a place, and where it ends."""
    before = _BEFORE_ACTION.match(words.lower, start, end)
    place = before.end() if before else start
    found = _ACTION.match(words.text, place, end)
    if found is None:
        return None, place
    if find_action(found[0]) or words.text[found.end() : found.end() + 1] != "\n":
        return spelled(found[0]), found.end()
    # A line wrap may have broken it.
    rest = _REST.match(words.text, found.end(), end)
    if rest and find_action(found[0] + rest[1]):
        return spelled(found[0] + rest[1]), rest.end()
    return spelled(found[0]), found.end()


def _resource(words: Wording, start: int, end: int) -> tuple[str | None, int]:
    """Return the resource at a place, and where it ends: in quotes, up to the reason, or a word."""
    text = words.text
    quote = text[start : start + 1]
    if quote and quote in "\"'`":
        close = text.find(quote, start + 1, min(end, start + _MOST_RESOURCE))
        if close > 0:
            return _named(joined(text[start + 1 : close])), close + 1
    why = _WHY.search(words.lower, start, min(end, start + _MOST_RESOURCE))
    between = text[start : why.start()].rstrip(" \n,.") if why else ""
    if _is_one(between):
        return _named(joined(between)), start + len(between)
    word = _WORD.match(text, start, end)
    return (_named(word[0]), word.end()) if word else (None, start)


def _is_one(text: str) -> bool:
    """Whether a text up to the reason is one resource: in one line, or one word that is broken."""
    if " " not in text:
        return bool(text)
    is_key = text.startswith("arn:") and not _SENTENCE.search(text)
    return "\n" not in text and (is_key or bool(_BY_NAME.fullmatch(text)))


def _named(resource: str) -> str | None:
    found = resource.strip("\"'`").rstrip(_CLOSING)
    return None if found.lower() in {"", "null", "none", "undefined"} else found
