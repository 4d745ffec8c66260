"""From a request to the entries that might allow it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rolewright.grants import Target, parse_role_args, proposals
from rolewright.grants.validation import to_json
from rolewright.iam import Request

TARGET = Target(partition="aws", account="123456789012", region="eu-west-1", environment="dev")
CASES = Path(__file__).parent.parent / "cases" / "grants"
PROPOSED: list[dict[str, Any]] = json.loads((CASES / "proposals.json").read_text())
OTHERWISE = {
    "athena": "results are in buckets",
    "buckets": "a bucket's region alone, keys, and an access point whose bucket isn't known",
    "dynamodb": "the list of streams takes no table, keys",
    "glue": "the catalog and Lake Formation name no database",
    "images": "the registry's token is for no image",
    "parameters": "keys",
    "queues": "keys",
    "repositories": "the registry's token is for no repository",
    "secrets": "keys",
    "topics": "keys",
    "vpc": "a subnet takes a security group besides",
}
"""Kinds that allow what says nothing of their entry, and why another is proposed for it."""


def request_of(given: dict[str, Any]) -> Request:
    context: dict[str, tuple[str, ...]] = {
        key: (value,) if isinstance(value, str) else tuple(value)
        for key, value in given.get("context", {}).items()
    }
    return Request(action=given["action"], resource=given["resource"], context=context)


def allowed_requests() -> list[Any]:
    return [
        pytest.param(path.stem, request_of(given), id=f"{path.stem}: {given['action']}")
        for path in sorted((CASES / "kinds").glob("*.json"))
        for case in json.loads(path.read_text())["cases"]
        if "target" not in case
        for given in case["allowed"]
    ]


@pytest.mark.parametrize("case", PROPOSED, ids=lambda case: case["name"])
def test_what_is_proposed(case: dict[str, Any]) -> None:
    args = parse_role_args("R", case.get("role", {}))
    found: dict[str, list[Any]] = {}
    for proposal in proposals(request_of(case["request"]), args, TARGET):
        entry = json.loads(to_json(proposal.entry, "entry"))
        found.setdefault(proposal.key, []).append(entry)
    assert found == case["proposed"], case["why"]


@pytest.mark.parametrize(("kind", "request_"), allowed_requests())
def test_what_a_kind_allows_it_proposes_too(kind: str, request_: Request) -> None:
    found = [proposal.key for proposal in proposals(request_, {}, TARGET)]
    assert found
    assert kind in found or kind in OTHERWISE
