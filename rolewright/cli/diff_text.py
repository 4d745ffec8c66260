"""What `diff` of two documents prints for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam import Effect, Relation
from rolewright.roles.difference_words import example_words

if TYPE_CHECKING:
    from rolewright.cli.output import Screen
    from rolewright.iam import Difference, Entry

COLOURS = {"+": "green", "-": "red", "?": "yellow"}
"""How what is added, removed or in doubt is marked."""
_SAID = {
    Relation.EQUIVALENT: "no change in access",
    Relation.BROADER: "broader: access is added, none is removed",
    Relation.NARROWER: "narrower: access is removed, none is added",
    Relation.INCOMPARABLE: "access is added, and other access is removed",
    Relation.UNDECIDED: "undecided: take what is marked `?` as a change",
}


def print_difference(screen: Screen, found: Difference) -> None:
    """Print what two documents differ by, each part with the statement that makes it."""
    screen.line(_SAID[found.relation])
    for sign, entries in (
        ("+", found.added),
        ("-", found.removed),
        ("+?", found.may_add),
        ("-?", found.may_remove),
    ):
        for entry in entries:
            screen.line((sign, COLOURS[sign[0]]), f" {entry.action} on {entry.resource}")
            screen.wrapped(_why(entry, sign), "    ")
            if entry.witness is not None:
                screen.wrapped(f"e.g. {example_words(entry.witness, None)}", "    ")


def _why(entry: Entry, sign: str) -> str:
    """Return which statement makes the change: an Allow of the one, or a Deny of the other."""
    is_new = ("+" in sign) is (entry.effect is Effect.ALLOW)
    name = entry.sid or f"{entry.statement}"
    said = f"{entry.effect.value} {name} of the {'new' if is_new else 'old'} document"
    conditions = "; ".join(f"{c.operator} {c.key} {', '.join(c.values)}" for c in entry.conditions)
    return f"{said}, if {conditions}" if conditions else said
