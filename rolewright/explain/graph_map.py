"""A map of many roles: a row a role, a column a service, the gravest access in each cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rolewright.explain.graph_model import Access, gravest
from rolewright.explain.graph_targets import title_of
from rolewright.explain.graph_words import counts, risk_words, shortened
from rolewright.explain.markup import Markup, tag

if TYPE_CHECKING:
    from rolewright.explain.graph_model import Graph, Node
    from rolewright.guardrails import Level

_COLUMNS = 14
_ROW, _TOP, _LEFT, _CELL = 24, 150, 24, 62
_NAME, _CALLER = 270, 190
OTHERS = ""
"""The column of the services that few roles reach."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """The gravest access of a role to a service, and the gravest finding there."""

    access: Access
    risk: Level | None


def columns(graph: Graph) -> tuple[str, ...]:
    """Return the services of a map, those that most roles reach first; OTHERS for the rest."""
    reached = Counter(
        service
        for node in graph.nodes
        for service in {reach.target.service for reach in node.reaches}
    )
    order = sorted(reached, key=lambda service: (-reached[service], title_of(service)))
    return tuple(order) if len(order) <= _COLUMNS else (*order[: _COLUMNS - 1], OTHERS)


def cells(node: Node, services: tuple[str, ...]) -> tuple[Cell | None, ...]:
    """Return a role's row of a map."""
    order = list(Access)
    found: list[Cell | None] = []
    for service in services:
        here = [
            reach
            for reach in node.reaches
            if reach.target.service == service
            or (service == OTHERS and reach.target.service not in services)
        ]
        found.append(
            Cell(
                access=max((reach.access[-1] for reach in here), key=order.index),
                risk=gravest(reach.risk for reach in here),
            )
            if here
            else None
        )
    return tuple(found)


def column_title(service: str) -> str:
    """Return the heading of a column."""
    return "other services" if service == OTHERS else title_of(service)


def callers_of(node: Node) -> str:
    """Return who may assume a role, in a few words."""
    names = list(dict.fromkeys(caller.name for caller in node.callers if caller.allowed))
    return ", ".join(name.removesuffix(".amazonaws.com") for name in names) or "not known"


def map_of(graph: Graph, style: Markup) -> Markup:
    """Return a map as an SVG of its own."""
    services = columns(graph)
    first = _LEFT + _NAME + _CALLER
    risks = first + _CELL * len(services) + 16
    width, height = risks + 220, _TOP + _ROW * len(graph.nodes) + 32
    return tag(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "drawing map",
            "viewBox": f"0 0 {width} {height}",
            "width": width,
            "height": height,
            "role": "img",
            "aria-labelledby": "map-title map-desc",
        },
        tag("title", {"id": "map-title"}, graph.title),
        tag(
            "desc",
            {"id": "map-desc"},
            f"{len(graph.nodes)} roles, a row each, and the gravest access of each to "
            f"{', '.join(column_title(service) for service in services)}; {counts(graph)}.",
        ),
        style,
        tag("rect", {"class": "ground", "width": width, "height": height}),
        tag("text", {"class": "column", "x": _LEFT, "y": _TOP - 12}, "Role"),
        tag("text", {"class": "column", "x": _LEFT + _NAME, "y": _TOP - 12}, "May assume"),
        *(
            tag(
                "text",
                {
                    "class": "service",
                    "transform": f"translate({first + _CELL * place + 26} {_TOP - 12})rotate(-50)",
                },
                column_title(service),
            )
            for place, service in enumerate(services)
        ),
        tag("text", {"class": "column", "x": risks, "y": _TOP - 12}, "Findings"),
        tag("path", {"class": "rule", "d": f"M{_LEFT} {_TOP}H{width - _LEFT}"}),
        *(
            _row(node, services, _TOP + _ROW * place, first, risks)
            for place, node in enumerate(graph.nodes)
        ),
    )


def _row(node: Node, services: tuple[str, ...], top: int, first: int, risks: int) -> Markup:
    y = top + 16
    risk = "" if node.risk is None else f" risk {node.risk.value}"
    return tag(
        "g",
        {"class": f"row{risk}"},
        tag("text", {"class": "name", "x": _LEFT, "y": y}, shortened(node.name, _NAME - 16, 7.3)),
        tag(
            "text",
            {"class": "small", "x": _LEFT + _NAME, "y": y},
            shortened(callers_of(node), _CALLER - 12, 6.3),
        ),
        *(
            _cell(cell, first + _CELL * place, top)
            for place, cell in enumerate(cells(node, services))
            if cell
        ),
        tag("text", {"class": "small said", "x": risks, "y": y}, risk_words(node)),
    )


def _cell(cell: Cell, x: int, top: int) -> Markup:
    risk = "" if cell.risk is None else f" risk {cell.risk.value}"
    word = "perms" if cell.access is Access.PERMISSIONS else cell.access.value
    return tag(
        "g",
        {"class": f"cell {cell.access.value}{risk}"},
        tag("rect", {"x": x, "y": top + 3, "width": _CELL - 4, "height": _ROW - 6, "rx": 3}),
        tag(
            "text",
            {"x": x + _CELL / 2 - 2, "y": top + 15.5, "text-anchor": "middle"},
            ("! " if cell.risk else "") + word,
        ),
    )
