"""`diff` against its cases, and its laws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rolewright.iam import (
    SELF,
    Entry,
    Policies,
    PolicyDocument,
    Relation,
    Request,
    diff,
    evaluate,
    parse_document,
)

CASES = Path(__file__).parent.parent / "cases" / "iam" / "diff"
TURNED = {
    Relation.BROADER: Relation.NARROWER,
    Relation.NARROWER: Relation.BROADER,
}
EVERYTHING = parse_document(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(CASES.glob("*.json"))
        for case in json.loads(path.read_text())
    ]


def _policies(document: PolicyDocument, request: Request) -> Policies:
    """Return policies by which a document alone decides."""
    if request.principal == SELF:
        return Policies(identity=(document,))
    return Policies(identity=(EVERYTHING,), resource=document)


def _allows(document: PolicyDocument, request: Request) -> bool:
    return evaluate(request, _policies(document, request)).allowed


def _request(witness: dict[str, Any]) -> Request:
    return Request(
        action=witness["action"],
        resource=witness.get("resource", "arn:aws:iam::999988887777:role/some-role"),
        principal=witness.get("principal", SELF),
        resource_account="999988887777",
        context=contexts(witness["context"]),
    )


def contexts(given: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return a context as requests have it, of single values and lists."""
    return {
        key: tuple(map(str, value)) if isinstance(value, list) else (value,)  # type: ignore[reportUnknownArgumentType]  # JSON
        for key, value in given.items()
    }


def _confirm(entries: tuple[Entry, ...], one: PolicyDocument, other: PolicyDocument) -> None:
    for entry in entries:
        assert entry.witness is not None
        assert _allows(one, entry.witness)
        assert not _allows(other, entry.witness)


@pytest.mark.parametrize("case", _cases())
def test_documents_relate(case: dict[str, Any]) -> None:
    old, new = parse_document(case["old"]), parse_document(case["new"])
    found = diff(old, new)
    assert found.relation is Relation(case["relation"]), found
    assert diff(new, old).relation is TURNED.get(found.relation, found.relation)
    _confirm(found.added, new, old)
    _confirm(found.removed, old, new)
    for witness in case.get("witnesses", ()):
        request = _request(witness)
        one, other = (new, old) if witness["change"] == "added" else (old, new)
        assert _allows(one, request), witness
        assert not _allows(other, request), witness


@pytest.mark.parametrize("case", _cases())
def test_a_document_is_equivalent_to_itself(case: dict[str, Any]) -> None:
    for side in ("old", "new"):
        document = parse_document(case[side])
        found = diff(document, document)
        assert found.relation is Relation.EQUIVALENT
        assert (found.added, found.removed, found.may_add, found.may_remove) == ((), (), (), ())


def test_every_case_says_why() -> None:
    for path in CASES.glob("*.json"):
        names = [case["name"] for case in json.loads(path.read_text())]
        assert len(set(names)) == len(names), path.name
        for case in json.loads(path.read_text()):
            assert case["why"], f"{path.name}: {case['name']}"
