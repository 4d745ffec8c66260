"""Whether two documents give the same access; what can't be decided does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rolewright.iam import Access, PolicyDocument, Relation, Undecided, compare, diff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.iam import Statement


def same_access(old: PolicyDocument, new: PolicyDocument) -> bool:
    """Whether two documents of one kind allow the same, as `diff` proves."""
    return same_words(old, new) or diff(old, new).relation is Relation.EQUIVALENT


def same_whole(old: Iterable[PolicyDocument], new: Iterable[PolicyDocument]) -> bool:
    """Whether identity policies allow the same together."""
    before, after = tuple(old), tuple(new)
    if len(before) == len(after) and all(map(same_words, before, after)):
        return True
    found = compare(Access(identity=before), Access(identity=after))
    return found.relation is Relation.EQUIVALENT


def within(inner: Iterable[Statement], outer: Access, version: str = "2012-10-17") -> bool:
    """Whether all that Allow statements allow, is allowed; not where that can't be told."""
    try:
        return outer.contains(access_of(inner, version))
    except Undecided:
        return False


def access_of(statements: Iterable[Statement], version: str = "2012-10-17") -> Access:
    """Return the access by statements."""
    listed = tuple(replace(one, index=place) for place, one in enumerate(statements))
    return Access(identity=(PolicyDocument(version=version, id=None, statements=listed),))


def same_words(old: PolicyDocument, new: PolicyDocument) -> bool:
    """Whether documents have the same statements, whatever their names and order."""
    return old.version == new.version and _bare(old) == _bare(new)


def _bare(document: PolicyDocument) -> frozenset[Statement]:
    return frozenset(replace(one, sid=None, index=0) for one in document.statements)
