"""The smallest entry that allows what was denied, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain import condition_words
from rolewright.explain.yaml_flow import flow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.cli.output import Screen
    from rolewright.explain import Addition, Fix

LABEL = " " * 10
"""What stands beside a label's further lines."""
_MOST_ADDED = 4


def show_fix(screen: Screen, fix: Fix, other_account: str | None = None) -> None:
    """Print an entry that allows what was asked, all that it adds, and what it needs besides.

    `other_account` is that of the resource, where it isn't the role's own.
    """
    screen.line(f"{'to allow':<10}{fix.patch.path}:")
    screen.wrapped(flow(dict(fix.patch.entry)), f"{LABEL}  ")
    for words in _adding(fix):
        screen.wrapped(words, LABEL)
    told = [condition for addition in fix.adds for condition in addition.conditions]
    untold = [condition for condition in fix.when if condition not in told]
    if untold:
        asked = joined(condition_words(condition) for condition in untold)
        screen.wrapped(f"allowed then where {asked}", LABEL)
    needs = dict.fromkeys((companion.what, companion.why) for companion in fix.companions)
    if other_account:
        why = f"account {other_account}, whose resource it is, must let the role in as well"
        needs["the resource's own policy", why] = None
    listed(screen, "besides", needs)


def _adding(fix: Fix) -> Iterator[str]:
    """Yield what a fix adds, in paragraphs; of many statements the first are told."""
    asked = fix.request.action.lower()
    serving = sorted(fix.adds, key=lambda one: asked not in map(str.lower, one.actions))
    said = [addition_words(addition) for addition in serving]
    shown = said if len(said) <= _MOST_ADDED else said[:1]
    rest = len(said) - len(shown)
    if rest:
        shown.append(f"{rest} more statements, which --format json lists,")
    for start, words in zip(("adds", *("and",) * len(shown)), shown, strict=False):
        last = " and nothing else" if words is shown[-1] else ""
        yield f"{start} {words}{last}"


def addition_words(addition: Addition) -> str:
    """Return access as one would say it."""
    if addition.principals:
        return f"{joined(p.value for p in addition.principals)} as who may assume the role"
    words = f"{joined(addition.actions)} on {joined(addition.resources)}"
    conditions = joined(condition_words(condition) for condition in addition.conditions)
    return f"{words}, where {conditions}," if conditions else words


def listed(screen: Screen, label: str, told: Iterable[tuple[str, str]]) -> None:
    """Print what to see to, and why, beside a label."""
    for place, (what, why) in enumerate(told):
        if not place:
            screen.line()
        screen.line(f"{'' if place else label:<10}{what}")
        screen.wrapped(why, f"{LABEL}  ")


def joined(parts: Iterable[str]) -> str:
    """Return parts as one would list them: `a, b and c`."""
    listed = list(parts)
    if len(listed) < 2:  # noqa: PLR2004  # nothing to join
        return "".join(listed)
    return f"{', '.join(listed[:-1])} and {listed[-1]}"
