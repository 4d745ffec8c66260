"""What a role's Allow statements leave it: less what is denied, within the boundary.

Each Allow becomes one or more grants: a set of actions, the resources that are left of the
statement's own, and what must be so of the request. Sets of actions are bit sets over the actions
that AWS documents (`rolewright.reference`). Where it can't be told, a grant errs to more access.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rolewright.iam import (
    Condition,
    Effect,
    can_all_be,
    can_hold,
)
from rolewright.iam.records import by_identity, record
from rolewright.iam.variables import needed_in
from rolewright.lint.takes import fits, only_wildcard, takes
from rolewright.reference import action_set, actions_matching, names_in
from rolewright.roles.documents import PolicyKind, Uncheckable
from rolewright.roles.resources import covers_all, narrow, overlap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.iam import Clause, Statement
    from rolewright.roles.documents import AttachedPolicy

_ALWAYS_THERE = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principaltype",
        "aws:userid",
    }
)
"""Keys that every request of a role has.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

_OWN_PART = re.compile(r"<[^>]*>")
_MOST_TYPED = 1024
"""Of how many denied actions it is looked up what each takes."""


@record(eq=False)
class Grant:
    """What is left of one Allow statement, or a part of it.

    `resources` are patterns as policies write them, policy variables and all; what matches a pattern
    of `but` is left out. `clauses` are what must be so of a request's context, each a choice.
    """

    policy: AttachedPolicy
    statement: Statement
    actions: int
    resources: tuple[str, ...]
    but: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()

    def allows(self, action: str) -> bool:
        """Whether it is for an action, such as `s3:GetObject`, on some resource that there can be."""
        return bool(self.actions & action_set(action)) and any(
            accepts(action, resource) for resource in self.resources
        )

    def resources_for(self, action: str) -> tuple[str, ...]:
        """Return those of the resources that an action takes; none where it is not allowed."""
        if not self.actions & action_set(action):
            return ()
        return tuple(resource for resource in self.resources if accepts(action, resource))

    def reaches(self, resource: str) -> bool:
        """Whether some resource of a pattern may be one of the grant's."""
        return any(overlap(mine, resource) for mine in self.resources) and not any(
            covers_all(left_out, resource) for left_out in self.but
        )

    def has_all(self, resource: str) -> bool:
        """Whether every resource of a pattern surely is one of the grant's, in some context."""
        return any(covers_all(mine, resource) for mine in self.resources) and not any(
            overlap(left_out, resource) for left_out in self.but
        )

    def may_hold(self, *conditions: Condition) -> bool:
        """Whether a request that the grant allows can meet these conditions too."""
        if not self.clauses and len(conditions) == 1:
            return can_hold(conditions)
        return can_all_be((*self.clauses, *(((condition, True),) for condition in conditions)))


Held = tuple["AttachedPolicy", "Statement", tuple[Grant, ...]]
"""An Allow statement of which something is left, as grants, with its policy."""


class _Part(NamedTuple):
    """What one policy leaves, by statement, each with the set of all actions in it."""

    actions: int
    held: tuple[tuple[int, Held], ...]

    @classmethod
    def of(cls, grants: Iterable[Grant]) -> _Part:
        """Take grants together; those of one statement stand side by side."""
        held: list[tuple[int, Held]] = []
        everything = 0
        for grant in grants:
            actions, mine = grant.actions, (grant,)
            everything |= actions
            if held and held[-1][1][1] is grant.statement:
                before, (_, _, others) = held.pop()
                actions, mine = actions | before, (*others, grant)
            held.append((actions, (grant.policy, grant.statement, mine)))
        return cls(everything, tuple(held))

    @property
    def grants(self) -> Iterator[Grant]:
        """Yield all of them."""
        for _, (_, _, grants) in self.held:
            yield from grants


