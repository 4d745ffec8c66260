"""A page about roles: a drawing or a map, then each role with what it reaches and by what.

It needs nothing from elsewhere and says so by its content security policy; without scripts all of it
is there, with them it can be searched and filtered.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from rolewright.explain.graph_html_roles import risk_class, role_section
from rolewright.explain.graph_map import callers_of, cells, column_title, columns
from rolewright.explain.graph_svg import FEW, drawing
from rolewright.explain.graph_words import (
    counted,
    counts,
    page_file,
    risk_words,
)
from rolewright.explain.markup import Markup, tag

if TYPE_CHECKING:
    from rolewright.explain.graph_model import Graph, Node

_OPEN = 12
"""Up to how many roles are unfolded at first."""


def graph_html(graph: Graph) -> str:
    """Return a graph as a page of its own."""
    style = page_file("page.css") + page_file("drawing.css")
    script = page_file("page.js")
    many = len(graph.nodes) > FEW
    page = tag(
        "html",
        {"lang": "en"},
        tag(
            "head",
            {},
            tag("meta", {"charset": "utf-8"}),
            tag(
                "meta",
                {
                    "http-equiv": "Content-Security-Policy",
                    "content": f"default-src 'none'; style-src {_hash(style)}; "
                    f"script-src {_hash(script)}; base-uri 'none'; form-action 'none'",
                },
            ),
            tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            tag("meta", {"name": "color-scheme", "content": "light dark"}),
            tag("title", {}, graph.title),
            tag("style", {}, Markup(style)),
        ),
        tag(
            "body",
            {},
            tag("a", {"class": "skip", "href": "#roles"}, "Skip to the list of roles"),
            tag("header", {}, tag("h1", {}, graph.title), tag("p", {}, _summary(graph))),
            tag(
                "main",
                {},
                _filter() if len(graph.nodes) > 1 else "",
                _overview(graph, many=many),
                tag(
                    "section",
                    {"id": "roles", "aria-labelledby": "roles-title", "tabindex": "-1"},
                    tag("h2", {"id": "roles-title"}, "Roles, one by one"),
                    *(
                        role_section(node, number, unfolded=len(graph.nodes) <= _OPEN, drawn=many)
                        for number, node in enumerate(graph.nodes)
                    ),
                ),
            ),
            tag("script", {}, Markup(script)),
        ),
    )
    return f"<!DOCTYPE html>\n{page}\n"


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _summary(graph: Graph) -> str:
    targets = graph.targets
    services = counted(len({target.service for target in targets}), "service")
    things = counted(len(targets), "thing")
    return f"{counted(len(graph.nodes), 'role')} · {things} of {services} · {counts(graph)}"


def _filter() -> Markup:
    """Return what only a script can use; it is hidden until there is one."""
    return tag(
        "form",
        {"id": "filter", "role": "search", "aria-label": "Filter roles", "hidden": True},
        tag("label", {"for": "search"}, "Search"),
        tag(
            "input",
            {
                "id": "search",
                "type": "search",
                "placeholder": "role, resource, action or statement",
                "autocomplete": "off",
            },
        ),
        tag("label", {"for": "risk"}, "Findings"),
        tag(
            "select",
            {"id": "risk"},
            tag("option", {"value": ""}, "any or none"),
            tag("option", {"value": "mandatory"}, "violations"),
            tag("option", {"value": "advisory"}, "advisories"),
            tag("option", {"value": "none"}, "none"),
        ),
        tag("button", {"type": "button", "id": "unfold"}, "Unfold all"),
        tag("button", {"type": "button", "id": "fold"}, "Fold all"),
        tag("output", {"id": "shown", "for": "search risk", "aria-live": "polite"}),
    )


def _overview(graph: Graph, *, many: bool) -> Markup:
    title = "What each role can do at most, by service" if many else "Who reaches what"
    inside = _map(graph) if many else drawing(graph.title, list(enumerate(graph.nodes)))
    return tag(
        "section",
        {"aria-labelledby": "overview-title"},
        tag("h2", {"id": "overview-title"}, title),
        tag(
            "div",
            {
                "class": "scroll",
                "tabindex": "0",
                "role": "region",
                "aria-label": f"{title}, scrolls",
            },
            inside,
        ),
        tag("p", {"id": "said", "class": "said", "aria-hidden": "true", "hidden": True}),
    )


def _map(graph: Graph) -> Markup:
    services = columns(graph)
    return tag(
        "table",
        {"class": "map"},
        tag(
            "thead",
            {},
            tag(
                "tr",
                {},
                tag("th", {"scope": "col"}, "Role"),
                tag("th", {"scope": "col"}, "May assume"),
                *(
                    tag(
                        "th",
                        {"scope": "col", "class": "turned"},
                        tag("span", {}, column_title(service)),
                    )
                    for service in services
                ),
                tag("th", {"scope": "col"}, "Findings"),
            ),
        ),
        tag(
            "tbody",
            {},
            *(_map_row(node, number, services) for number, node in enumerate(graph.nodes)),
        ),
    )


def _map_row(node: Node, number: int, services: tuple[str, ...]) -> Markup:
    found = (
        tag("td", {})
        if cell is None
        else tag(
            "td",
            {"class": f"{cell.access.value}{f' risk {cell.risk.value}' if cell.risk else ''}"},
            f"{'! ' if cell.risk else ''}{cell.access.value}",
        )
        for cell in cells(node, services)
    )
    return tag(
        "tr",
        {"data-role": f"r{number + 1}"},
        tag("th", {"scope": "row"}, tag("a", {"href": f"#r{number + 1}"}, node.name)),
        tag("td", {"class": "callers"}, callers_of(node)),
        *found,
        tag("td", {"class": risk_class(node.risk)}, risk_words(node)),
    )
