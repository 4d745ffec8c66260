"""The page and the picture: escaped, accessible, the same every time."""

from __future__ import annotations

import base64
import hashlib
import re
import xml.etree.ElementTree as ET  # it reads what we wrote ourselves
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from local_aws.paths import ROOT
from rolewright.explain.graph_html import graph_html
from rolewright.explain.graph_layout import lay_out
from rolewright.explain.graph_map import OTHERS, cells, columns
from rolewright.explain.graph_model import Access, Graph
from rolewright.explain.graph_svg import FEW, graph_svg
from rolewright.explain.graph_words import short_access, shortened
from rolewright.explain.markup import Markup, tag, text
from rolewright.guardrails import Waiver
from rolewright.roles import PolicyKind
from tests.explain.graphs import allow, document, graph, of_stack, role, trusting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Role

HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(1)'>\u202e\x00&amp;"
SVG = "{http://www.w3.org/2000/svg}"


class Page(HTMLParser):
    """A page's elements in order, with their attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.said += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        """Return the attributes of each element of a name."""
        return [attributes for element, attributes in self.elements if element == name]


def hostile(number: int = 0) -> Role:
    """Return a role of which every text that a person can choose is an attack."""
    caller = {"AWS": f"arn:aws:iam::123456789012:role/{HOSTILE}"}
    return role(
        f"{HOSTILE}{number}",
        allow("s3:GetObject", on=f"arn:aws:s3:::{HOSTILE}/*"),
        allow(f"s3:{HOSTILE}", on="*", Condition={"StringLike": {f"aws:{HOSTILE}": HOSTILE}}),
        allow("*", on="*"),
        trust=trusting({"Effect": "Allow", "Principal": caller, "Action": "sts:AssumeRole"}),
        boundary=document(PolicyKind.BOUNDARY, HOSTILE, allow("*", on="*")),
        config_key=HOSTILE,
    )


def many(count: int = 60) -> Graph:
    """Return a graph of many roles, of which some reach much."""
    services = ("sqs", "sns", "ecr", "kms", "logs", "glue", "athena", "events", "states", "fsx")
    wide = [allow(f"{one}:*", on="*") for one in (*services, "lambda", "ssm", "bedrock", "batch")]
    return graph(
        *(
            role(
                f"Role{number}",
                allow("s3:GetObject", on=f"arn:aws:s3:::bucket-{number % 7}/*"),
                *(wide if number == 0 else ()),
            )
            for number in range(count)
        )
    )


GRAPHS = {
    "local": lambda: of_stack("local"),
    "dev": lambda: of_stack("dev"),
    "many": many,
    "one": lambda: graph(role("R", allow("s3:GetObject", on="arn:aws:s3:::b/*"))),
    "nothing": lambda: graph(role("R")),
    "hostile": lambda: graph(hostile()),
    "many hostile": lambda: graph(*(hostile(number) for number in range(FEW + 1))),
}


@pytest.fixture(params=GRAPHS)
def drawn(request: pytest.FixtureRequest) -> Graph:
    return GRAPHS[request.param]()


def test_the_committed_picture_is_that_of_the_example_stack() -> None:
    assert (ROOT / "docs/graph.svg").read_text(encoding="utf-8") == graph_svg(of_stack("local"))


def test_the_picture_is_xml_with_a_title_and_a_description(drawn: Graph) -> None:
    picture = ET.fromstring(graph_svg(drawn))  # noqa: S314  # our own
    named = str(picture.get("aria-labelledby")).split()
    found = [picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")]
    assert [one.get("id") for one in found if one is not None] == named
    assert all(one is not None and one.text for one in found)
    assert picture.get("role") == "img"
    assert not list(picture.iter(f"{SVG}script")) + list(picture.iter(f"{SVG}image"))
    assert not [one for one in picture.iter() if one.get("href")]


def test_the_same_roles_give_the_same_bytes(drawn: Graph) -> None:
    assert graph_html(drawn) == graph_html(drawn)
    assert graph_svg(drawn) == graph_svg(drawn)


def test_hostile_names_stay_text() -> None:
    for page in (graph_html(graph(hostile())), graph_svg(graph(hostile()))):
        read = Page(page)
        assert not read.all("img")
        assert len(read.all("script")) == ("<!DOCTYPE" in page)
        assert not [name for _, given in read.elements for name in given if name.startswith("on")]
        assert "\u202e" not in page
        assert "\x00" not in page
        assert "<script>alert(1)" in read.said


def test_the_page_lets_nothing_in_from_elsewhere(drawn: Graph) -> None:
    page = graph_html(drawn)
    read = Page(page)
    policy = next(
        str(one["content"]) for one in read.all("meta") if one.get("http-equiv") is not None
    )
    assert policy.startswith("default-src 'none'; ")
    for element in ("style", "script"):
        content = re.search(f"<{element}>(.*?)</{element}>", page, re.DOTALL)
        assert content
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    assert "url(" not in page
    assert not [given for _, given in read.elements if "src" in given or "style" in given]
    assert {str(a["href"])[0] for _, a in read.elements if a.get("href")} == {"#"}


def test_ids_stand_once_and_links_lead_somewhere(drawn: Graph) -> None:
    read = Page(graph_html(drawn))
    ids = [str(given["id"]) for _, given in read.elements if given.get("id")]
    assert len(ids) == len(set(ids))
    for _, given in read.elements:
        for name in ("href", "for", "aria-labelledby"):
            for one in str(given.get(name) or "").split():
                assert one.removeprefix("#") in ids


def test_headings_go_down_one_at_a_time(drawn: Graph) -> None:
    levels = [
        int(name[1]) for name, _ in Page(graph_html(drawn)).elements if re.fullmatch(r"h\d", name)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_can_be_used_by_keyboard_and_screen_reader(drawn: Graph) -> None:
    read = Page(graph_html(drawn))
    assert read.all("html")[0]["lang"] == "en"
    assert read.elements[[name for name, _ in read.elements].index("body") + 1] == (
        "a",
        {"class": "skip", "href": "#roles"},
    )
    assert not [given for _, given in read.elements if int(given.get("tabindex") or 0) > 0]
    for scrolls in (given for _, given in read.elements if given.get("class") == "scroll"):
        assert scrolls["tabindex"] == "0"
        assert scrolls["role"] == "region"
        assert scrolls["aria-label"]
    for svg in read.all("svg"):
        assert svg["role"] == "group"
        assert svg["aria-labelledby"]
    assert all(given.get("scope") for given in read.all("th"))
    for element in (*read.all("input"), *read.all("select")):
        assert element["id"] in [label["for"] for label in read.all("label")]


def test_without_scripts_everything_is_there() -> None:
    page = graph_html(of_stack("local"))
    read = Page(page)
    hidden = [given["id"] for _, given in read.elements if "hidden" in given]
    assert hidden == ["filter", "said"]
    assert len(read.all("details")) == 3
    assert all("open" in details for details in read.all("details"))
    for said in (
        "ListExampleBucket",
        "s3:ListBucket",
        "no-service-wildcards",
        "roles.WriterRole.buckets",
        "StringEquals aws:SourceAccount: 123456789012",
    ):
        assert said in read.said


def test_many_roles_are_a_map_and_folded() -> None:
    graph_of_many = many()
    read = Page(graph_html(graph_of_many))
    assert len([row for row in read.all("tr") if "data-role" in row]) == 60
    assert not [details for details in read.all("details") if "open" in details]
    services = columns(graph_of_many)
    assert services[0] == "s3"
    assert services[-1] == OTHERS
    first, second = (cells(node, services) for node in graph_of_many.nodes[:2])
    assert all(first)
    assert [cell.access for cell in second if cell] == [Access.READ]


def test_waived_findings_say_so() -> None:
    stack = of_stack("local")
    node = stack.nodes[0]
    waiver = Waiver(role="*", reason="a trial", owner="ann", expires=date(2030, 1, 1))
    finding = node.findings[0]._replace(waiver=waiver, waived=True, details=("a `b", "c"))
    page = graph_html(replace(stack, nodes=(replace(node, findings=(finding,)),)))
    assert "waived until 2030-01-01: a trial" in page
    assert "a `b" in page


def test_those_who_are_kept_out_and_what_cannot_be_seen_are_on_the_page() -> None:
    stack = of_stack("local")
    caller = replace(stack.nodes[0].callers[0], allowed=False, conditions=())
    node = replace(stack.nodes[0], callers=(caller,), unseen=("the trust policy: unknown",))
    page = graph_html(replace(stack, nodes=(node,)))
    assert "Kept out" in page
    assert "not all can be checked" in page


def test_a_role_of_which_nothing_is_known_has_no_facts() -> None:
    bare = replace(graph(role("R")).nodes[0], arn="", whole=True, findings=())
    page = graph_html(Graph(title="Roles", nodes=(bare,)))
    assert "<dl>" not in page
    assert "Reaches nothing." in page


def _overlaps(spans: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    ordered = sorted(spans)
    for (_, end), (start, _) in pairwise(ordered):
        if end > start:
            yield end, start


def test_nothing_is_drawn_over_anything(drawn: Graph) -> None:
    layout = lay_out(drawn.nodes[:FEW])
    assert not list(_overlaps([(one.top, one.top + one.height) for one in layout.targets]))
    assert not list(_overlaps([(top, top + 62) for top in layout.roles.values()]))
    assert not list(_overlaps([(one.top, one.top + 40) for one in layout.callers]))
    lowest = max(0, *layout.roles.values(), *(one.top + one.height for one in layout.targets))
    assert lowest < layout.height


def test_what_every_role_reaches_alike_is_drawn_once() -> None:
    logs = allow("logs:PutLogEvents", on="arn:aws:logs:eu-west-1:123456789012:log-group:*")
    alike = graph(*(role(name, logs) for name in "ABC"))
    assert "All 3 roles" in graph_svg(alike)
    assert len(lay_out(alike.nodes).lines) == 1
    assert len(lay_out(alike.nodes[:2]).lines) == 2


def test_words_are_cut_where_there_is_no_room() -> None:
    assert shortened("example", 100, 7) == "example"
    assert shortened("arn:aws:s3:::bucket", 70, 7) == "arn:aw…ket"
    assert short_access(list(Access)[:4]) == "list, read, tag, write"
    assert short_access(list(Access)[:6]) == "delete, pass +4"


def test_markup_escapes_all_but_markup() -> None:
    assert tag("a", {"href": '"<', "b": True, "c": None, "d": 1.25}, "<b>", Markup("<i>")) == (
        '<a href="&quot;&lt;" b d="1.2">&lt;b&gt;<i></a>'
    )
    assert tag("input", {}) == "<input>"
    assert text("a\nb\x1b") == "a\nb\\x1b"
