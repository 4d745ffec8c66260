"""An identity policy as grants where they say the same, and as raw statements where they don't.

Only grants whose access is within the policy's are taken, and what they leave is written as it
stands; so nothing is added, and comparing the two shows that nothing is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rolewright.explain.adopting.entries import Entry, merged, parsed, raw_entries
from rolewright.explain.adopting.sameness import access_of, within
from rolewright.explain.candidates import candidates, is_sound, takes_key
from rolewright.grants.kinds import grant_kinds
from rolewright.iam import Access, Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolewright.grants.kind import Target
    from rolewright.iam import PolicyDocument, Statement

_MOST_CANDIDATES = 200
"""More would take long to compare; what they would have said is written as statements."""
_MOST_ADDED = 3
_KEY = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[\w-]+", re.ASCII)


class NotWritable(ValueError):  # noqa: N818  # an answer, not a fault
    """What neither grants nor raw statements can say; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Near:
    """A grant that would say what some statement does, and these actions besides."""

    entry: Entry
    added: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """A policy in the words of the stack config: its grants, and statements as they stand.

    `near` are grants that would do for some of the statements, but for more access.
    """

    grants: tuple[Entry, ...] = ()
    raw: tuple[Entry, ...] = ()
    near: tuple[Near, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of it."""
        return (*self.grants, *self.raw)

    def args(self) -> dict[str, list[Any]]:
        """Return it as the stack config has it: the entries of each kind of grant."""
        found: dict[str, list[Any]] = {}
        for entry in self.entries:
            found.setdefault(entry.kind, []).append(entry.content)
        return found


def match(document: PolicyDocument, target: Target, only: str | None = None) -> Matched:
    """Return a policy as grants and raw statements; of one kind of grant, where `only` names it.

    Raises NotWritable.
    """
    unwritable(document)
    allowing = [one for one in document.statements if one.effect is Effect.ALLOW]
    held = access_of(allowing, document.version)
    found = _Found(target=target, version=document.version)
    refused: list[Entry] = []
    for entry in _proposed(allowing, target, only):
        (found.grants if within(entry.statements, held) else refused).append(entry)
    for entry in _encrypted(found.grants, allowing, target):
        if within(entry.statements, held):
            found.grants.append(entry)
    found.drop_needless(())
    rest = [left for one in allowing if (left := found.left_of(one)) is not None]
    found.drop_needless(rest)
    denying = [one for one in document.statements if one.effect is Effect.DENY]
    return Matched(
        grants=merged(found.grants, target),
        raw=raw_entries(sorted((*rest, *denying), key=lambda one: one.index)),
        near=tuple(_near(refused, {one.index for one in rest}, held)),
    )


def as_statements(document: PolicyDocument) -> Matched:
    """Return a policy as raw statements alone. Raises NotWritable."""
    unwritable(document)
    return Matched(raw=raw_entries(document.statements))


def unwritable(document: PolicyDocument) -> None:
    """Raise NotWritable where some statement can't be in a stack config."""
    for one in document.statements:
        if one.not_actions is not None:
            raise NotWritable(f"its statement {one.index} has NotAction")
        if one.not_resources is not None:
            raise NotWritable(f"its statement {one.index} has NotResource")


def _near(refused: Iterable[Entry], left: set[int], held: Access) -> Iterator[Near]:
    """Yield the refused entries that are for a statement that is left, and few actions besides."""
    for entry in refused:
        if not entry.origins & left:
            continue
        added = [
            action
            for statement in entry.statements
            for action in statement.actions or ()
            if not within((replace(statement, actions=(action,)),), held)
        ]
        named = sum(len(statement.actions or ()) for statement in entry.statements)
        if len(added) <= _MOST_ADDED and len(added) < named:
            yield Near(entry=entry, added=tuple(sorted(set(added))))


@dataclass(kw_only=True, slots=True)
class _Found:
    target: Target
    version: str
    grants: list[Entry] = field(default_factory=list[Entry])

    def drop_needless(self, rest: Sequence[Statement]) -> None:
        """Leave out each grant that the others and the rest give already.

        The narrowest first, and of two that say the same the longer.
        """
        for entry in sorted(self.grants, key=lambda one: (one.breadth, -len(one.words))):
            others = [one for one in self.grants if one is not entry]
            if within(entry.statements, self._access(others, rest)):
                self.grants = others

    def left_of(self, statement: Statement) -> Statement | None:
        """Return what grants don't give of a statement, by whole actions and resources."""
        granted = self._access(self.grants, ())
        actions = tuple(
            action
            for action in statement.actions or ()
            if not self._within(replace(statement, actions=(action,)), granted)
        )
        if not actions:
            return None
        left = replace(statement, actions=actions)
        resources = tuple(
            resource
            for resource in statement.resources or ()
            if not self._within(replace(left, resources=(resource,)), granted)
        )
        return replace(left, resources=resources)

    def _within(self, statement: Statement, granted: Access) -> bool:
        return within((statement,), granted, self.version)

    def _access(self, entries: Iterable[Entry], rest: Sequence[Statement]) -> Access:
        granted = access_of(one for entry in entries for one in entry.statements)
        own = access_of(rest, self.version)
        return Access(identity=(*granted.identity, *own.identity))


def _proposed(allowing: Sequence[Statement], target: Target, only: str | None) -> list[Entry]:
    """Return each entry that may stand for some of the statements, once, with all it is from."""
    found: dict[str, Entry] = {}
    for kind, content, place in candidates(allowing, target):
        if only is None or kind.key == only:
            entry = Entry.of(kind, content, target)
            found.setdefault(entry.words, entry).origins.add(place)
            if len(found) == _MOST_CANDIDATES:
                break
    return list(found.values())


def _encrypted(
    grants: Sequence[Entry], allowing: Iterable[Statement], target: Target
) -> list[Entry]:
    """Return the entries with each KMS key that the statements name, where they take one."""
    keys = {
        resource: statement.index
        for statement in allowing
        for resource in statement.resources or ()
        if _KEY.fullmatch(resource)
    }
    kinds = {kind.key: kind for kind in grant_kinds()}
    found: list[Entry] = []
    for entry in grants:
        if not takes_key(entry.kind):
            continue
        for key, place in keys.items():
            content = parsed(entry.kind, {**entry.content, "key": key})
            if is_sound(kinds[entry.kind], content, target):
                found.append(Entry.of(kinds[entry.kind], content, target, *entry.origins, place))
    return found
