"""Sets of actions as guardrails ask for them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rolewright.guardrails.actions import union, whole_services
from rolewright.reference import action_set, names_in, services

SERVICES = {name: action_set(f"{name}:*") for name in services()}
PLACES = action_set("*").bit_length()


@given(
    st.sets(st.sampled_from(sorted(SERVICES))),
    st.sets(st.integers(min_value=0, max_value=PLACES - 1), max_size=20),
)
def test_a_service_counts_as_whole_where_no_action_of_it_is_missing(
    held: set[str], missing: set[int]
) -> None:
    those = union(SERVICES[name] for name in held) & ~union(1 << place for place in missing)
    whole = [name for name, actions in SERVICES.items() if those & actions == actions]
    assert whole_services(those) == len(whole)


def test_all_services_are_whole_in_everything_and_none_in_nothing() -> None:
    assert whole_services(action_set("*")) == len(services())
    assert whole_services(0) == 0
    last = services()[-1]
    assert whole_services(SERVICES[last]) == 1
    assert last in names_in(SERVICES[last])[0]