class Effective:
    """What a role may do, as grants."""

    def __init__(
        self, policies: Iterable[AttachedPolicy], boundary: AttachedPolicy | None = None
    ) -> None:
        # One that is named twice is there once.
        read = [_read(policy) for policy in {id(policy): policy for policy in policies}.values()]
        # Most questions are about actions that most policies have nothing to do with.
        parts = [allowed for allowed, _ in read]
        denying = [deny for _, denies in read for deny in denies]
        if boundary is not None and not isinstance(boundary.document, Uncheckable):
            denying += [s for s in boundary.statements if s.effect is Effect.DENY]
            bounding = [
                s
                for s in boundary.statements
                if s.effect is Effect.ALLOW and can_hold(s.conditions)
            ]
            parts = [
                _Part.of(left for grant in part.grants for left in _within(grant, bounding))
                for part in parts
            ]
        for deny in denying:
            if _surely_applies(deny):
                denied = statement_actions(deny)
                parts = [
                    _Part.of(
                        left
                        for grant in part.grants
                        for left in (
                            _less(grant, deny, denied) if grant.actions & denied else (grant,)
                        )
                    )
                    if part.actions & denied
                    else part
                    for part in parts
                ]
        self._parts = parts

        self.by_statement: tuple[Held, ...] = tuple(
            [held for part in parts for _, held in part.held]
        )
        """Each Allow statement of which something is left, the policies' own order kept."""
        self.actions = 0
        """The set of all actions that some grant is for, on whatever resource."""
        for part in parts:
            self.actions |= part.actions

    def of(self, actions: int) -> Iterator[Grant]:
        """Yield the grants for some action of a set."""
        for _, _, grants in self.held(actions):
            yield from grants

    def held(self, actions: int) -> Iterator[Held]:
        """Yield each Allow statement that leaves some action of a set, with the grants for those."""
        for part in self._parts:
            if not part.actions & actions:
                continue
            for all_of_it, held in part.held:
                if all_of_it & actions:
                    yield held if len(held[2]) == 1 else _for(held, actions)

    def allowing(self, action: str) -> tuple[Grant, ...]:
        """Return the grants for an action, on some resource that the action takes."""
        return tuple(grant for grant in self.of(action_set(action)) if grant.allows(action))


def _for(held: Held, actions: int) -> Held:
    policy, statement, grants = held
    return policy, statement, tuple(grant for grant in grants if grant.actions & actions)


def statement_actions(statement: Statement) -> int:
    """Return the set of documented actions that a statement names."""
    if statement.actions is not None:
        return actions_matching(statement.actions)
    return action_set("*") & ~actions_matching(statement.not_actions or ())


@lru_cache(maxsize=8192)
def accepts(action: str, resource: str) -> bool:
    """Whether an action, which is no pattern, takes some resource that a pattern stands for."""
    if not resource.strip("*"):
        return True
    wanted = takes(action.lower())
    if wanted.unknown:
        return True
    if not wanted.templates:
        return only_wildcard(resource, wanted)
    return fits(resource, wanted)


_Read = tuple[_Part, tuple["Statement", ...]]
"""What a policy allows, and the statements by which it denies."""
_MANAGED = (PolicyKind.AWS_MANAGED, PolicyKind.CUSTOMER_MANAGED)


def _read(policy: AttachedPolicy) -> _Read:
    return _read_shared(policy) if policy.kind in _MANAGED else _read_anew(policy)


def _read_anew(policy: AttachedPolicy) -> _Read:
    grants: list[Grant] = []
    denies: list[Statement] = []
    for statement in policy.statements:
        if statement.effect is Effect.DENY:
            denies.append(statement)
        elif (grant := _grant(policy, statement)) is not None:
            grants.append(grant)
    return _Part.of(grants), tuple(denies)


# Many roles have the same managed policy.
_read_shared = by_identity(maxsize=1024)(_read_anew)


def _grant(policy: AttachedPolicy, allow: Statement) -> Grant | None:
    """Return what an Allow is by itself, None where no request can meet it."""
    resources, but = _resources(allow)
    conditions = allow.conditions
    if conditions:
        conditions = (*conditions, *_surely_there(conditions))
        if not can_hold(conditions):
            return None
    if "*" in but:
        return None
    return Grant(
        policy=policy,
        statement=allow,
        actions=statement_actions(allow),
        resources=resources,
        but=but,
        clauses=_clauses(conditions),
    )


