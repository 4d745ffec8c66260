"""What `graph` says in text: roles, who may assume them, what they reach, what is found of them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rolewright.explain.graph_targets import title_of
from rolewright.explain.graph_words import access_words, counted, counts, risk_words
from rolewright.guardrails import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolewright.explain.graph_model import Caller, Graph, Node, Reach

    Line = tuple[str | tuple[str, str], ...]
    """The parts of a line, some with a style."""

_STYLES = {Level.MANDATORY: "red", Level.ADVISORY: "yellow"}
_FOUND = {Level.MANDATORY: "violations", Level.ADVISORY: "advisories"}
_LABEL = 11
_LONGEST_SERVICE = 20
_NARROWEST = 20
_HARD_SPACE = "\N{NO-BREAK SPACE}"


def graph_lines(graph: Graph, width: int) -> Iterator[Line]:
    """Yield a graph in lines, each as wide at most as the terminal, but for words that aren't."""
    yield (f"{graph.title}: {counted(len(graph.nodes), 'role')}, {counts(graph)}",)
    for node in graph.nodes:
        yield ()
        yield (node.name, f"   {risk_words(node)}")
        for label, risk, start, text in _parts(node):
            yield from _wrapped(label, risk, start, text, width)


def _parts(node: Node) -> Iterator[tuple[str, Level | None, str, str]]:
    """Yield what is said of a role: a label, its risk, what begins the line, and the text."""
    callers = [caller for caller in node.callers if caller.allowed]
    kept_out = [caller for caller in node.callers if not caller.allowed]
    for title, those in (("assumed by", callers), ("kept out", kept_out)):
        for label, caller in zip(_labels(title, those), those, strict=True):
            yield label, caller.risk, "", _caller(caller)
    if node.boundary:
        yield "boundary", None, "", node.boundary
    yield from _reaches(node)
    for label, unseen in zip(_labels("unchecked", node.unseen), node.unseen, strict=True):
        yield label, None, "", unseen
    for level, title in _FOUND.items():
        found = [finding.guardrail for finding in node.findings if finding.level is level]
        if found:
            yield title, None, "", _listed(found)


def _caller(caller: Caller) -> str:
    only = f", only if {' and '.join(caller.conditions)}" if caller.conditions else ""
    return f"{caller.value}{only}"


def _reaches(node: Node) -> Iterator[tuple[str, Level | None, str, str]]:
    """Yield what a role reaches, a line for all that it reaches alike."""
    alike: dict[tuple[str, str, Level | None, str], list[Reach]] = {}
    for reach in node.reaches:
        leads = "; ".join(dict.fromkeys(one.leads for one in reach.reasons if one.leads))
        key = (title_of(reach.target.service), access_words(reach), reach.risk, leads)
        alike.setdefault(key, []).append(reach)
    wide = min(max((len(service) for service, *_ in alike), default=0), _LONGEST_SERVICE)
    before = ""
    for label, (key, reaches) in zip(_labels("reaches", alike), alike.items(), strict=True):
        service, access, risk, leads = key
        said = f"{access}: {_things(reaches)}" + (f" ({leads})" if leads else "")
        yield label, risk, f"{'' if service == before else service:<{wide}}  ", said
        before = service
    if not alike:
        yield "reaches", None, "", "nothing"


def _things(reaches: Iterable[Reach]) -> str:
    """Return what is reached; what is there in several accounts is told once."""
    accounts: dict[str, set[str]] = {}
    for reach in reaches:
        accounts.setdefault(_thing(reach), set()).add(reach.target.account)
    return _listed(
        f"{name} in {len(known)} accounts" if len(known) > 1 else name
        for name, known in accounts.items()
    )


def _thing(reach: Reach) -> str:
    """Return what is reached, its kind before its name, with the parts of it where they are some."""
    target = reach.target
    kind = f"{target.kind} " if target.name not in ("", target.kind) else ""
    parts = f" ({', '.join(reach.parts)})" if reach.parts else ""
    return f"{kind}{target.label}{parts}"


def _listed(names: Iterable[str]) -> str:
    """Return names in a row, each of which stays on one line."""
    return ", ".join(name.replace(" ", _HARD_SPACE) for name in dict.fromkeys(names))


def _labels(first: str, things: Iterable[object]) -> Sequence[str]:
    return [first, *("" for _ in things)][: len(list(things))]


def _wrapped(label: str, risk: Level | None, start: str, text: str, width: int) -> Iterator[Line]:
    lines = textwrap.wrap(
        text,
        width=max(width - _LABEL - 4 - len(start), _NARROWEST),
        subsequent_indent="  " if start else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines:
        mark = ("!", _STYLES[risk]) if risk else " "
        yield f"  {label:<{_LABEL}}", mark, " ", start, line.replace(_HARD_SPACE, " ")
        label, start, risk = "", " " * len(start), None
