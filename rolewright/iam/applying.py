"""Whether a rule applies wherever another does, or anywhere that it does: by patterns, quickly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rolewright.iam.comparing import may_meet, surely_has
from rolewright.iam.rules import Named, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANY_PATTERNS = 256


def split(rule: Rule) -> Iterator[Rule]:
    """Yield a rule for each pair of patterns, or for fewer where there are very many."""
    actions, resources = _each(rule.actions), _each(rule.resources)
    if len(actions) * len(resources) > _MANY_PATTERNS:
        resources = [rule.resources]
    if len(actions) > _MANY_PATTERNS:
        actions = [rule.actions]
    if rule.variables:
        # One that can't be filled in stops the whole statement, so they stay together.
        resources = [rule.resources]
    if len(actions) == len(resources) == 1:
        yield rule
        return
    for action in actions:
        for resource in resources:
            yield replace(rule, actions=action, resources=resource)


def _each(named: Named) -> list[Named]:
    if named.all_but or len(named.patterns) == 1:
        return [named]
    return [Named(patterns=(pattern,)) for pattern in named.patterns]


def surely_applies(rule: Rule, pivot: Rule) -> bool:
    """Whether a rule surely applies wherever the pivot does, by a quick test that may miss some."""
    if not set(rule.conditions) <= set(pivot.conditions) or not rule.variables <= pivot.variables:
        return False
    if rule.version != pivot.version and (rule.variables or pivot.variables):
        return False
    if not _surely_has(rule.actions, pivot.actions):
        return False
    if rule.variables:
        # Its resources are not yet patterns.
        everything = not rule.resources.all_but and "*" in rule.resources.patterns
        return everything or rule.resources == pivot.resources
    return _surely_has(rule.resources, pivot.resources)


def _surely_has(outer: Named, inner: Named) -> bool:
    if outer.all_but or inner.all_but:
        return outer == inner or (not outer.all_but and "*" in outer.patterns)
    return all(
        pattern in outer.patterns or any(surely_has(p, pattern) for p in outer.patterns)
        for pattern in inner.patterns
    )


def may_apply(rule: Rule, pivot: Rule) -> bool:
    """Whether a rule may apply where the pivot does, by patterns alone."""
    return _may_meet(rule.actions, pivot.actions) and _may_meet(_within(rule), _within(pivot))


def _within(rule: Rule) -> Named:
    # The resources of a rule with variables are not yet patterns.
    return rule.loose if rule.variables else rule.resources


def _may_meet(one: Named, other: Named) -> bool:
    if one.all_but or other.all_but:
        return True
    return any(may_meet(p, q) for p in one.patterns for q in other.patterns)
