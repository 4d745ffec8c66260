"""Whether one statement or entry says all that another one says. True only where it surely does."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rolewright.iam import Undecided, contains, matches, overlaps
from rolewright.iam.records import record
from rolewright.lint.arns import without_variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rolewright.iam import Condition, Statement

_BEGINNING = re.compile(r"(?:[^*?$]|\$(?!\{))*")


@record()
class Named:
    """Patterns of one element, by how they are told to cover others or to have some in common.

    `prefixes` are what stands before the `*` of those that have just one, at their end; `wide` are
    the others with a wildcard or a policy variable, each with its beginning; `plain` has neither.
    """

    patterns: tuple[str, ...]
    all: frozenset[str]
    plain: tuple[str, ...]
    prefixes: tuple[str, ...]
    wide: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, patterns: tuple[str, ...]) -> Named:
        """Take patterns apart."""
        plain: list[str] = []
        prefixes: list[str] = []
        wide: list[tuple[str, str]] = []
        for pattern in patterns:
            if "*" not in pattern and "?" not in pattern and "${" not in pattern:
                plain.append(pattern)
                continue
            begins = beginning(pattern)
            if "$" not in begins and len(pattern) == len(begins) + 1 and pattern[-1] == "*":
                prefixes.append(begins)
            else:
                wide.append((begins, pattern))
        return cls(
            patterns=patterns,
            all=frozenset(patterns),
            plain=tuple(plain),
            prefixes=tuple(prefixes),
            wide=tuple(wide),
        )

    def covers(self, inner: str) -> bool:
        """Whether one of them covers a pattern."""
        if inner in self.all or inner.startswith(self.prefixes):
            return True
        return any(
            inner.startswith(begins) and entry_covers(one, inner) for begins, one in self.wide
        )

    def overlaps(self, other: Named) -> bool:
        """Whether some text may be one of theirs and of the other's."""
        return (
            not self.all.isdisjoint(other.all)
            or any(one.startswith(other.prefixes) for one in (*self.plain, *self.prefixes))
            or any(one.startswith(self.prefixes) for one in (*other.plain, *other.prefixes))
            or _some_overlap(self.wide, other.patterns)
            or _some_overlap(other.wide, self.patterns)
        )


def beginning(pattern: str) -> str:
    """Return what stands before a pattern's first wildcard or policy variable."""
    found = _BEGINNING.match(pattern)
    return found[0] if found else ""


def _some_overlap(wide: Iterable[tuple[str, str]], patterns: Iterable[str]) -> bool:
    return any(
        overlaps(without_variables(one), without_variables(other))
        for _, one in wide
        for other in patterns
    )


@record()
class Scope:
    """What a statement applies to, in the form in which two of them are compared."""

    statement: Statement
    conditions: frozenset[tuple[str, str, frozenset[str]]]
    actions: tuple[Named | None, Named | None]
    """Those named and those that are not meant, in lower case."""
    resources: tuple[Named | None, Named | None]

    @classmethod
    def of(cls, statement: Statement) -> Scope:
        """Return the scope of a statement."""
        return cls(
            statement=statement,
            conditions=frozenset(map(normal, statement.conditions)),
            actions=(
                _named(statement.actions and lowered(statement.actions)),
                _named(statement.not_actions and lowered(statement.not_actions)),
            ),
            resources=(_named(statement.resources), _named(statement.not_resources)),
        )

    def covers(self, inner: Scope) -> bool:
        """Whether every request that `inner` applies to is one that this one applies to."""
        return (
            self.conditions <= inner.conditions
            and _covers(self.actions, inner.actions)
            and _covers(self.resources, inner.resources)
            and _principals_cover(self.statement, inner.statement)
        )


def any_wild(patterns: Iterable[str]) -> bool:
    """Whether some pattern has a wildcard."""
    joined = "".join(patterns)
    return "*" in joined or "?" in joined


def all_differ(patterns: Sequence[str]) -> bool:
    """Whether surely none of them covers another, nor stands twice.

    What a pattern covers begins as the pattern does before its first wildcard, and so does all that
    stands between the two in order: it is enough to look at neighbours.
    """
    if len(patterns) == 1:
        return True
    if not any_wild(patterns):
        return len(set(patterns)) == len(patterns)
    # Each in three: what stands before the wildcard, the wildcard, the rest.
    parted = sorted([pattern.replace("?", "*").partition("*") for pattern in patterns])
    return not any(
        other.startswith(one) and (wild or one == other)
        for (one, wild, _), (other, _, _) in pairwise(parted)
    )


def entry_covers(outer: str, inner: str) -> bool:
    """Whether a pattern covers another; what a policy variable stands for is not known."""
    if outer in (inner, "*"):
        return True
    if "${" in outer:
        return False
    inner = without_variables(inner)
    # A pattern is itself a text that it stands for, so most pairs are told apart here.
    if not matches(outer, inner):
        return False
    try:
        return contains(outer, inner)
    except Undecided:
        return False


def _covers(
    wide: tuple[Named | None, Named | None], narrow: tuple[Named | None, Named | None]
) -> bool:
    outer, not_outer = wide
    named, not_named = narrow
    if not_outer is not None:
        if not_named is not None:
            return all(map(not_named.covers, not_outer.patterns))
        return named is not None and not named.overlaps(not_outer)
    if outer is None:
        return named is None and not_named is None
    if named is None:
        return "*" in outer.all
    return all(map(outer.covers, named.patterns))


@lru_cache(maxsize=4096)
def lowered(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names of actions in lower case."""
    return tuple([name.lower() for name in names])


def _named(patterns: tuple[str, ...] | None) -> Named | None:
    return None if patterns is None else Named.of(patterns)


def normal(condition: Condition) -> tuple[str, str, frozenset[str]]:
    """Return a condition in the form in which two of them are compared."""
    return condition.operator.lower(), condition.key.lower(), frozenset(condition.values)


def _principals_cover(outer: Statement, inner: Statement) -> bool:
    if outer.not_principals is not None or inner.not_principals is not None:
        same = outer.not_principals == inner.not_principals
        return same and outer.principals == inner.principals
    if outer.principals is None or inner.principals is None:
        return outer.principals is inner.principals
    if any(principal.is_everyone for principal in outer.principals):
        return True
    return set(inner.principals) <= set(outer.principals)
