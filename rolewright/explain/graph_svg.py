"""A drawing of roles as SVG: by itself, or within a page, where its lines lead to the page's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.graph_edges import assumed_by, drawn_line, legend, marked
from rolewright.explain.graph_layout import (
    CALLER,
    CALLERS,
    LINE,
    ROLE,
    ROLES,
    SHARED,
    TARGETS,
    WIDTH,
    Layout,
    lay_out,
)
from rolewright.explain.graph_map import map_of
from rolewright.explain.graph_words import (
    access_words,
    page_file,
    risk_words,
    shortened,
)
from rolewright.explain.markup import Markup, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolewright.explain.graph_layout import PlacedCaller, PlacedTarget
    from rolewright.explain.graph_model import Graph, Node

FEW = 24
"""Up to how many roles are drawn with lines; more are drawn as a map of roles and services."""


def graph_svg(graph: Graph) -> str:
    """Return a graph as an SVG of its own: lines between a few roles, a map of many."""
    style = tag("style", {}, Markup(page_file("drawing.css")))
    if len(graph.nodes) > FEW:
        return f"{map_of(graph, style)}\n"
    return f"{drawing(graph.title, list(enumerate(graph.nodes)), style=style)}\n"


def drawing(
    title: str, numbered: Sequence[tuple[int, Node]], *, style: Markup | None = None
) -> Markup:
    """Return a drawing of roles with their numbers in the page; with a style it stands alone."""
    nodes = [node for _, node in numbered]
    layout = lay_out(nodes)
    alone = style is not None
    name = f"drawing-{numbered[0][0]}" if numbered else "drawing"
    attributes: dict[str, str | int | float | bool | None] = {
        "class": "drawing",
        "viewBox": f"0 0 {WIDTH} {layout.height:g}",
        "width": WIDTH,
        "height": layout.height,
        "role": "img" if alone else "group",
        "aria-labelledby": f"{name}-title {name}-desc",
    }
    if alone:
        attributes["xmlns"] = "http://www.w3.org/2000/svg"
    return tag(
        "svg",
        attributes,
        tag("title", {"id": f"{name}-title"}, title),
        tag("desc", {"id": f"{name}-desc"}, _description(nodes)),
        style or "",
        tag("rect", {"class": "ground", "width": WIDTH, "height": layout.height}) if alone else "",
        *_headings(layout),
        tag("g", {}, *(_target(target) for target in layout.targets)),
        tag("g", {}, *(_caller(caller) for caller in layout.callers)),
        *(
            _role(layout, place, number, node, linked=not alone)
            for place, (number, node) in enumerate(numbered)
        ),
        _every_role(layout, numbered, linked=not alone),
        *legend(layout.height - 20),
    )


def _description(nodes: Sequence[Node]) -> str:
    return "; ".join(
        f"{node.name} reaches "
        + (
            ", ".join(f"{reach.target.label} ({access_words(reach)})" for reach in node.reaches[:8])
            or "nothing"
        )
        + (f" and {len(node.reaches) - 8} more" if len(node.reaches) > 8 else "")  # noqa: PLR2004
        for node in nodes
    )


def _headings(layout: Layout) -> Iterator[Markup]:
    for (left, _), said in (
        (CALLERS, "May assume"),
        (ROLES, "Role"),
        (TARGETS, "Reaches"),
    ):
        yield tag("text", {"class": "column", "x": left, "y": 28}, said)
    yield tag("path", {"class": "rule", "d": f"M20 40H{WIDTH - 20}"})
    for target in layout.targets:
        if target.heading:
            yield tag(
                "text", {"class": "service", "x": TARGETS[0], "y": target.top - 7}, target.heading
            )


def _target(target: PlacedTarget) -> Markup:
    left, width = TARGETS
    bundle = target.bundle
    details = [shortened(", ".join(line.parts), 150, 6.3) for line in target.lines]
    room = width - 24 - (6.3 * len(details[0]) + 12 if details[0] else 0)
    kind = bundle.targets[0].kind if bundle.targets[0].name and len(bundle.targets) == 1 else ""
    first = target.top + 3 + LINE / 2 + 4.5
    label = shortened(bundle.label, room, 7.3)
    after = left + 12 + 7.3 * len(label) + 8
    shown = kind if kind != bundle.label and after + 6.3 * len(kind) < left + 12 + room else ""
    return tag(
        "g",
        {"class": "target"},
        tag("title", {}, _bundle_words(target)),
        tag(
            "rect",
            {"x": left, "y": target.top, "width": width, "height": target.height, "rx": 5},
        ),
        tag("text", {"class": "name", "x": left + 12, "y": first}, label),
        tag("text", {"class": "small", "x": after, "y": first}, shown) if shown else "",
        *(
            tag(
                "text",
                {
                    "class": "small part",
                    "x": left + width - 12,
                    "y": first + LINE * number,
                    "text-anchor": "end",
                },
                detail,
            )
            for number, detail in enumerate(details)
            if detail
        ),
    )


def _bundle_words(target: PlacedTarget) -> str:
    names = (
        f"{one.label}{f' of {one.account}' if one.account else ''}" for one in target.bundle.targets
    )
    return "\n".join(dict.fromkeys(names))


def _caller(caller: PlacedCaller) -> Markup:
    left, width = CALLERS
    return tag(
        "g",
        {"class": "caller"},
        tag("title", {}, f"{caller.kind} {caller.name}"),
        tag(
            "rect",
            {"x": left, "y": caller.top, "width": width, "height": CALLER, "rx": CALLER / 2},
        ),
        tag(
            "text",
            {"class": "name", "x": left + 18, "y": caller.top + 17},
            shortened(caller.name, width - 34, 7.3),
        ),
        tag("text", {"class": "small", "x": left + 18, "y": caller.top + 31}, caller.kind),
    )


def _role(layout: Layout, place: int, number: int, node: Node, *, linked: bool) -> Markup:
    top = layout.roles[place]
    return tag(
        "g",
        {"class": "role"},
        *assumed_by(layout, place, top),
        *(
            drawn_line(line, node.name, (number, node), linked=linked)
            for line in layout.lines
            if line.node == place
        ),
        _box(node, number, top, linked=linked),
    )


def _every_role(
    layout: Layout, numbered: Sequence[tuple[int, Node]], *, linked: bool
) -> Markup | str:
    """Return what all roles reach alike; its lines lead to the rows of the first."""
    if SHARED not in layout.roles:
        return ""
    (left, width), top = ROLES, layout.roles[SHARED]
    return tag(
        "g",
        {"class": "role every"},
        *(
            drawn_line(line, f"every one of {len(numbered)} roles", numbered[0], linked=linked)
            for line in layout.lines
            if line.node == SHARED
        ),
        tag("rect", {"class": "all", "x": left, "y": top, "width": width, "height": ROLE, "rx": 6}),
        tag(
            "text", {"class": "strong", "x": left + 16, "y": top + 26}, f"All {len(numbered)} roles"
        ),
        tag("text", {"class": "small", "x": left + 16, "y": top + 46}, "reach this alike"),
    )


def _box(node: Node, number: int, top: float, *, linked: bool) -> Markup:
    left, width = ROLES
    said = risk_words(node)
    return tag(
        "a" if linked else "g",
        {"class": f"box{marked(node.risk)}", "href": f"#r{number + 1}" if linked else None},
        tag("title", {}, "\n".join(filter(None, (node.name, node.arn, said)))),
        tag("rect", {"x": left, "y": top, "width": width, "height": ROLE, "rx": 6}),
        tag(
            "text",
            {"class": "name", "x": left + 16, "y": top + 26},
            shortened(node.name, width - 28, 7.9),
        ),
        tag("text", {"class": "small said", "x": left + 16, "y": top + 46}, said),
    )
