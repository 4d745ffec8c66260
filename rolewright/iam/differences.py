"""What access one document adds to another and removes, each with a request that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from rolewright.iam.callers import account_apart, callers, names_principals
from rolewright.iam.comparison import Comparison, Part
from rolewright.iam.patterns import Undecided, contains, matcher, resource_pattern
from rolewright.iam.sides import own_side, prepared, resource_policies, resource_side
from rolewright.iam.variables import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.iam.access import Access
    from rolewright.iam.documents import Condition, Effect, PolicyDocument
    from rolewright.iam.evaluation import Request
    from rolewright.iam.rules import Rule
    from rolewright.iam.sides import Side
    from rolewright.iam.witnesses import KnownActions


class Relation(Enum):
    """What the access by one document is to that by another."""

    EQUIVALENT = "equivalent"
    BROADER = "broader"
    NARROWER = "narrower"
    INCOMPARABLE = "incomparable"
    UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A part of the access that is added or removed.

    `action` and `resource` are patterns as the document has them, `*` where it has NotAction or
    NotResource. `effect` is of the statement that makes the difference: an Allow that one document
    has, or a Deny that the other has, under `conditions`. `witness` is allowed by the one document
    and not by the other, as evaluation has confirmed; None where it could not be decided whether
    there is one. Of a statement with hundreds of patterns, one entry may stand for many.
    """

    action: str
    resource: str
    effect: Effect
    conditions: tuple[Condition, ...]
    statement: int
    sid: str | None
    witness: Request | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How access by a new document differs from that by an old one.

    `may_add` and `may_remove` are what could not be decided; to be safe, take it as a difference.
    """

    relation: Relation
    added: tuple[Entry, ...] = ()
    removed: tuple[Entry, ...] = ()
    may_add: tuple[Entry, ...] = ()
    may_remove: tuple[Entry, ...] = ()


def diff(
    old: PolicyDocument, new: PolicyDocument, *, known: KnownActions | None = None
) -> Difference:
    """Return the access that the new document adds and removes.

    Documents that name principals are compared for every caller that they tell apart. `known` gives
    names of actions that a pattern matches, to be preferred in the requests that show a difference.
    """
    if names_principals((old, new)):
        return _compare(_by_caller(old, new), known)
    return _compare([(own_side((old,)), own_side((new,)))], known)


def compare(old: Access, new: Access, *, known: KnownActions | None = None) -> Difference:
    """Return what the new access adds and removes: as `diff` does, but with a boundary or more."""
    sides = (own_side(access.identity, access.boundary) for access in (old, new))
    return _compare([tuple(sides)], known)


def _compare(pairs: Sequence[tuple[Side, ...]], known: KnownActions | None) -> Difference:
    added, may_add = _one_way([(new, old) for old, new in pairs], known)
    removed, may_remove = _one_way(pairs, known)
    return Difference(
        relation=_relation(
            adds=_said(added, may_add),
            removes=_said(removed, may_remove),
        ),
        added=added,
        removed=removed,
        may_add=may_add,
        may_remove=may_remove,
    )


def _by_caller(old: PolicyDocument, new: PolicyDocument) -> list[tuple[Side, Side]]:
    """Return what each document allows a caller of each kind that they tell apart."""
    account = account_apart((old, new))
    policies = resource_policies(old), resource_policies(new)
    statements = prepared(old), prepared(new)
    found: dict[object, tuple[Side, Side]] = {}
    for caller in callers((old, new)):
        one = resource_side(statements[0], policies[0], caller, account)
        other = resource_side(statements[1], policies[1], caller, account)
        found.setdefault((one.meaning, other.meaning), (one, other))
    return list(found.values())


def _said(sure: tuple[Entry, ...], unsure: tuple[Entry, ...]) -> bool | None:
    return True if sure else (None if unsure else False)


def _relation(*, adds: bool | None, removes: bool | None) -> Relation:
    if adds is None or removes is None:
        return Relation.UNDECIDED
    return {
        (False, False): Relation.EQUIVALENT,
        (True, False): Relation.BROADER,
        (False, True): Relation.NARROWER,
        (True, True): Relation.INCOMPARABLE,
    }[adds, removes]


def _one_way(
    pairs: Sequence[tuple[Side, ...]], known: KnownActions | None
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Return what the first of each pair allows and the second does not, sure and unsure."""
    sure: dict[tuple[object, ...], Entry] = {}
    unsure: dict[tuple[object, ...], Entry] = {}
    for one, other in pairs:
        for part in Comparison(one, other, known=known).parts():
            entry = _entry(part)
            key = (entry.action.lower(), entry.resource, entry.effect, entry.conditions)
            (unsure if entry.witness is None else sure).setdefault(key, entry)
    return tuple(sure.values()), tuple(unsure.values())


def _entry(part: Part) -> Entry:
    statement = part.rules[0].statement
    actions = [_action(rule, part.witness) for rule in part.rules]
    resources = [_resource(rule, part.witness) for rule in part.rules]
    return Entry(
        action=_narrowest(actions, fold=True),
        resource=_narrowest(resources, fold=False),
        effect=statement.effect,
        conditions=statement.conditions,
        statement=statement.index,
        sid=statement.sid,
        witness=part.witness,
    )


def _action(rule: Rule, witness: Request | None) -> str:
    """Return the pattern by which a statement has the witness, as it is written."""
    if rule.actions.all_but:
        return "*"
    return next(
        pattern
        for pattern in rule.statement.actions or ()
        if (lowered := pattern.lower()) in rule.actions.patterns
        and (witness is None or matcher(lowered)(witness.action.lower()))
    )


def _resource(rule: Rule, witness: Request | None) -> str:
    if rule.resources.all_but:
        return "*"
    for text in rule.statement.resources or ():
        if witness is None:
            pattern = text if rule.variables else resource_pattern(text)
            if pattern in rule.resources.patterns:
                return text
        else:
            resolved = resolve(text, witness.lowered, rule.version, None)
            pattern = resource_pattern(resolved)
            if pattern is not None and matcher(pattern)(witness.resource):
                return text
    return "*"


def _narrowest(patterns: Sequence[str], *, fold: bool) -> str:
    """Return the pattern that all others have the texts of, or else the first."""
    forms = [pattern.lower() if fold else pattern for pattern in patterns]
    for pattern, form in zip(patterns, forms, strict=True):
        if all(_has(other, form) for other in forms):
            return pattern
    return patterns[0]


def _has(outer: str, inner: str) -> bool:
    try:
        return contains(outer, inner)
    except Undecided:
        return False
