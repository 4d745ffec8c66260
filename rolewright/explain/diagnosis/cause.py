"""What a cause is, and the row of a table that gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rolewright.explain.diagnosis.facts import Facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """One cause in a sentence or two, and what to do; `in_role` says whether the role can mend it."""

    id: str
    message: str
    fix: str
    in_role: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A cause and when it is one; `message` and `fix` take the words of `Facts`."""

    id: str
    when: Callable[[Facts], bool]
    message: str
    fix: str
    in_role: bool = False
