"""What a drawing says, in words: access, reasons, risks, whatever the form."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from rolewright.explain.graph_targets import title_of
from rolewright.guardrails import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.explain.graph_model import Access, Caller, Graph, Node, Reach, Reason

_LONGEST = len("list, read, write, delete")
_TOLD = 3


def page_file(name: str) -> str:
    """Return a file that pages are made with."""
    return (files("rolewright.explain") / "page" / name).read_text(encoding="utf-8")


def row_id(node: int, reach: int) -> str:
    """Return the id of a row that says what a role reaches, by the places of both."""
    return f"r{node + 1}-{reach + 1}"


def access_words(reach: Reach) -> str:
    """Return what a role may do, in words."""
    return ", ".join(access.value for access in reach.access)


def short_access(access: Sequence[Access]) -> str:
    """Return access in few words, the gravest where there are many."""
    words = [one.value for one in access]
    said = ", ".join(words)
    if len(said) <= _LONGEST:
        return said
    return f"{', '.join(words[-2:])} +{len(words) - 2}"


def reason_words(reason: Reason) -> str:
    """Return the statement that lets a role reach something."""
    return f"statement {reason.statement} of {reason.policy}"


def reach_words(who: str, reaches: Sequence[Reach]) -> str:
    """Return in lines what a role may do with things that it reaches alike, and by what."""
    by_access: dict[str, list[Reach]] = {}
    for reach in reaches:
        by_access.setdefault(access_words(reach), []).append(reach)
    lines = [f"{who}, {title_of(reaches[0].target.service)}"]
    for access, mine in by_access.items():
        names = list(dict.fromkeys(_label(reach) for reach in mine))
        more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
        lines.append(f"{access}: {', '.join(names[:_TOLD])}{more}")
    by = list(dict.fromkeys(reason_words(reason) for reach in reaches for reason in reach.reasons))
    lines += [f"by {said}" for said in by[:_TOLD]]
    if len(by) > _TOLD:
        lines.append(f"and by {len(by) - _TOLD} more")
    return "\n".join(lines)


def _label(reach: Reach) -> str:
    return f"{reach.target.label} ({', '.join(reach.parts)})" if reach.parts else reach.target.label


def caller_words(caller: Caller) -> str:
    """Return who may assume a role, and under which conditions."""
    only = f", only if {' and '.join(caller.conditions)}" if caller.conditions else ""
    return f"{caller.kind} {caller.value}{only}\nstatement {caller.statement} of the trust policy"


def risk_words(node: Node) -> str:
    """Return how many findings a role has."""
    said = counts(node)
    partly = "" if node.whole else "partly seen"
    unseen = "not all can be checked" if node.unseen else ""
    return " · ".join(filter(None, (said, unseen, partly)))


def counts(of: Node | Graph) -> str:
    """Return how many violations and advisories there are."""
    violations, advisories = of.count(Level.MANDATORY), of.count(Level.ADVISORY)
    said = (
        counted(violations, "violation") if violations else "",
        counted(advisories, "advisory", "advisories") if advisories else "",
    )
    return ", ".join(filter(None, said)) or "no findings"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def shortened(text: str, room: float, wide: float) -> str:
    """Return a text that fits in a width, its middle left out; `wide` is a character's width."""
    most = max(int(room / wide), 3)
    if len(text) <= most:
        return text
    head = (most - 1) * 2 // 3
    return f"{text[:head]}…{text[len(text) - (most - 1 - head) :]}"
