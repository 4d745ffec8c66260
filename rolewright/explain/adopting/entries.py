"""Entries of the stack config, each with the statements that it is rendered to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from rolewright.grants import parse_role_args
from rolewright.grants.kinds import grant_kinds
from rolewright.iam import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolewright.grants.kind import GrantKind, Target
    from rolewright.iam import Statement

_RAW = "Raw"
_STATEMENTS = "statements"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An entry below a kind's key, as JSON; `origins` are the places of the statements it is from."""

    kind: str
    content: dict[str, Any]
    statements: tuple[Statement, ...]
    origins: set[int] = field(default_factory=set[int])

    @classmethod
    def of(cls, kind: GrantKind[Any], content: Any, target: Target, *origins: int) -> Entry:
        """Return an entry of a kind, rendered; `content` is what the kind takes."""
        return cls(
            kind=kind.key,
            content=cast("dict[str, Any]", json.loads(json.dumps(content, default=_word))),
            statements=tuple(kind.statements([content], target)),
            origins=set(origins),
        )

    @property
    def words(self) -> str:
        """What it says, to tell it from others."""
        return json.dumps([self.kind, self.content], sort_keys=True)

    @property
    def breadth(self) -> int:
        """How many actions on resources it names."""
        return sum(len(one.actions or ()) * len(one.resources or ()) for one in self.statements)


def parsed(kind: str, content: dict[str, Any]) -> Any:
    """Return an entry in JSON as its kind takes it."""
    args: Any = parse_role_args("x", {kind: [content]})
    return args[kind][0]


def rendered(kind: str, content: dict[str, Any], target: Target) -> tuple[Statement, ...]:
    """Return the statements of an entry in JSON."""
    found = next(one for one in grant_kinds() if one.key == kind)
    return tuple(found.statements([parsed(kind, content)], target))


def merged(entries: Sequence[Entry], target: Target) -> tuple[Entry, ...]:
    """Return entries with those made one that differ in a single list, such as `access`."""
    found = list(entries)
    again = True
    while again:
        again = False
        for place, one in enumerate(found):
            for other in found[place + 1 :]:
                content = _union(one, other)
                if content is not None:
                    found.remove(other)
                    found[place] = Entry(
                        kind=one.kind,
                        content=content,
                        statements=rendered(one.kind, content, target),
                        origins=one.origins | other.origins,
                    )
                    again = True
                    break
            if again:
                break
    return tuple(found)


def raw_entries(statements: Iterable[Statement]) -> tuple[Entry, ...]:
    """Return statements as entries of `statements`, each named by its own Sid or its place."""
    listed = tuple(statements)
    return tuple(
        Entry(
            kind=_STATEMENTS,
            content=_raw(statement, sid),
            statements=(statement,),
            origins={statement.index},
        )
        for statement, sid in zip(listed, _sids(listed), strict=True)
    )


def _raw(statement: Statement, sid: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"sid": sid}
    if statement.effect is Effect.DENY:
        entry["effect"] = Effect.DENY.value
    entry["actions"] = list(statement.actions or ())
    entry["resources"] = list(statement.resources or ())
    conditions: dict[str, dict[str, list[str]]] = {}
    for condition in statement.conditions:
        conditions.setdefault(condition.operator, {})[condition.key] = list(condition.values)
    if conditions:
        entry["conditions"] = conditions
    return entry


def _sids(statements: Sequence[Statement]) -> Iterator[str]:
    """Yield a name of its own for each statement: the Sid without `Raw`, which rendering adds."""
    used: set[str] = set()
    for statement in statements:
        wanted = (statement.sid or "").removeprefix(_RAW) or f"Statement{statement.index}"
        sid = wanted
        number = 2
        while sid in used:
            sid, number = f"{wanted}{number}", number + 1
        used.add(sid)
        yield sid


def _union(one: Entry, other: Entry) -> dict[str, Any] | None:
    """Return the one entry that says what two do, or None where they differ in more than a list."""
    if one.kind != other.kind or one.content.keys() != other.content.keys():
        return None
    differing = [key for key in one.content if one.content[key] != other.content[key]]
    if len(differing) != 1:
        return None
    (key,) = differing
    lists = one.content[key], other.content[key]
    if not all(isinstance(given, list) for given in lists):
        return None
    joined = list(dict.fromkeys([*lists[0], *lists[1]]))
    return {**one.content, key: joined}


def _word(value: Any) -> Any:
    return value.value
