"""What holds for every resource type: names, checks, previews, `ignoreChanges`, refusals."""

from __future__ import annotations

import re
from typing import Any

import pytest
from google.protobuf import empty_pb2

from tests.local_aws.plugin import (
    BUCKET,
    POLICY,
    ROLE,
    ROLE_POLICY,
    TABLE,
    TRUST,
    UNKNOWN,
    Plugin,
    RefusedError,
    Resource,
    allow,
    urn,
)

PLAIN: dict[str, Any] = {"name": "plain", "assumeRolePolicy": TRUST}
UNNAMED: dict[str, Any] = {"assumeRolePolicy": TRUST}


def test_a_resource_without_a_name_gets_one_that_stays(plugin: Plugin) -> None:
    first = plugin.check(ROLE, UNNAMED)
    assert re.fullmatch("it-[0-9a-f]{7}", first["name"])
    assert plugin.check(ROLE, UNNAMED) == first
    assert plugin.check(ROLE, UNNAMED, seed=b"other")["name"] != first["name"]
    assert plugin.check(ROLE, UNNAMED, name="other")["name"].startswith("other-")
    assert plugin.check(ROLE, UNNAMED, before=first, seed=b"other") == first


@pytest.mark.parametrize(
    ("token", "named", "inputs"),
    [
        (ROLE_POLICY, "name", {"role": "plain", "policy": allow("s3:ListBucket")}),
        (POLICY, "name", {"policy": allow("s3:ListBucket")}),
        (BUCKET, "bucket", {}),
        (TABLE, "name", {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}]}),
    ],
)
def test_every_type_with_a_name_is_named(
    plugin: Plugin, token: str, named: str, inputs: dict[str, Any]
) -> None:
    assert re.fullmatch("it-[0-9a-f]{7}", plugin.check(token, inputs)[named])


def test_a_name_that_the_program_no_longer_gives_makes_a_new_resource(plugin: Plugin) -> None:
    made = plugin.create(ROLE, PLAIN)
    diff = plugin.diff(made, name=None)
    assert diff.replaces == ["name"]
    unnamed = plugin.create(ROLE, UNNAMED)
    assert plugin.diff(unnamed).changed == []
    again = plugin.refresh(unnamed)
    assert again is not None
    assert plugin.diff(again).changed == []


def test_what_was_filled_in_is_noted_as_the_official_provider_does(plugin: Plugin) -> None:
    checked = plugin.check(ROLE, UNNAMED)
    assert checked["__defaults"] == ["forceDetachPolicies", "maxSessionDuration", "name", "path"]
    made = plugin.create(ROLE, UNNAMED)
    assert "__defaults" not in made.state


def test_null_is_nothing(plugin: Plugin) -> None:
    with_null = plugin.check(ROLE, {**PLAIN, "description": None, "tags": None})
    assert with_null == plugin.check(ROLE, PLAIN)


@pytest.mark.parametrize(
    ("inputs", "failures"),
    [
        ({"name": "plain"}, {"assumeRolePolicy": "is required"}),
        ({**PLAIN, "maxSessionDuration": "long"}, {"maxSessionDuration": "expected integer, got"}),
        ({**PLAIN, "maxSessionDuration": True}, {"maxSessionDuration": "expected integer, got"}),
        ({**PLAIN, "maxSessionDuration": 3600.5}, {"maxSessionDuration": "expected integer, got"}),
        ({**PLAIN, "forceDetachPolicies": "yes"}, {"forceDetachPolicies": "expected boolean, got"}),
        ({**PLAIN, "tags": ["team"]}, {"tags": "expected map, got list"}),
        ({**PLAIN, "managedPolicyArns": "arn"}, {"managedPolicyArns": "expected list, got str"}),
        ({**PLAIN, "description": 1}, {"description": "expected string, got int"}),
        (
            {**PLAIN, "namePrefix": "a"},
            {"namePrefix": "the stand-in provider has no such property"},
        ),
        (
            {**PLAIN, "inlinePolicies": [{"policy": "{}"}]},
            {"inlinePolicies[0]": "the stand-in provider takes exactly name, policy"},
        ),
    ],
)
def test_what_cant_be_honoured_is_refused_before_the_preview(
    plugin: Plugin, inputs: dict[str, Any], failures: dict[str, str]
) -> None:
    _, found = plugin.checked(ROLE, inputs)
    assert set(found) == set(failures)
    assert all(found[name].startswith(reason) for name, reason in failures.items())


def test_unknown_values_are_no_failure(plugin: Plugin) -> None:
    inputs = {
        "name": UNKNOWN,
        "assumeRolePolicy": UNKNOWN,
        "maxSessionDuration": UNKNOWN,
        "tags": UNKNOWN,
        "inlinePolicies": [UNKNOWN],
    }
    assert plugin.check(ROLE, inputs).items() >= inputs.items()


