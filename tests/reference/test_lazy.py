"""How much is read for a question: files opened and members decompressed, in a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

COUNTER = """
import json, pathlib, sys, zipfile
members, archives = [], []
read, opened = zipfile.ZipFile.read, pathlib.Path.read_bytes
def counted_read(self, name, *rest):
    members.append(name)
    return read(self, name, *rest)
def counted_open(self):
    archives.append(self.name)
    return opened(self)
zipfile.ZipFile.read, pathlib.Path.read_bytes = counted_read, counted_open
import rolewright.reference as reference
QUESTION
print(json.dumps([archives, members, sorted(sys.modules)]))
"""
AUTHORIZATION = ["service-authorization.zip"]
MANAGED = ["managed-policies.zip"]


@pytest.mark.parametrize(
    ("question", "archives", "members"),
    [
        ("pass", [], []),
        ("reference.find_action('s3:GetObject')", AUTHORIZATION, ["services/s3.json"]),
        (
            """
reference.find_action('s3:GetObject')
reference.resource_types_of('s3')
reference.condition_keys_of('s3')
reference.actions_of('S3')
""",
            AUTHORIZATION,
            ["services/s3.json"],
        ),
        ("reference.services()", AUTHORIZATION, ["index.json"]),
        (
            """
reference.action_set('*:*role*')
reference.access_level_set(reference.AccessLevel.READ)
reference.names_in(reference.action_set('*'))
""",
            AUTHORIZATION,
            ["index.json"],
        ),
        ("reference.expand('s3:Get*')", AUTHORIZATION, ["index.json", "services/s3.json"]),
        ("reference.condition_key_type('aws:SourceArn')", AUTHORIZATION, ["condition-keys.json"]),
        ("reference.managed_policy_names()", MANAGED, ["names.json"]),
        (
            "reference.managed_policy('ReadOnlyAccess')",
            MANAGED,
            ["names.json", "policies/ReadOnlyAccess.json"],
        ),
        ("reference.SOURCES", AUTHORIZATION + MANAGED, ["sources.json", "sources.json"]),
    ],
)
def test_a_question_reads_only_its_own_members(
    question: str, archives: list[str], members: list[str]
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", COUNTER.replace("QUESTION", question)],
        capture_output=True,
        check=True,
        text=True,
    )
    opened, read, modules = json.loads(run.stdout)
    assert (opened, read) == (archives, members)
    assert not {"boto3", "moto", "pydantic"} & set(modules)
