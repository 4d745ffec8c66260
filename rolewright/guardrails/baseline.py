"""What roles could do before a change: JSON that `make_baseline` writes and `read_baseline` reads."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NotRequired, cast

from typing_extensions import TypedDict

from rolewright.grants import ConfigError, Problem, key_path, validate_text
from rolewright.guardrails.settings import STRICT
from rolewright.iam import PolicyDocument, render_document
from rolewright.roles import Uncheckable, read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from rolewright.roles import AttachedPolicy, Role


class BaselineBoundary(TypedDict):
    """A permissions boundary; its document is left out where it isn't known."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    arn: NotRequired[str]
    document: NotRequired[dict[str, Any]]


class BaselineRole(TypedDict):
    """The documents that give a role access, those that are known, its boundary and its trust."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as BaselineBoundary

    documents: list[dict[str, Any]]
    boundary: NotRequired[BaselineBoundary]
    trust: NotRequired[dict[str, Any]]
    account: NotRequired[str]


Baseline = dict[str, BaselineRole]
"""Roles by their name in IAM, with `ACCOUNT:` before it where several have one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """A role before the change.

    `boundary` is None where it had none or its document isn't known, `trust` where it isn't known.
    """

    documents: tuple[PolicyDocument, ...]
    bounded: bool
    boundary_arn: str | None
    boundary: PolicyDocument | None
    trust: PolicyDocument | None


def make_baseline(roles: Iterable[Role]) -> Baseline:
    """Return the baseline of roles, in the order of their names.

    Of several with one name, those whose account isn't known are left out: so they count as new.
    """
    found: Baseline = {}
    listed = sorted(roles, key=lambda role: role.name)
    names = Counter(role.name.lower() for role in listed)
    for role in listed:
        key = role.name
        if names[role.name.lower()] > 1:
            if role.account is None:
                continue
            key = f"{role.account}:{role.name}"
        documents = (document_of(policy) for policy in role.policies)
        entry: BaselineRole = {"documents": [_content(one) for one in documents if one]}
        if role.boundary is not None:
            entry["boundary"] = {}
            if role.boundary.arn is not None:
                entry["boundary"]["arn"] = role.boundary.arn
            if document := document_of(role.boundary):
                entry["boundary"]["document"] = _content(document)
        if role.trust is not None and (document := document_of(role.trust)):
            entry["trust"] = _content(document)
        if role.account is not None:
            entry["account"] = role.account
        found[key] = entry
    return found


def read_baseline(path: Path) -> Baseline:
    """Return the baseline in a file. Raises ConfigError, its paths within the file."""
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        message = f"can't be read: {reason}; `make preview` writes one"
        raise ConfigError([Problem(path=f"`{path}`", message=message)]) from None
    baseline = validate_text(text, Baseline, f"`{path}`")
    check_baseline(baseline, f"`{path}`")
    return baseline


def check_baseline(baseline: Baseline, path: str) -> None:
    """Raise ConfigError where something in a baseline is no policy document."""
    problems = [
        Problem(path=f"{path}.{where}", message=document.reason)
        for where, content in _documents(baseline)
        if isinstance(document := _read(content), Uncheckable)
    ]
    if problems:
        raise ConfigError(problems)


def before(baseline: Baseline, name: str, account: str | None = None) -> Before | None:
    """Return a role in a baseline that was checked, or None; IAM ignores the case of names.

    `account` is None where it isn't known.
    """
    keys = {name.lower(), f"{account}:{name}".lower()}
    found = next((role for key, role in baseline.items() if key.lower() in keys), None)
    if found is None or (account is not None and found.get("account", account) != account):
        return None
    trust = found.get("trust")
    boundary = found.get("boundary")
    held = None if boundary is None else boundary.get("document")
    return Before(
        documents=tuple(map(_checked, found["documents"])),
        bounded=boundary is not None,
        boundary_arn=None if boundary is None else boundary.get("arn"),
        boundary=None if held is None else _checked(held),
        trust=None if trust is None else _checked(trust),
    )


def document_of(policy: AttachedPolicy) -> PolicyDocument | None:
    """Return a policy's document, None where it can't be judged."""
    return None if isinstance(policy.document, Uncheckable) else policy.document


def _content(document: PolicyDocument) -> dict[str, Any]:
    return json.loads(render_document(document))


def _documents(baseline: Baseline) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, role in baseline.items():
        for place, content in enumerate(role["documents"]):
            yield f"{key_path(name)}.documents[{place}]", content
        if held := role.get("boundary", {}).get("document"):
            yield f"{key_path(name)}.boundary.document", held
        if trust := role.get("trust"):
            yield f"{key_path(name)}.trust", trust


def _read(content: Mapping[str, Any]) -> PolicyDocument | Uncheckable:
    return read_document(json.dumps(content))


def _checked(content: Mapping[str, Any]) -> PolicyDocument:
    return cast("PolicyDocument", _read(content))
