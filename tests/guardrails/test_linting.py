"""What guardrails keep of the linter's findings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rolewright.guardrails import linting
from rolewright.lint import Severity
from rolewright.roles import AttachedPolicy, PolicyKind, read_document

if TYPE_CHECKING:
    import pytest


def test_no_more_texts_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linting, "_LINTED", kept := type(linting._LINTED)())  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(linting, "_MOST_LINTED", 2)
    for number in range(5):
        statement = {
            "Effect": "Allow",
            "Action": "s3:Nothing",
            "Resource": f"arn:aws:s3:::{number}",
        }
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        policy = AttachedPolicy(
            name="p", kind=PolicyKind.INLINE, document=read_document(text), urn="", text=text
        )
        found = linting.lint_findings(policy, Severity.WARNING)
        assert found
        assert linting.lint_findings(policy, Severity.WARNING) == found
        assert len(kept) == min(number + 1, 2)
