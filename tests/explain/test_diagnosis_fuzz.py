"""No text whatever gives a traceback, and long ones take no longer than they must."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.explain.diagnosis import Diagnosis, diagnose

CASES = Path(__file__).parent.parent / "cases" / "diagnose"
SAMPLES = [
    text
    for path in sorted(CASES.glob("*.json"))
    for case in json.loads(path.read_text())
    for text in case.get("texts", ())
]


def _check(found: tuple[Diagnosis, ...]) -> None:
    for diagnosis in found:
        assert diagnosis.causes, diagnosis.denial
        for cause in diagnosis.causes:
            assert cause.message
            assert cause.fix
            assert "{" not in cause.id


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    """Whatever the text, `diagnose` returns, and what it finds has a cause."""
    _check(diagnose(text))


@given(st.data())
def test_any_sample_is_answered_however_it_was_spoiled(data: st.DataObject) -> None:
    """Cut, doubled, joined and spoiled samples are answered too."""
    text = data.draw(st.sampled_from(SAMPLES))
    for _ in range(data.draw(st.integers(min_value=1, max_value=4))):
        start = data.draw(st.integers(min_value=0, max_value=len(text)))
        end = data.draw(st.integers(min_value=start, max_value=len(text)))
        put = data.draw(
            st.sampled_from(["", "\n", '"', "{", "}", "[", "User: ", "\\n", " because no ", "İ"])
            | st.sampled_from(SAMPLES)
            | st.text(max_size=5)
        )
        text = text[:start] + put + text[end:]
    _check(diagnose(text))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(SAMPLES),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "eventName",
                        "eventSource",
                        "errorCode",
                        "errorMessage",
                        "userIdentity",
                        "arn",
                        "resources",
                        "ARN",
                        "requestParameters",
                        "Statement",
                        "Principal",
                        "Effect",
                        "allowed",
                        "context",
                        "principal",
                        "action",
                        "Records",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_any_event_is_answered(content: Any) -> None:
    """Whatever stands in an event, or in what looks like one, it is answered."""
    _check(diagnose(json.dumps(content)))


LONG = {
    "a log": "2026-01-01T00:00:00 INFO step 5 of 7 [worker-1] {'loss': 0.25} s3://data/x\n"
    * 14_000,
    "anchors": "not authorized to perform " * 40_000,
    "calls": "An error occurred (AccessDenied) when calling the GetObject operation: " * 14_000,
    "users": "User: " * 170_000,
    "reasons": "on resource: arn:aws:s3:::b because no " * 26_000,
    "denies": "with an explicit deny in a service " * 28_000,
    "spaces": " \n" * 500_000,
    "braces": "{" * 1_000_000,
    "brackets": "[{" * 500_000,
    "open objects": '{"a": 1, ' * 110_000,
    "trusts": "could not assume role arn:aws:iam::1:role/" * 25_000,
    "keys": "arn:aws:kms:" * 85_000,
    "escapes": '\\n\\"&quot;' * 100_000,
    "prefixes": "> > | E " * 125_000,
}


@pytest.mark.parametrize("name", LONG)
def test_a_megabyte_takes_a_moment(name: str) -> None:
    """Each takes well under a second here; the limit leaves room for a busy machine."""
    message = (
        "User: arn:aws:sts::123456789012:assumed-role/R/S is not authorized to perform: "
        "s3:GetObject on resource: arn:aws:s3:::b/k because no identity-based policy allows it"
    )
    began = time.process_time()
    found = diagnose(f"{LONG[name]}\n{message}")
    assert time.process_time() - began < 3
    assert any(one.denial.action == "s3:GetObject" for one in found)
