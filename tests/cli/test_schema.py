"""`rolewright schema`: the schema of a stack's file, as JSON and as a table for people."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner

from rolewright.cli import main
from rolewright.grants import stack_schema


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def run(*arguments: str) -> str:
    done = CliRunner().invoke(main, ["schema", *arguments])
    assert done.exit_code == 0
    return done.stdout


def test_the_schema_is_printed_as_json() -> None:
    assert json.loads(run()) == json.loads(run("--format", "json")) == stack_schema()


def test_people_get_its_keys_each_below_its_own() -> None:
    lines = run("--format", "text").splitlines()
    assert all(len(line) <= 80 for line in lines)
    place = lines.index("      buckets               list: S3 buckets: list, read, write, delete.")
    assert lines[place + 1 : place + 4] == [
        "        name *              text: The bucket's name, not its ARN.",
        "        access *            list: Any of list, read, write, delete.",
        "        prefixes            list of text: Only keys that begin with one of",
    ]
    assert "    NAME                    One role: its settings, and what it may do." in lines
    assert "      trust                 Who may assume the role; its keys are above" in lines
    assert "        access-services-for-mlflow" in lines
    assert any(line.startswith("        each of these       The inputs of one") for line in lines)
    assert any(line.startswith("      tags                  text by name: ") for line in lines)


def test_no_key_of_the_schema_is_left_out() -> None:
    told = re.findall(r"^ {2,20}(\S+)", run("--format", "text"), re.MULTILINE)
    schema: dict[str, Any] = stack_schema()
    models = [schema["properties"]["config"], *schema["$defs"].values()]
    models.append(models[0]["properties"]["sagemaker-roles:defaults"])
    models.append(schema["$defs"]["RoleArgs"]["properties"]["activities"])
    for model in models:
        for key in model.get("properties", {}):
            assert key in told