def test_a_preview_creates_nothing_and_says_what_is_unknown(plugin: Plugin) -> None:
    seen = plugin.create(ROLE, PLAIN, preview=True)
    assert seen.id == ""
    assert seen.state["name"] == "plain"
    assert seen.state["assumeRolePolicy"] == TRUST
    assert seen.state["arn"] == seen.state["uniqueId"] == seen.state["createDate"] == UNKNOWN
    assert plugin.read(ROLE, "plain") is None


def test_a_preview_of_an_update_changes_nothing_and_keeps_what_stays(plugin: Plugin) -> None:
    made = plugin.create(ROLE, PLAIN)
    seen = plugin.update(made, description="later", preview=True)
    assert seen.state["arn"] == made.state["arn"]
    assert seen.state["description"] == "later"
    kept = plugin.refresh(made)
    assert kept is not None
    assert kept.state["description"] == ""


def test_a_value_that_becomes_unknown_is_a_change(plugin: Plugin) -> None:
    made = plugin.create(ROLE, PLAIN)
    assert plugin.diff(made, permissionsBoundary=UNKNOWN).changed == ["permissionsBoundary"]
    assert plugin.diff(made, name=UNKNOWN).replaces == ["name"]
    assert plugin.diff(made, assumeRolePolicy=UNKNOWN).changed == ["assumeRolePolicy"]


IGNORED: list[tuple[str, dict[str, Any]]] = [
    ("description", {"description": "other"}),
    ("path", {"path": "/other/"}),
    ("tags", {"tags": {"team": "b"}}),
    ("tags.team", {"tags": {"team": "b", "a.b": "1"}}),
    ('tags["a.b"]', {"tags": {"team": "a", "a.b": "2"}}),
    ('["tags"]["team"]', {"tags": {"a.b": "1"}}),
    ("tags[*]", {"tags": {"new": "1"}}),
    ("inlinePolicies[0].policy", {"inlinePolicies": [{"name": "one", "policy": allow("s3:Put*")}]}),
    ("inlinePolicies[*].policy", {"inlinePolicies": [{"name": "one", "policy": allow("s3:Put*")}]}),
]


@pytest.fixture
def tagged(plugin: Plugin) -> Resource:
    inline = [{"name": "one", "policy": allow("s3:ListBucket")}]
    tags = {"team": "a", "a.b": "1"}
    return plugin.create(ROLE, {**PLAIN, "tags": tags, "inlinePolicies": inline})


@pytest.mark.parametrize(("path", "change"), IGNORED, ids=[path for path, _ in IGNORED])
def test_an_ignored_path_is_no_change(
    plugin: Plugin, tagged: Resource, path: str, change: dict[str, Any]
) -> None:
    assert plugin.diff(tagged, **change).changed == list(change)
    assert plugin.diff(tagged, [path], **change).changed == []


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("tags.team", {"tags": {"team": "b", "a.b": "2"}}),
        ("inlinePolicies[7].policy", {"inlinePolicies": [{"name": "one", "policy": "{}"}]}),
        ("inlinePolicies.policy", {"inlinePolicies": [{"name": "one", "policy": "{}"}]}),
        ("description.part", {"description": "other"}),
    ],
)
def test_what_an_ignored_path_does_not_reach_is_a_change(
    plugin: Plugin, tagged: Resource, path: str, change: dict[str, Any]
) -> None:
    assert plugin.diff(tagged, [path], **change).changed == list(change)


def test_an_update_leaves_what_is_ignored(plugin: Plugin, tagged: Resource) -> None:
    change: dict[str, Any] = {
        "description": "other",
        "tags": {"team": "b", "a.b": "2"},
        "maxSessionDuration": 7200,
    }
    after = plugin.update(tagged, ["description", "tags.team"], **change)
    read = plugin.refresh(after)
    assert read is not None
    assert read.state["description"] == ""
    assert read.state["tags"] == {"team": "a", "a.b": "2"}
    assert read.state["maxSessionDuration"] == 7200


def test_an_unsupported_type_is_refused(plugin: Plugin) -> None:
    said = "the stand-in provider has no resource type `aws:lambda/function:Function`"
    token = "aws:lambda/function:Function"
    _, failures = plugin.checked(token, {})
    assert failures == {"type": said}
    with pytest.raises(RefusedError, match=f"^{re.escape(said)}$"):
        plugin.read(token, "function")
    gone = Resource(urn=urn(token), id="function", inputs={}, state={})
    with pytest.raises(RefusedError, match=f"^{re.escape(said)}$"):
        plugin.delete(gone)


def test_the_provider_says_which_release_it_stands_in_for(plugin: Plugin) -> None:
    info = plugin.call("GetPluginInfo", empty_pb2.Empty())
    assert info.version.startswith("7.51.")
