"""The lines of a drawing, each with its arrow and its words, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.graph_layout import CALLER, CALLERS, ROLE, ROLES, TARGETS
from rolewright.explain.graph_model import Access
from rolewright.explain.graph_words import caller_words, reach_words, row_id, short_access
from rolewright.explain.markup import Markup, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.explain.graph_layout import Layout, Line
    from rolewright.explain.graph_model import Node
    from rolewright.guardrails import Level

_LABEL = 20
"""From the end of a line's label to what the line leads to."""
_WEIGHTS = {
    Access.LIST: "read",
    Access.READ: "read",
    Access.TAG: "read",
    Access.WRITE: "write",
    Access.DELETE: "delete",
    Access.PERMISSIONS: "delete",
    Access.PASS: "pass",
    Access.ASSUME: "pass",
    Access.ESCALATE: "pass",
    Access.UNKNOWN: "unknown",
}


def assumed_by(layout: Layout, place: int, top: float) -> Iterator[Markup]:
    """Yield the lines from those who may assume a role, which stands at a place, to its box."""
    start = CALLERS[0] + CALLERS[1]
    for caller in layout.callers:
        for there, one in caller.assumes:
            if there == place:
                yield tag(
                    "g",
                    {"class": f"edge assumed{marked(one.risk)}"},
                    tag("title", {}, caller_words(one)),
                    tag(
                        "path",
                        {"d": _curve(start, caller.top + CALLER / 2, ROLES[0] - 4, top + ROLE / 2)},
                    ),
                    _arrow(ROLES[0], top + ROLE / 2),
                )


def drawn_line(line: Line, who: str, row: tuple[int, Node], *, linked: bool) -> Markup:
    """Return the line from a role to what it reaches; linked, it leads to its row in the page."""
    number, node = row
    start, end = ROLES[0] + ROLES[1], TARGETS[0]
    href = f"#{row_id(number, node.reaches.index(line.reaches[0]))}" if linked else None
    label = ("! " if line.risk else "") + short_access(line.access)
    beside = end - _LABEL - (6.2 if line.risk else 5.5) * len(label) - 6
    curve = _curve(start, line.start, beside, line.end)
    return tag(
        "a" if linked else "g",
        {"class": f"edge {_WEIGHTS[line.access[-1]]}{marked(line.risk)}", "href": href},
        tag("title", {}, reach_words(who, line.reaches)),
        tag("path", {"class": "hit", "d": f"{curve}H{end}"}),
        tag("path", {"d": f"{curve}M{end - _LABEL + 4:g} {line.end:.1f}H{end - 4}"}),
        _arrow(end, line.end),
        tag(
            "text",
            {"class": "label", "x": end - _LABEL, "y": line.end + 4, "text-anchor": "end"},
            label,
        ),
    )


def marked(risk: Level | None) -> str:
    """Return the classes, to add to others, of what guardrails found something in."""
    return "" if risk is None else f" risk {risk.value}"


def _arrow(x: float, y: float) -> Markup:
    return tag("path", {"class": "arrow", "d": f"M{x:g} {y:.1f}l-6 -3.5v7z"})


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    """Return a line that leaves and arrives level."""
    bend = (to_x - x) / 2
    return (
        f"M{x:g} {y:.1f}C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    )


def legend(y: float) -> Iterable[Markup]:
    """Yield what the lines mean, in a row at a height."""
    left = 20.0
    for weight, said in (
        ("read", "list, read, tag"),
        ("write", "write"),
        ("delete", "delete, permissions"),
        ("pass", "pass, assume, escalate"),
        ("unknown", "not known"),
    ):
        yield tag(
            "g",
            {"class": f"edge {weight}", "aria-hidden": "true"},
            tag("path", {"d": f"M{left:g} {y - 4:g}h28"}),
            tag("text", {"class": "small", "x": left + 36, "y": y}, said),
        )
        left += 36 + 6.3 * len(said) + 30
    yield tag("text", {"class": "small", "x": left, "y": y, "aria-hidden": "true"}, "! a finding")
