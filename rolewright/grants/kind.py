"""What a kind of grant is, and where the role it is for will live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rolewright.grants.problems import Problem
    from rolewright.iam import Statement

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """The account and region that a stack's roles are for, known at preview.

    `partition` is `aws`, `aws-cn`, `aws-us-gov`, ...; `account` twelve digits; `environment` the
    stack's, or None where nothing says which it is.
    """

    partition: str
    account: str
    region: str
    environment: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantKind(Generic[T]):
    """A key of the stack config that gives access, such as `buckets`.

    `problems` checks one entry beyond its types, with paths relative to the entry; `statements`
    renders all entries of one policy, in a stable order and with Sids that depend on their own
    entry alone. `least` is the shortest entry that is fine: its values stand in for those that are
    missing or faulty, so that the rest of an entry is still checked.
    """

    key: str
    least: T
    problems: Callable[[T], Iterator[Problem]]
    statements: Callable[[Sequence[T], Target], Iterator[Statement]]