def _resources(statement: Statement) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what an Allow is for at most, and what it surely is not for."""
    if statement.resources is not None:
        return statement.resources, ()
    return ("*",), tuple(r for r in statement.not_resources or () if "${" not in r)


def _clauses(conditions: tuple[Condition, ...]) -> tuple[Clause, ...]:
    return tuple([((condition, True),) for condition in conditions])


def _within(grant: Grant, bounding: Iterable[Statement]) -> Iterator[Grant]:
    """Yield what a boundary's Allow statements leave of a grant."""
    for bound in bounding:
        actions = grant.actions & statement_actions(bound)
        if not actions:
            continue
        limits, but = _resources(bound)
        resources = narrow(grant.resources, limits)
        clauses = (*grant.clauses, *_clauses(bound.conditions))
        if resources and (not bound.conditions or can_all_be(clauses)):
            yield replace(
                grant,
                actions=actions,
                resources=resources,
                but=(*grant.but, *but),
                clauses=clauses,
            )


def _less(grant: Grant, deny: Statement, denied: int) -> Iterator[Grant]:
    """Yield what a Deny leaves of a grant for some of its actions."""
    taken = grant.actions & denied
    whole = 0 if deny.resources is None else _wholly_within(taken, deny.resources)
    blocked, narrowed = _denied(grant.resources, deny)
    for actions, more in ((grant.actions & ~denied, None), (taken & ~whole, ()), (whole, ("*",))):
        if actions:
            part = grant if actions == grant.actions else replace(grant, actions=actions)
            yield from (part,) if more is None else _left(part, deny, blocked.union(more), narrowed)


def _left(
    grant: Grant, deny: Statement, blocked: frozenset[str], narrowed: tuple[str, ...]
) -> Iterator[Grant]:
    """Yield what a Deny of a grant's actions leaves, that is for some resources as a whole."""
    free = tuple(resource for resource in grant.resources if resource not in blocked)
    if not deny.conditions:
        if deny.not_resources is not None:
            free = narrow(free, deny.not_resources)
        if free:
            yield replace(grant, resources=free, but=(*grant.but, *narrowed))
        return
    if free:
        yield replace(grant, resources=free)
    unless: Clause = tuple((condition, False) for condition in deny.conditions)
    clauses = (*grant.clauses, unless, *_clauses(_surely_there(deny.conditions)))
    if blocked and can_all_be(clauses):
        yield replace(
            grant, resources=tuple(r for r in grant.resources if r in blocked), clauses=clauses
        )


@lru_cache(maxsize=4096)
def _wholly_within(actions: int, patterns: tuple[str, ...]) -> int:
    """Return the actions of a set that take no resource but those of some patterns.

    So `arn:aws:iam::*:role/*` is all that iam:PassRole takes, spelled as AWS's table has it. The
    partition is AWS's first, unless some pattern is for another.
    """
    arns = [one for one in patterns if one.startswith(("arn:aws:", "arn:*:"))]
    if actions.bit_count() > _MOST_TYPED or len(arns) < len(patterns):
        return 0
    found = 0
    for name in names_in(actions):
        wanted = takes(name.lower())
        told = wanted.templates and not wanted.unknown and not wanted.some_need_any
        if told and all(
            any(covers_all(arn, form) for arn in arns) for form in map(_any_of, wanted.forms)
        ):
            found |= action_set(name)
    return found


def _any_of(form: str) -> str:
    """Return a pattern of every resource of a type; the form names its parts as `<BucketName>`."""
    return _OWN_PART.sub("*", form)


def _surely_there(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Return what else is so of every request: that keys of the conditions have a value."""
    keys = [one.key for one in conditions if one.key.lower() in _ALWAYS_THERE]
    return tuple(
        [Condition(operator="Null", key=key, values=("false",)) for key in dict.fromkeys(keys)]
    )


def _surely_applies(deny: Statement) -> bool:
    """Whether no policy variable of a Deny can be without a value, so that it does not apply."""
    texts = (*(deny.resources or deny.not_resources or ()), *_values(deny))
    return all(needed_in(text) <= _ALWAYS_THERE for text in texts if "${" in text)


def _values(statement: Statement) -> Iterator[str]:
    for condition in statement.conditions:
        yield from condition.values


def _denied(resources: tuple[str, ...], deny: Statement) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the resources that a Deny is for as a whole, and the patterns of what it is for."""
    if deny.resources is None:
        spared = deny.not_resources or ()
        return frozenset(r for r in resources if not any(overlap(s, r) for s in spared)), ()
    denied = tuple(pattern for pattern in deny.resources if "${" not in pattern)
    whole = frozenset(r for r in resources if any(covers_all(pattern, r) for pattern in denied))
    return whole, denied
