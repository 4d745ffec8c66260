"""Policy documents that people paste instead of a message, and JSON in the midst of a text."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from rolewright.lint import lint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.lint import Finding

_MOST_FAILURES = 40
_BEGIN = re.compile(r"\{|\[\s*[{\[]")
_SAGEMAKER = "sagemaker.amazonaws.com"


def json_values(text: str) -> tuple[list[Any], str]:
    """Return the JSON objects and lists of objects in a text, and the text without them."""
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    rest: list[str] = []
    place, failures = 0, 0
    while failures < _MOST_FAILURES and (begin := _BEGIN.search(text, place)):
        start = begin.start()
        rest.append(text[place:start])
        try:
            value, place = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            failures += 1
            rest.append(text[start])
            place = start + 1
        else:
            found.append(value)
    rest.append(text[place:])
    return found, "".join(rest)


def policy_documents(content: Any, steps: int = 20) -> Iterator[dict[str, Any]]:
    """Yield the policy documents in a JSON value."""
    if steps == 0:
        return
    if isinstance(content, dict):
        held = cast("dict[str, Any]", content)
        if "Statement" in held:
            yield held
        else:
            for value in held.values():
                yield from policy_documents(value, steps - 1)
    elif isinstance(content, list):
        for value in cast("list[Any]", content):
            yield from policy_documents(value, steps - 1)


def faults(document: dict[str, Any] | str) -> tuple[Finding, ...]:
    """Return what is wrong with a document, or with its text."""
    return lint(document)


def looks_like_policy(text: str) -> bool:
    """Whether a text that is no JSON was meant as a policy document."""
    if not text.lstrip().startswith("{") or '"Statement"' not in text:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return True
    return False


def trust_without_sagemaker(document: dict[str, Any]) -> bool:
    """Whether a document is a trust policy by which SageMaker can't assume the role."""
    statements: Any = document["Statement"]
    listed = cast("list[Any]", statements) if isinstance(statements, list) else [statements]
    entries = [cast("dict[str, Any]", one) for one in listed if isinstance(one, dict)]
    trusting = [one for one in entries if "Principal" in one and "Resource" not in one]
    if not trusting:
        return False
    return not any(
        _SAGEMAKER in json.dumps(one["Principal"]) and one.get("Effect") == "Allow"
        for one in trusting
    )
