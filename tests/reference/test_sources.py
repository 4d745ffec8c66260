"""The definitions, compared with the package that reads AWS's documentation by another way."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest

import rolewright.reference
from rolewright.reference import (
    SOURCES,
    Action,
    condition_keys_of,
    find_action,
    known,
    resource_types_of,
    services,
)
from rolewright.reference.make.authorization import older_definitions

if TYPE_CHECKING:
    from collections.abc import Iterator

GONE = {"aws-mcp", "sagemaker-unified-studio-mcp", "trustedadvisor"}
"""Services of which the older release has actions that the newer no longer has."""
RENAMED = {("sts", "user"), ("workspaces", "workspacespoolid")}
"""Resource types that the newer release has no more."""
AS_DOCUMENTED = {
    "secretsmanager:BatchGetSecretValue": ("Read", "List"),
    "sts:GetFederationToken": ("Write", "Read"),
}


@pytest.fixture(scope="module")
def older() -> dict[str, Any]:
    return older_definitions()


def shared(older: dict[str, Any]) -> Iterator[tuple[Action, dict[str, Any]]]:
    for service, content in older.items():
        for name, definition in content["privileges"].items():
            action = find_action(f"{service}:{name}")
            if action is not None:
                yield action, definition


def test_sources_name_the_installed_packages() -> None:
    versions = {source.package: source.version for source in SOURCES}
    assert versions["policy-sentry"] == version("policy-sentry")
    assert versions["moto"] == version("moto")
    for source in SOURCES:
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", source.date)
        assert source.license in {"MIT", "Apache-2.0"}
        assert source.gives


def test_the_module_has_no_other_late_names() -> None:
    with pytest.raises(AttributeError, match="has no attribute `NOPE`"):
        rolewright.reference.NOPE  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]  # it is the error that is asked for


def test_every_action_of_the_other_package_is_known(older: dict[str, Any]) -> None:
    names = [
        f"{service}:{name}" for service, found in older.items() for name in found["privileges"]
    ]
    assert len(names) > 20_000
    missing = {name for name in names if not known(name)}
    assert {name.partition(":")[0] for name in missing} <= GONE
    assert len(missing) <= 20


def test_actions_are_spelled_as_in_the_other_package(older: dict[str, Any]) -> None:
    assert all(action.name == definition["privilege"] for action, definition in shared(older))


def test_access_levels_agree_but_for_what_the_other_package_overrides(
    older: dict[str, Any],
) -> None:
    different = {
        f"{action.service}:{action.name}": (action.access_level.value, definition["access_level"])
        for action, definition in shared(older)
        if action.access_level.value != definition["access_level"]
    }
    # Its authors put many Write actions under Permissions management by their own judgement; what
    # is stored here is what AWS says.
    theirs = {
        name for name, pair in different.items() if pair == ("Write", "Permissions management")
    }
    rest = {name: pair for name, pair in different.items() if name not in theirs}
    assert len(theirs) < 200
    assert len(rest) < 40
    assert AS_DOCUMENTED.items() <= rest.items()


def test_dependent_actions_are_those_of_the_other_package(older: dict[str, Any]) -> None:
    for action, definition in shared(older):
        uses = definition["resource_types"].values()
        assert set(action.dependent_actions) == {
            name for use in uses for name in use["dependent_actions"]
        }


def test_no_condition_key_of_the_other_package_is_lost(older: dict[str, Any]) -> None:
    for action, definition in shared(older):
        keys = {key.lower() for key in action.condition_keys} | {
            key.lower() for use in action.resource_types for key in use.condition_keys
        }
        for use in definition["resource_types"].values():
            assert {key.lower() for key in use["condition_keys"]} <= keys, action


def test_condition_keys_have_the_types_of_the_other_package(older: dict[str, Any]) -> None:
    different: list[tuple[str, str, str]] = []
    for service in older.keys() & set(services()):
        kinds = {key.lower(): kind for key, kind in condition_keys_of(service).items()}
        for key, definition in older[service]["conditions"].items():
            if kinds[key.lower()].lower() != definition["type"].lower():
                different.append((key, kinds[key.lower()], definition["type"]))
    assert len(different) <= 4, different


def test_resource_types_have_the_arns_of_the_other_package(older: dict[str, Any]) -> None:
    different: list[tuple[str, str]] = []
    for service in older.keys() & set(services()):
        kinds = {kind.lower(): found for kind, found in resource_types_of(service).items()}
        for name, definition in older[service]["resources"].items():
            if (service, name) in RENAMED:
                continue
            arns = {_without_names(arn) for arn in kinds[name.lower()].arns}
            if _without_names(definition["arn"]) not in arns:
                different.append((service, name))
    assert different == [("aidevops", "associations")]


def _without_names(arn: str) -> str:
    """Placeholders are named at will."""
    return re.sub(r"\$\{[^}]*\}", "${}", arn)
