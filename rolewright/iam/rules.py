"""Statements made ready to be compared: patterns and conditions, with the variables filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.iam.documents import Condition, Effect, Statement
from rolewright.iam.forms import ANY_ACTION, ANY_ARN, has_form
from rolewright.iam.operators import Family, SetPrefix, spelled
from rolewright.iam.patterns import Undecided, resource_pattern
from rolewright.iam.solving import Clause, Literal, Opaque
from rolewright.iam.values import ARN_PARTS
from rolewright.iam.variables import (
    Unresolved,
    has_variables,
    keys_in,
    loosely,
    may_resolve,
    needed_in,
    resolve,
)
from rolewright.iam.walks import LAST_WORD, WORDS, has_words

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from rolewright.iam.operators import Operator

_UP_TO_WILDCARD = re.compile(r"[^*?$]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """An element: patterns, or with `all_but` everything that they do not match."""

    patterns: tuple[str, ...]
    all_but: bool = False


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rule:
    """A statement to be compared. Two of the same `meaning` apply to the same requests."""

    statement: Statement
    version: str
    meaning: Hashable
    actions: Named
    resources: Named
    conditions: tuple[Condition | Opaque, ...]
    loose: Named
    """What its resources are within, whatever its variables stand for."""
    variables: frozenset[str] = frozenset()
    """The keys, in lower case, that it has as policy variables."""
    needed: frozenset[str] = frozenset()
    """Those without which it does not apply."""
    settled: tuple[Clause, ...] = field(default=())
    """What is so of the unknowns in its conditions."""
    is_odd: tuple[bool, bool] = (False, False)
    """Whether it has actions, resources, that are no texts of AWS's form."""

    @property
    def allows(self) -> bool:
        """Whether it is an Allow."""
        return self.statement.effect is Effect.ALLOW


@lru_cache(maxsize=16384)
def make_rule(statement: Statement, version: str) -> Rule:
    """Return a statement of a document of some version as a rule, its variables not filled in."""
    named = statement.actions if statement.actions is not None else statement.not_actions
    actions = Named(
        patterns=tuple(dict.fromkeys(pattern.lower() for pattern in named or ())),
        all_but=statement.actions is None,
    )
    texts = _with_variables(statement, version)
    variables = frozenset(key for text in texts for key in keys_in(text))
    resources = _resources(statement, version, {}, raw=bool(variables))
    conditions = statement.conditions if variables else _filled(statement, version, {})
    meaning = (
        statement.effect,
        actions.all_but,
        frozenset(actions.patterns),
        resources.all_but,
        frozenset(resources.patterns),
        frozenset((c.operator.lower(), c.key.lower(), frozenset(c.values)) for c in conditions),
        _frozen(statement.principals),
        _frozen(statement.not_principals),
        version if variables else "",
    )
    return Rule(
        statement=statement,
        version=version,
        meaning=meaning,
        actions=actions,
        resources=resources,
        conditions=conditions,
        variables=variables,
        needed=frozenset(key for text in texts for key in needed_in(text)),
        loose=_loose(resources) if variables else resources,
        is_odd=(any(map(is_odd_action, actions.patterns)), _has_odd_resource(statement)),
    )


def fill(rule: Rule, filling: Mapping[str, tuple[str, ...]]) -> Rule | None:
    """Return the rule with its variables filled in, or None where it does not apply.

    A value may be a sign for a whole unknown text; what can't be told of it becomes an Opaque.
    """
    if not rule.variables:
        return rule
    try:
        resources = _resources(rule.statement, rule.version, filling)
        filled = _filled(rule.statement, rule.version, filling)
    except Unresolved:
        return None
    conditions: list[Condition | Opaque] = []
    settled: list[Clause] = []
    for condition in filled:
        literal, clauses = _told_apart(condition)
        conditions.append(literal)
        settled.extend(clauses)
    return Rule(
        statement=rule.statement,
        version=rule.version,
        meaning=(rule.meaning, "filled"),
        loose=resources,
        actions=rule.actions,
        resources=resources,
        conditions=tuple(conditions),
        settled=tuple(settled),
    )


def _loose(resources: Named) -> Named:
    if resources.all_but:
        return resources
    return Named(patterns=tuple(map(loosely, resources.patterns)))


def texts_of(statement: Statement) -> Iterator[str]:
    """Yield every text of a statement in which a variable may stand."""
    yield from statement.resources or statement.not_resources or ()
    for condition in statement.conditions:
        yield from condition.values


def _frozen(principals: tuple[object, ...] | None) -> frozenset[object] | None:
    return None if principals is None else frozenset(principals)


def without_variables(rule: Rule) -> Rule:
    """Return a rule without variables that applies wherever this one does, and elsewhere too."""
    if not rule.variables:
        return rule
    return replace(
        rule,
        meaning=(rule.meaning, "without"),
        resources=Named(patterns=("*",)) if rule.resources.all_but else rule.loose,
        conditions=tuple(
            condition
            for condition in rule.statement.conditions
            if not any(map(has_variables, condition.values))
        ),
        variables=frozenset(),
        needed=frozenset(),
    )


