"""HTML and SVG from plain values: whatever a text holds, it stays text."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from rolewright.iam.positions import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SPECIAL = re.compile("[&<>\"']")
VOID = frozenset({"br", "input", "link", "meta"})
"""Elements of HTML without an end."""


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def text(value: str) -> Markup:
    """Return a text as markup; what can't be printed, or turns the direction of text, is escaped."""
    if not value.isprintable():
        value = "\n".join(map(printable, value.split("\n")))
    return Markup(escape(value) if _SPECIAL.search(value) else value)


def tag(
    name: str, attributes: Mapping[str, str | int | float | bool | None], *children: str
) -> Markup:
    """Return an element; an attribute that is None or False is left out, True has no value.

    Children that are not Markup are text.
    """
    parts = ["<", name]
    for key, value in attributes.items():
        if value is True:
            parts += (" ", key)
        elif value is not None and value is not False:
            parts += (" ", key, '="', _written(value), '"')
    parts.append(">")
    if name not in VOID:
        parts += [child if isinstance(child, Markup) else text(child) for child in children]
        parts += ("</", name, ">")
    return Markup("".join(parts))


def joined(children: Iterable[str]) -> Markup:
    """Return children one after the other."""
    return Markup(
        "".join(child if isinstance(child, Markup) else text(child) for child in children)
    )


def _written(value: str | float) -> str:
    """Return a value as an attribute has it: a coordinate with one decimal at most."""
    if isinstance(value, str):
        return text(value)
    return f"{round(value, 1):g}"
