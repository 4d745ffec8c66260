"""What properties of a workload must be, as rows of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rolewright.guardrails.guardrail import Violation
from rolewright.roles import UNKNOWN, value_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.roles import Workload

KEYS = "aws:kms/"
SUBNETS = "aws:ec2/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A property that must be `value`, or, where that is None, be set to anything.

    `lack` is what is said where it isn't, as the rest of a sentence about the workload. `made_by`
    begins the types of resources that it may come from, where it is unknown at preview. `control`
    is the number in Security Hub.
    """

    path: str
    lack: str
    value: object = None
    made_by: str | None = None
    control: str | None = None


def lacks(
    workload: Workload, wanted: Iterable[Wanted], within: Any = None, below: str = ""
) -> Iterator[Violation]:
    """Yield what a workload lacks; `within` is the part of it that `below` leads to."""
    for row in wanted:
        path = f"{below}.{row.path}" if below else row.path
        properties = workload.properties if within is None else within
        found = value_in(properties, *row.path.split("."))
        if found is UNKNOWN:
            if not may_be_set(workload, path, row):
                yield unknown(path)
        elif not (found if row.value is None else found == row.value):
            control = (f"Security Hub {row.control}",) if row.control else ()
            where = (f"at `{path}`",) if below else ()
            yield Violation(message=row.lack, details=(*control, *where))


def unknown(path: str) -> Violation:
    """Return the violation that a property can't be checked."""
    return Violation(message=f"can't be checked: its `{path}` is unknown at preview")


def may_be_set(workload: Workload, path: str, row: Wanted) -> bool:
    """Whether an unknown property is set, by what it comes from, or only the whole will tell."""
    if row.made_by is None:
        return False
    return not workload.whole or workload.comes_from(path.partition(".")[0], row.made_by)
