"""Waivers: what they are for, until when, and what is wrong with one."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from rolewright.grants import ConfigError
from rolewright.guardrails import (
    Guardrail,
    Level,
    Violation,
    Waived,
    Waiver,
    describe,
    guardrails,
    judge,
    read_settings,
    read_waivers,
    unused,
    waive,
)
from tests.guardrails.roles import make_role

TODAY = date(2026, 5, 1)
GUARDRAIL: Guardrail[Any] = next(g for g in guardrails() if g.id == "no-admin-access")
ROLE = make_role(
    {
        "policies": {
            "p": [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}],
            "q": [{"Sid": "Most", "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
        }
    }
)
FOUND = judge(GUARDRAIL, ROLE, {}).violations


def waiver(**about: Any) -> Waiver:
    given: dict[str, Any] = {"role": ROLE.name, "expires": TODAY, "owner": "ml"}
    given |= {"reason": "moving to TrainingRole", **about}
    return Waiver(**given)


def waived(*waivers: Waiver) -> Waived:
    return waive(ROLE, FOUND, waivers, TODAY)


@pytest.mark.parametrize("guardrail", guardrails(), ids=lambda guardrail: guardrail.id)
def test_every_guardrail_takes_waivers(guardrail: Guardrail[Any]) -> None:
    given = {"role": "R", "sid": "S", "reason": "why", "owner": "ml", "expires": "2026-12-31"}
    settings = read_settings(guardrail, json.dumps({"waivers": [given]}), "pack")
    expected = waiver(role="R", sid="S", reason="why", expires=date(2026, 12, 31))
    assert read_waivers(settings) == (expected,)
    assert read_waivers(read_settings(guardrail, "{}", "pack")) == ()
    with pytest.raises(ConfigError, match=r"pack\.waivrs: is not a known key"):
        read_settings(guardrail, json.dumps({"waivrs": []}), "pack")


def test_a_violation_without_a_waiver_is_as_it_was() -> None:
    for others in ((), (waiver(role="Other"),), (waiver(sid="Other"),)):
        assert waived(*others) == Waived(violations=FOUND, used=frozenset())


@pytest.mark.parametrize(
    "role", [ROLE.name, ROLE.name.upper(), "Train*", "*Rol?", ROLE.urn, "urn:*::TrainingRole"]
)
def test_a_waiver_is_for_a_role_by_name_or_urn(role: str) -> None:
    mine = waiver(role=role)
    found = waived(mine)
    assert len(found.violations) == len(FOUND) > 1
    assert found.used == {mine}
    for violation in found.violations:
        assert violation.waived
        assert violation.waiver == mine
        assert violation.level is Level.ADVISORY


def test_a_waiver_is_for_one_statement_where_it_names_one() -> None:
    first, second = waived(waiver(sid="Most")).violations
    assert (first.waived, second.waived) == (False, True)
    whole = Violation(message="has none")
    assert waive(ROLE, [whole], (waiver(sid="Most"),), TODAY).violations == (whole,)


def test_a_waiver_past_its_date_no_longer_counts_and_says_so() -> None:
    late = waiver(expires=date(2026, 4, 30))
    found = waived(late)
    assert found.used == {late}
    for violation, before in zip(found.violations, FOUND, strict=True):
        assert not violation.waived
        assert violation.level is before.level
        said = describe(GUARDRAIL, ROLE, violation).splitlines()[-1]
        assert said == "  waived  not any more: until 2026-04-30 by ml: moving to TrainingRole"


def test_of_several_waivers_the_one_that_counts_longest_is_told() -> None:
    late, good = waiver(expires=date(2026, 4, 30)), waiver(expires=date(2026, 6, 1), sid="All")
    found = waived(late, good)
    assert [violation.waiver for violation in found.violations] == [good, late]
    assert found.used == {late, good}


def test_a_waived_finding_says_who_answers_for_it_and_until_when() -> None:
    said = describe(GUARDRAIL, ROLE, waived(waiver()).violations[0])
    assert said.splitlines()[-1] == "  waived  until 2026-05-01 by ml: moving to TrainingRole"


def test_a_waiver_that_is_for_nothing_is_told() -> None:
    given = (
        waiver(),
        waiver(role="Gone"),
        waiver(role="Gone", sid="S", expires=date(2026, 4, 30)),
    )
    assert list(unused(given, waived(*given).used, TODAY)) == [
        "waivers[1]: nothing is found for role `Gone`; drop it",
        "waivers[2]: nothing is found for role `Gone`, statement `S`, and expired on 2026-04-30; drop it",
    ]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"role": ""}, "waivers[0].role: is empty; name a role, or a pattern"),
        ({"sid": " "}, "waivers[0].sid: is empty; name a statement, or leave it out"),
        ({"reason": " "}, "waivers[0].reason: is empty; say why it is accepted"),
        ({"owner": ""}, "waivers[0].owner: is empty; say who answers for it"),
        ({"expires": "soon"}, "waivers[0].expires: `soon` is not a date; write it as"),
        ({"expires": "2026-02-30"}, "waivers[0].expires: `2026-02-30` is not a date"),
        ({"expires": 2026}, "waivers[0].expires: `2026` is a number where a string belongs"),
        ({"ownr": "ml"}, "waivers[0].ownr: is not a known key; did you mean `owner`?"),
    ],
)
def test_a_bad_waiver_is_told_with_its_path(about: dict[str, Any], expected: str) -> None:
    given = {"role": "R", "reason": "why", "owner": "ml", "expires": "2026-12-31", **about}
    with pytest.raises(ConfigError) as refused:
        read_settings(GUARDRAIL, json.dumps({"waivers": [given]}), "pack")
    assert str(refused.value).startswith(f"pack.{expected}")


def test_a_waiver_without_a_reason_an_owner_or_a_date_is_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        read_settings(GUARDRAIL, json.dumps({"waivers": [{"role": "R"}]}), "pack")
    assert str(refused.value).splitlines() == [
        f"pack.waivers[0].{key}: is missing" for key in ("reason", "owner", "expires")
    ]
