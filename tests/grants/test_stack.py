"""The stack config read and merged: what a role gets from `defaults`, and how text is taken."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.grants import (
    ConfigError,
    Environment,
    Target,
    draft_stack_config,
    parse_role_args,
    parse_stack_config,
    plan_role,
    plan_roles,
    plan_stack,
)
from rolewright.grants.kinds.buckets import BucketAccess

if TYPE_CHECKING:
    from rolewright.grants import RoleArgs, StackConfig

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:training-job/*"


def stack(roles: dict[str, Any], defaults: dict[str, Any] | None = None) -> StackConfig:
    return parse_stack_config(
        "dev", json.dumps(roles), None if defaults is None else json.dumps(defaults)
    )


def merged(role: dict[str, Any], defaults: dict[str, Any]) -> RoleArgs:
    return stack({"R": role}, defaults).roles["R"]


def refused(args: dict[str, Any]) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_role_args("R", args)
    return str(caught.value)


@pytest.mark.parametrize("environment", list(Environment))
def test_the_environment_is_one_of_four(environment: Environment) -> None:
    assert parse_stack_config(environment.value, '{"R": {}}', None).environment is environment


def test_roles_stay_in_the_configs_order(target: Target) -> None:
    found = stack({"Z": {}, "A": {}, "M": {}})
    assert list(found.roles) == ["Z", "A", "M"]
    assert [plan.key for plan in plan_roles(found.roles, target)] == ["Z", "A", "M"]


def test_without_defaults_a_role_is_as_it_stands() -> None:
    assert stack({"R": {"path": "/ml/"}}).roles["R"] == {"path": "/ml/"}


def test_defaults_reach_every_role_that_the_stack_creates() -> None:
    found = stack({"A": {}, "B": {"description": "b"}}, {"path": "/ml/", "exclusive": False})
    assert found.roles == {
        "A": {"path": "/ml/", "exclusive": False},
        "B": {"path": "/ml/", "exclusive": False, "description": "b"},
    }


@pytest.mark.parametrize(
    ("key", "default", "own"),
    [
        ("nameFormat", "a-{name}", "b-{name}"),
        ("path", "/a/", "/b/"),
        ("permissionsBoundary", "a", "b"),
        ("description", "a", "b"),
        ("description", "a", ""),
        ("maxSessionDuration", 3600, 7200),
        ("exclusive", True, False),
    ],
)
def test_the_roles_own_value_wins(key: str, default: object, own: object) -> None:
    assert merged({key: own}, {key: default}) == {key: own}


def test_tags_are_merged_key_by_key_and_the_roles_own_win() -> None:
    found = merged({"tags": {"team": "own", "job": "x"}}, {"tags": {"team": "all", "cost": "1"}})
    assert found.get("tags") == {"team": "own", "cost": "1", "job": "x"}


def test_trust_is_merged_key_by_key_and_its_lists_are_replaced() -> None:
    defaults = {"services": ["scheduler.amazonaws.com"], "sourceArns": [ARN]}
    found = merged(
        {"trust": {"services": ["glue.amazonaws.com"], "sourceAccount": False}},
        {"trust": defaults},
    )
    assert found.get("trust") == {
        "services": ["glue.amazonaws.com"],
        "sourceArns": [ARN],
        "sourceAccount": False,
    }


def test_an_empty_list_takes_away_what_defaults_give() -> None:
    found = merged({"trust": {"services": []}}, {"trust": {"services": ["glue.amazonaws.com"]}})
    assert found.get("trust") == {"services": []}


def test_a_role_that_exists_takes_nothing_from_defaults() -> None:
    defaults = {
        "nameFormat": "{environment}-{name}",
        "path": "/ml/",
        "tags": {"team": "ml"},
        "trust": {"services": ["glue.amazonaws.com"]},
    }
    assert merged({"existing": True}, defaults) == {"existing": True}


def test_merging_changes_neither_the_defaults_nor_another_role() -> None:
    found = stack({"A": {"tags": {"a": "1"}}, "B": {}}, {"tags": {"team": "ml"}})
    assert found.roles["A"].get("tags") == {"team": "ml", "a": "1"}
    assert found.roles["B"].get("tags") == {"team": "ml"}


@pytest.mark.parametrize("text", ["TrainingRole", "[", "R: {}", ""])
def test_plain_text_where_a_mapping_belongs_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_stack_config("dev", text, text or None)
    expected = [f"roles: `{text}` is not a mapping"]
    if text:
        expected.insert(0, f"defaults: `{text}` is not a mapping")
    assert str(caught.value).splitlines() == expected


def test_what_is_nested_too_deep_is_refused_with_the_rest() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_stack_config("dve", '{"R": ' + "[" * 100_000, None)
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "environment",
        "roles",
    ]


def test_a_draft_holds_what_fits_and_what_does_not() -> None:
    draft = draft_stack_config("dve", '{"R": {"path": "/ml/", "tagz": {}}, "S": 1}', None)
    assert draft.config.environment is Environment.DEV
    assert draft.config.roles == {"R": {"path": "/ml/"}}
    assert [problem.path for problem in draft.problems] == [
        "environment",
        "roles.R.tagz",
        "roles.S",
    ]


def test_a_stacks_plan_is_that_of_its_roles(target: Target) -> None:
    draft = draft_stack_config("dev", '{"B": {}, "A": {"tags": {"a": "b"}}}', '{"path": "/ml/"}')
    assert plan_stack(draft, target) == plan_roles(draft.config.roles, target)


def test_a_components_arguments_may_hold_enums() -> None:
    args = {"buckets": [{"name": "data", "access": [BucketAccess.READ, "list"]}]}
    (bucket,) = parse_role_args("R", args).get("buckets", [])
    assert bucket["access"] == [BucketAccess.READ, BucketAccess.LIST]


def test_a_components_arguments_are_refused_with_the_path_from_roles() -> None:
    assert refused({"buckets": [{"name": "data", "access": ["raed"]}]}) == (
        "roles.R.buckets[0].access[0]: `raed` is not an access level; did you mean `read`? "
        "(list, read, write, delete)"
    )


def test_an_output_among_a_components_arguments_is_refused() -> None:
    name = pulumi.Output.from_input("data")
    assert refused({"buckets": [{"name": name, "access": ["read"]}]}) == (
        "roles.R: an `Output` can't be part of a policy document; "
        "give plain values, known at preview"
    )


def test_text_that_breaks_off_is_refused_with_the_place() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_stack_config("dev", '{"R": {"path":', None)
    assert str(caught.value) == (
        'roles: `{"R": {"path":` is refused: '
        "invalid json: eof while parsing a value at line 1 column 14"
    )


def test_what_json_has_no_word_for_is_refused() -> None:
    assert refused({"maxSessionDuration": math.nan}).startswith("roles.R: ")
    assert refused({"tags": {("a",): "b"}}).startswith("roles.R: ")


def test_the_environment_of_a_name_format_must_be_known(target: Target) -> None:
    nowhere = Target(partition=target.partition, account=target.account, region=target.region)
    with pytest.raises(ConfigError) as caught:
        plan_role("R", {"nameFormat": "{name}-{environment}"}, nowhere)
    assert str(caught.value) == "roles.R.nameFormat: needs `environment`, which is not set"
    assert plan_role("R", {"nameFormat": "{name}-x"}, nowhere).name == "R-x"


KEYS = st.sampled_from(
    ["R", "buckets", "name", "access", "prefixes", "policies", "existing", "trust", "services", "x"]
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, True, 5, "data", "read", "x y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, ANYTHING, max_size=3), st.dictionaries(KEYS, ANYTHING, max_size=3))
def test_whatever_is_left_of_a_config_fits_and_nothing_that_fits_is_a_problem(
    roles: dict[str, Any], defaults: dict[str, Any]
) -> None:
    draft = draft_stack_config("dev", json.dumps(roles), json.dumps(defaults))
    left = json.dumps(draft.own.value, default=lambda member: member.value)
    again = draft_stack_config("dev", left, json.dumps(draft.defaults.value))
    assert [problem for problem in again.problems if problem.path != "roles"] == []
    if not draft.problems:
        assert again.config == draft.config
    target = Target(partition="aws", account="1" * 12, region="eu-west-1", environment="dev")
    told = draft.error(draft.problems).problems
    if told:
        with pytest.raises(ConfigError) as caught:
            plan_stack(draft, target)
        assert set(told) <= set(caught.value.problems)
