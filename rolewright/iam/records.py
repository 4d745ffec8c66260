"""Values that are made by the thousand, and what is worked out of them.

They are frozen for the type checker, which costs nothing. A frozen dataclass sets each field through
`object.__setattr__`, so that making one takes five times as long; of all time over a policy, that
was a tenth.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
V = TypeVar("V")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def record(*, eq: bool = True) -> Callable[[type[T]], type[T]]:
    """Return a decorator that makes a slotted dataclass; nobody may set its fields afterwards.

    Equal ones have the same hash. Without `eq`, each is equal to itself alone.
    """
    return dataclass(kw_only=True, slots=True, eq=eq, unsafe_hash=eq)


def by_identity(*, maxsize: int) -> Callable[[Callable[[T], V]], Callable[[T], V]]:
    """Return a decorator that keeps the answers of a function, of so many values at most.

    It goes by which value it is, since to compare two may take longer than to answer. A value whose
    answer is kept stays alive, so no other has its identity.
    """

    def decorate(work_out: Callable[[T], V]) -> Callable[[T], V]:
        kept: OrderedDict[int, tuple[T, V]] = OrderedDict()

        @wraps(work_out)
        def answer(value: T) -> V:
            found = kept.get(id(value))
            if found is None:
                found = kept[id(value)] = (value, work_out(value))
                if len(kept) > maxsize:
                    kept.popitem(last=False)
            return found[1]

        return answer

    return decorate
