"""What docs/configure.md says is so: its tables, its examples and what comes of them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from ruamel.yaml import YAML

from components.provider import RoleProvider
from components.sagemaker_role import create_roles
from rolewright.grants import (
    RoleArgs,
    RoleDefaults,
    Target,
    draft_stack_config,
    parse_stack_config,
    plan_stack,
)
from rolewright.grants.activities import activities
from rolewright.grants.personas import PERSONAS
from rolewright.guardrails import guardrails
from rolewright.iam import limits
from tests.components.run import ACCOUNT, COMPONENT, ROLE, Aws, preview
from tests.readme import CONFIGURE, block, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolewright.grants import RolePlan

TARGET = Target(partition="aws", account=ACCOUNT, region="eu-west-1", environment="dev")


def example(first: str) -> Any:
    yaml: Any = YAML(typ="safe", pure=True)
    return yaml.load("\n".join(block("yaml", first, CONFIGURE)))


def planned(roles: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> list[RolePlan]:
    draft = draft_stack_config("dev", json.dumps(roles), json.dumps(defaults or {}))
    return list(plan_stack(draft, TARGET))


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_key_of_a_role_is_named() -> None:
    keys = [key for row in table("| key of a role |", CONFIGURE) for key in words(row[0])]
    assert sorted(keys) == sorted(RoleArgs.__required_keys__ | RoleArgs.__optional_keys__)


def test_defaults_are_the_settings_of_a_role() -> None:
    rows = [words(row[0]) for row in table("| key of a role |", CONFIGURE)]
    (settings,) = [row for row in rows if "nameFormat" in row]
    others = {"trust", "exclusive", "network", "encryption"}
    assert {*settings} | others == set(RoleDefaults.__optional_keys__)


def test_defaults_merge_as_the_example_says() -> None:
    given = example("sagemaker-roles:defaults:\n")
    roles, defaults = given["sagemaker-roles:roles"], given["sagemaker-roles:defaults"]
    merged = parse_stack_config("dev", json.dumps(roles), json.dumps(defaults)).roles
    assert merged == example("TrainingRole:\n  path: /ml/\n")


def test_every_persona_has_its_activities() -> None:
    assert {words(row[0])[0]: tuple(words(row[1])) for row in table("| persona |", CONFIGURE)} == {
        persona.value: names for persona, names in PERSONAS.items()
    }


def test_the_persona_of_the_example_is_overridden() -> None:
    (plan,) = planned(example("DataScientistRole:\n"))
    names = {policy.key.removeprefix("activities/") for policy in plan.managed}
    persona = example("DataScientistRole:\n")["DataScientistRole"]["persona"]
    preset = next(names for found, names in PERSONAS.items() if found.value == persona)
    assert names == {*preset, "query-athena"} - {"manage-models"}


def test_every_activity_has_its_row() -> None:
    def listed(names: Iterable[str], needed: Iterable[str] = ()) -> str:
        cells = [f"**`{name}`**" if name in needed else f"`{name}`" for name in sorted(names)]
        return ", ".join(cells) or "no"

    expected = [
        f"| `{name}` | {found.description} | {listed(found.takes, found.needs)} "
        f"| {'yes' if found.network else 'no'} | {listed(found.keys)} |"
        for name, found in activities().items()
    ]
    rows = [f"| {' | '.join(row)} |" for row in table("| activity |", CONFIGURE)]
    wrong = [row for row in rows if row not in expected]
    missing = [row for row in expected if row not in rows]
    assert rows == expected, "\n".join(
        ("docs/configure.md: take out", *wrong, "put in, in alphabetical order", *missing)
    )


def test_policies_stand_in_iam_under_the_names_that_are_given() -> None:
    bucket = {"buckets": [{"name": "data", "access": ["list"]}]}
    asked: dict[str, Any] = {
        **bucket,
        "dynamodb": [{"table": "features", "access": ["read"]}],
        "activities": {"manage-jobs": {}},
        "policies": {"Own": bucket, "Extra": {**bucket, "managed": True}},
    }
    old: dict[str, Any] = {"existing": True, **bucket, "activities": {"manage-jobs": {}}}
    new, existing = planned(
        {"TrainingRole": {**asked, "nameFormat": "{name}-{environment}"}, "LegacyRole": old}
    )
    rows = table("| in the stack config |", CONFIGURE)
    named = [name for row in rows for name in words(row[1])]
    policies = [policy.name for policy in (*new.policies, *new.managed)]
    assert sorted(named) == sorted({*policies} - {"Own"})
    for policy in (*existing.policies, *existing.managed):
        assert f"`{policy.name}`" in CONFIGURE


def test_the_quotas_are_those_that_are_checked() -> None:
    assert [int(row[1].replace(",", "")) for row in table("| quota of IAM |", CONFIGURE)] == [
        limits.INLINE_POLICIES_TOTAL,
        limits.MANAGED_POLICY,
        limits.TRUST_POLICY,
        limits.ATTACHED_POLICIES,
    ]


def test_a_service_is_allowed_as_the_docs_and_the_fix_say() -> None:
    (guardrail,) = [found for found in guardrails() if found.id == "trust-services"]
    settings = guardrail.settings_schema()["properties"]
    assert {"services", "servicesByRole"} == set(settings) - {"waivers"}
    text = CONFIGURE.replace("\n", " ")
    assert "in its `services` for every role, or in `servicesByRole` for one" in text
    assert "allow the service in this guardrail's `services`" in guardrail.fix


def test_the_checklist_is_what_the_stack_gives() -> None:
    roles = example("TrainingRole:\n  glue:")

    def program() -> Mapping[str, Any]:
        made = create_roles(draft_stack_config("dev", json.dumps(roles), None))["TrainingRole"]
        # The ARN is IAM's to give, once the role is there.
        return {key: value for key, value in made.exports.items() if key != "arn"}

    shown = json.loads("\n".join(block("json", "{\n", CONFIGURE)))
    arn = shown["TrainingRole"].pop("arn")
    assert shown == {"TrainingRole": preview(program).outputs}
    assert arn in shown["TrainingRole"]["checklist"][0]["snippet"]


def test_a_renamed_role_keeps_its_name() -> None:
    (plan,) = planned(example("ResearchRole:\n"), {"nameFormat": "{name}-{environment}"})
    assert (plan.key, plan.name) == ("ResearchRole", "DataScientistRole-dev")


def test_programs_of_other_languages_ask_for_the_same_role() -> None:
    given = example("name: training\n")["resources"]["TrainingRole"]
    text = "\n".join(block("typescript", "import", CONFIGURE))
    # An object of TypeScript, written so, is a mapping of YAML.
    arguments = re.search(r"SageMakerRole\(\"TrainingRole\", (\{.*\})\);", text, re.DOTALL)
    assert arguments
    yaml: Any = YAML(typ="safe", pure=True)
    assert yaml.load(arguments[1]) == given["properties"]
    assert given["type"] == COMPONENT.replace(":index", "")

    def program() -> Mapping[str, Any]:
        made = RoleProvider().construct("TrainingRole", COMPONENT, given["properties"])
        return cast("Mapping[str, Any]", made.state)

    run = preview(program, Aws())
    assert run.of(ROLE)[0].inputs["path"] == "/ml/"
    assert set(run.outputs["documents"]) == {
        "rolewright-buckets",
        "TrainingRole-access-s3-buckets",
        "trust",
    }
