"""What our activities allow more than Role Manager's templates, and what less, each with a reason.

First a template is held to what it can mean here: the stack's account and region, and the types of
resource that each action takes, as ours are. That only takes access away, for one reason. What then
differs is matched, entry for entry of `diff`, to the reasons of the case file: a difference has
exactly one, and a reason explains something in each of its parts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rolewright.iam import Relation, contains, diff, matches, parse_document
from tests.grants.activity_roles import planned, role_args
from tests.grants.role_manager import PACKAGE, at_home, rendered, templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants import Target
    from rolewright.iam import Entry, PolicyDocument

HERE = Path(__file__).parent
ROLE_MANAGER: dict[str, Any] = json.loads(
    (HERE.parent / "cases" / "grants" / "role_manager.json").read_text()
)
PINS = HERE.parent.parent / "requirements-peers.txt"
NO_MORE = {Relation.EQUIVALENT, Relation.NARROWER}


@dataclass(frozen=True, kw_only=True)
class Change:
    """An entry of `diff`: `kind` as the case file's, by whether the other side has the action."""

    kind: str
    template: str
    action: str
    resource: str
    shown: str

    def __str__(self) -> str:
        return f"{self.template}: {self.kind} {self.action} on {self.resource}, as {self.shown}"

    def explained_by(self, reason: dict[str, Any]) -> bool:
        """Whether a reason is one for this change."""
        return (
            reason["change"] == self.kind
            and self.action in reason["actions"]
            and self.template in reason.get("templates", [self.template])
            and any(matches(one, self.resource) for one in reason.get("resources", ["*"]))
        )


def _rendered(name: str, target: Target) -> PolicyDocument:
    return parse_document(rendered(templates()[name], target))


def _ours(activity: str, settings: list[str], target: Target) -> PolicyDocument:
    args = role_args(activity, full=True)
    for setting in {"network", "encryption"} - set(settings):
        args.pop(setting, None)
    (policy,) = planned(args, target).managed
    return policy.document


def _changes(name: str, theirs: PolicyDocument, ours: PolicyDocument) -> Iterator[Change]:
    found = diff(theirs, ours)
    assert (found.may_add, found.may_remove) == ((), ())
    sides = (
        (found.added, theirs, "adds", "widens"),
        (found.removed, ours, "leaves out", "narrows"),
    )
    for entries, other, without, within in sides:
        has = {action for one in other.statements for action in one.actions or ()}
        for entry in entries:
            kind = within if entry.action in has else without
            yield Change(
                kind=kind,
                template=name,
                action=entry.action,
                resource=entry.resource,
                shown=_shown(entry),
            )


def _shown(entry: Entry) -> str:
    assert entry.witness is not None
    return f"{entry.witness.resource} with {dict(entry.witness.context)}"


def _parts(reason: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a reason with one of its actions, resources or templates alone."""
    for key in ("actions", "resources", "templates"):
        for value in reason.get(key, []):
            yield {**reason, key: [value]}


@pytest.mark.parametrize("case", ROLE_MANAGER["activities"], ids=lambda case: case["activity"])
def test_every_difference_has_a_reason_and_every_reason_a_difference(
    case: dict[str, Any], target: Target
) -> None:
    changes: list[Change] = []
    for name, settings in case["templates"].items():
        theirs = at_home(_rendered(name, target), target)
        ours = at_home(_ours(case["activity"], settings, target), target)
        changes.extend(_changes(name, theirs, ours))
    reasons = case["reasons"]
    assert [str(change) for change in changes if sum(map(change.explained_by, reasons)) != 1] == []
    assert [
        part
        for reason in reasons
        for part in _parts(reason)
        if not any(change.explained_by(part) for change in changes)
    ] == []
    assert all(reason["why"] for reason in reasons)


@pytest.mark.parametrize("case", ROLE_MANAGER["activities"], ids=lambda case: case["activity"])
def test_ours_loses_nothing_where_only_what_can_be_is_looked_at(
    case: dict[str, Any], target: Target
) -> None:
    for settings in case["templates"].values():
        ours = _ours(case["activity"], settings, target)
        held = at_home(ours, target)
        assert diff(ours, held).relation in NO_MORE
        kept = [found for one in held.statements for found in one.resources or ()]
        for resource in (found for one in ours.statements for found in one.resources or ()):
            assert any(contains(resource, found) for found in kept), resource
        assert {one.actions for one in held.statements} == {
            (action,) for one in ours.statements for action in one.actions or ()
        }


def test_theirs_reaches_beyond_the_account_and_the_types_of_resource(target: Target) -> None:
    relations = {
        name: diff(document, at_home(document, target)).relation
        for name in templates()
        for document in (_rendered(name, target),)
    }
    assert set(relations.values()) <= NO_MORE
    reach = ROLE_MANAGER["reach"]
    exact = {name for name, relation in relations.items() if relation is Relation.EQUIVALENT}
    assert exact == set(reach["not"])
    assert reach["why"]


def test_every_template_of_the_pinned_package_is_compared() -> None:
    pin, _, _ = PINS.read_text().partition(" ")
    assert pin == f"{PACKAGE}=={metadata.version(PACKAGE)}"
    compared = [name for case in ROLE_MANAGER["activities"] for name in case["templates"]]
    assert sorted(compared) == sorted(templates())
    assert len(ROLE_MANAGER["activities"]) == 13
