"""What holds for every role with ordinary inputs: clean, guarded, stable, apart from the others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.grants import Target, draft_stack_config, parse_role_args, plan_role, plan_stack
from rolewright.grants.activities import activities
from rolewright.grants.personas import Persona
from rolewright.lint import lint
from tests.grants.guarded import stopped_by
from tests.grants.ordinary import ENTRIES, activity_role, grants, persona_role

if TYPE_CHECKING:
    from rolewright.grants import RolePlan

TARGET = Target(partition="aws", account="123456789012", region="eu-west-1", environment="prod")
EVERY_BUCKET = "access-s3-all-resources"
"""The activity that guardrails refuse, as they should."""


def planned(args: dict[str, Any]) -> RolePlan:
    return plan_role("R", parse_role_args("R", args), TARGET)


def texts(plan: RolePlan) -> dict[str, str]:
    """Return every document of a role by the name of its policy."""
    policies = (*plan.policies, *plan.managed)
    return {"trust": plan.trust_text or "", **{policy.name: policy.text for policy in policies}}


OPEN = {"encryption-required", "kms-scoped", "network-required", "no-privilege-escalation"}
"""What prod asks for besides: a network and keys for activities, `via` for keys, and that the roles
to pass are the stack's own.
"""


def is_clean(plan: RolePlan, *, but: frozenset[str] = frozenset()) -> None:
    """Hold that neither the linter finds anything nor a guardrail would stop the role."""
    for policy in (*plan.policies, *plan.managed):
        assert lint(policy.text) == ()
    stopped = stopped_by(plan)
    assert stopped.get("dev", set()) == but & {"data-buckets"}
    assert stopped.get("prod", set()) - OPEN == but


@pytest.mark.parametrize("key", list(ENTRIES))
@given(data=st.data())
def test_the_linter_finds_nothing_in_grants(key: str, data: st.DataObject) -> None:
    plan = planned({key: data.draw(st.lists(ENTRIES[key], min_size=1, max_size=3))})
    assert [finding for policy in plan.policies for finding in lint(policy.text)] == []


@given(grants(4), st.booleans())
def test_grants_are_clean(args: dict[str, Any], named: bool) -> None:  # noqa: FBT001  # drawn
    is_clean(planned({"policies": {"P": args}} if named else args))


@given(st.sampled_from(sorted(activities())), st.data())
def test_activities_are_clean(name: str, data: st.DataObject) -> None:
    but = frozenset({"data-buckets", "data-exfiltration"} if name == EVERY_BUCKET else ())
    is_clean(planned(data.draw(activity_role(name))), but=but)


@given(st.sampled_from(Persona), st.data())
def test_personas_are_clean(persona: Persona, data: st.DataObject) -> None:
    is_clean(planned(data.draw(persona_role(persona))))


def roles() -> st.SearchStrategy[dict[str, Any]]:
    """Draw a role with grants, named policies and activities."""
    activity = st.sampled_from(sorted(activities())).flatmap(activity_role)
    return st.tuples(grants(), activity, grants(2)).map(
        lambda parts: {**parts[0], **parts[1], "policies": {"P": parts[2]}}
    )


@given(roles(), roles(), st.randoms())
def test_the_same_config_gives_the_same_bytes(
    one: dict[str, Any], other: dict[str, Any], random: Any
) -> None:
    def written(*, anew: bool) -> tuple[RolePlan, ...]:
        config = {"A": one, "B": other}
        if anew:
            config = {name: dict(_shuffled(args, random)) for name, args in config.items()}
        return plan_stack(draft_stack_config("prod", json.dumps(config), None), TARGET)

    assert written(anew=False) == written(anew=True)


def _shuffled(args: dict[str, Any], random: Any) -> list[tuple[str, Any]]:
    """Return a role's keys in another order, and its entries too."""
    found = list(args.items())
    for _, value in found:
        if isinstance(value, list):
            random.shuffle(value)
    random.shuffle(found)
    return found


@given(roles(), st.sampled_from(sorted(ENTRIES)), st.data())
def test_one_more_grant_changes_no_other_document(
    args: dict[str, Any], key: str, data: st.DataObject
) -> None:
    before = texts(planned(args))
    more = [*args.get(key, ()), data.draw(ENTRIES[key])]
    after = texts(planned({**args, key: more}))
    changed = {name for name in after if after[name] != before.get(name)}
    assert set(before) <= set(after)
    assert changed <= {f"rolewright-{key}"}


@given(roles(), st.sampled_from(sorted(activities())), st.data())
def test_one_more_activity_or_policy_changes_no_other_document(
    args: dict[str, Any], name: str, data: st.DataObject
) -> None:
    before = texts(planned(args))
    more = {**data.draw(activity_role(name))["activities"], **args["activities"]}
    policies = {**args["policies"], "Q": data.draw(grants(2))}
    after = texts(planned({**args, "activities": more, "policies": policies}))
    assert before.items() <= after.items()
    assert set(after) - set(before) <= {"Q", f"R-{name}"}


@given(roles(), roles())
def test_another_role_changes_no_document(one: dict[str, Any], other: dict[str, Any]) -> None:
    draft = draft_stack_config("prod", json.dumps({"A": other, "R": one, "Z": other}), None)
    assert plan_stack(draft, TARGET)[1] == planned(one)
