"""HTML and SVG from plain values: whatever a text holds, it stays text."""

from __future__ import annotations

from rolewright.explain.markup import Markup, joined, tag, text


def test_an_element_has_its_attributes_and_children() -> None:
    given = {"a": "1", "n": 1.25, "whole": 3, "hidden": True, "no": False, "none": None}
    assert tag("p", given, "a < b", Markup("<b>c</b>")) == (
        '<p a="1" n="1.2" whole="3" hidden>a &lt; b<b>c</b></p>'
    )
    assert tag("br", {"class": 'a"b'}, "nothing") == '<br class="a&quot;b">'


def test_text_stays_text() -> None:
    assert text("a\n\u202eb") == "a\n\\u202eb"
    assert joined(["<", Markup("<i>")]) == "&lt;<i>"