def _with_variables(statement: Statement, version: str) -> list[str]:
    """Return the texts of a statement in which variables stand for something."""
    texts = [
        text
        for text in (statement.resources or statement.not_resources or ())
        if may_resolve(text, version, None)
    ]
    for condition in statement.conditions:
        operator = spelled(condition.operator)
        base = operator.base if operator else None
        texts.extend(text for text in condition.values if may_resolve(text, version, base))
    return texts


def _resources(
    statement: Statement,
    version: str,
    filling: Mapping[str, tuple[str, ...]],
    *,
    raw: bool = False,
) -> Named:
    named = statement.resources if statement.resources is not None else statement.not_resources
    if named is None:
        # A trust policy's statements stand at their only resource.
        return Named(patterns=("*",))
    patterns: list[str] = []
    for text in named:
        resolved = text if raw else resolve(text, filling, version, None)
        if not raw and has_words(resolved) and _may_shift(resolved):
            raise Undecided(f"what `{text}` stands for can't be told")
        pattern = resolved if raw else resource_pattern(resolved)
        if pattern is not None and pattern not in patterns:
            patterns.append(pattern)
    return Named(patterns=tuple(patterns), all_but=statement.resources is None)


def _may_shift(resource: str) -> bool:
    """Whether a colon in an unknown text would make other wildcards keep to their segment."""
    segments = resource.split(":", ARN_PARTS - 1)
    if not resource.startswith("arn:"):
        return any(sign in resource for sign in "*?")
    places = [i for i, segment in enumerate(segments[:-1]) if has_words(segment)]
    if not places:
        return False
    first = places[0]
    before = re.search(rf"\*[{WORDS}-{LAST_WORD}]", ":".join(segments[:-1]))
    return before is not None or any(
        sign in segment for segment in segments[first + 1 : -1] for sign in "*?"
    )


def is_odd_action(pattern: str) -> bool:
    """Whether an action is none of `service:name`."""
    return not any(sign in pattern for sign in "*?") and not has_form(ANY_ACTION, pattern)


def _has_odd_resource(statement: Statement) -> bool:
    """Whether a resource is no ARN, nor a pattern of some: AWS would refuse the document."""
    for text in statement.resources or statement.not_resources or ():
        literal = _UP_TO_WILDCARD.match(text)
        prefix = literal[0] if literal else ""
        if not (prefix.startswith("arn:") or "arn:".startswith(prefix)):
            return True
        if prefix == text and not has_form(ANY_ARN, text):
            return True
    return False


def _filled(
    statement: Statement, version: str, filling: Mapping[str, tuple[str, ...]]
) -> tuple[Condition, ...]:
    if not statement.conditions:
        return ()
    return tuple(
        Condition(
            operator=condition.operator,
            key=condition.key,
            values=tuple(
                resolve(value, filling, version, operator.base if operator else None)
                for value in condition.values
            ),
        )
        for condition in statement.conditions
        for operator in (spelled(condition.operator),)
    )


def _told_apart(condition: Condition) -> tuple[Condition | Opaque, tuple[Clause, ...]]:
    """Return what stands for a condition, and what is so of it, where it has unknown texts.

    Where its values are alternatives, or all must differ, each is an unknown of its own, so that
    two conditions that share some of their values are seen to.
    """
    unknown = [value for value in condition.values if has_words(value)]
    if not unknown:
        return condition, ()
    key, name = condition.key.lower(), condition.operator.lower()
    whole = Opaque((name, key, *sorted(condition.values)))
    operator = spelled(condition.operator)
    if operator is None:
        raise AssertionError(condition.operator)
    known = tuple(value for value in condition.values if value not in unknown)
    parts = [_part(operator.base, name, key, value) for value in unknown]
    if known:
        parts.append(Condition(operator=condition.operator, key=condition.key, values=known))
    negated = operator.base.negated
    apart = SetPrefix.FOR_ALL if negated else SetPrefix.FOR_ANY
    if operator.set_prefix not in (SetPrefix.NONE, apart):
        return whole, ()
    return whole, _defined(whole, parts, every=negated)


def _part(base: Operator, operator: str, key: str, value: str) -> Condition | Opaque:
    """Return what stands for a condition on one value that has an unknown text.

    It can be compared with other values but where its case does not matter, or where a colon in the
    unknown text would tell another part of an ARN.
    """
    if base.ignore_case or (base.family is Family.ARN and has_words(value.rpartition(":")[0])):
        return Opaque((operator, key, value))
    return Condition(operator=operator, key=key, values=(value,))


def _defined(whole: Opaque, parts: list[Condition | Opaque], *, every: bool) -> tuple[Clause, ...]:
    """Say that the whole is so where every part is, or else where some part is."""
    all_parts: Clause = ((whole, every), *((part, not every) for part in parts))
    one_part: list[tuple[Literal, Literal]] = [
        ((whole, not every), (part, every)) for part in parts
    ]
    return (all_parts, *one_part)
