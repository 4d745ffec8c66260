"""What rules about conditions found nothing in is not looked at again, and hides nothing else."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest

from rolewright.lint import lint, rule


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule, "_quiet", OrderedDict[tuple[object, ...], None]())


def document(resource: str, condition: dict[str, Any]) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": resource,
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


GOOD = {"StringEquals": {"aws:ResourceAccount": "123456789012"}}


def test_a_condition_that_is_known_to_be_good_hides_no_other_finding() -> None:
    assert lint(document("arn:aws:s3:::one/*", GOOD)) == ()
    (found,) = lint(document("arn:aws:s3:::one", GOOD))
    assert found.id == "resource-fits-no-action"


def test_the_same_conditions_beside_an_operator_without_keys_are_looked_at() -> None:
    assert lint(document("arn:aws:s3:::one/*", GOOD)) == ()
    (found,) = lint(document("arn:aws:s3:::one/*", {**GOOD, "Bool": {}}))
    assert found.id == "empty-condition"


def test_a_condition_with_a_finding_is_told_of_each_time() -> None:
    bad = document("arn:aws:s3:::one/*", {"StringEquals": {"s3:Nothing": "x"}})
    assert lint(bad) == lint(bad) != ()


def test_no_more_are_kept_than_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule, "_MOST_QUIET", 2)
    for account in range(111111111111, 111111111116):
        condition = {"StringEquals": {"aws:ResourceAccount": str(account)}}
        assert lint(document("arn:aws:s3:::one/*", condition)) == ()
    assert len(vars(rule)["_quiet"]) == 2
