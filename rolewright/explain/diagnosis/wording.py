"""Texts as people paste them: colours, quote signs, escapes and line wraps taken off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_PREFIX = re.compile(r"^[ \t]*(?:[>|│❱]+|E(?=[ \t]))[ \t]*", re.MULTILINE)
_SUFFIX = re.compile(r"[|│]$", re.MULTILINE)
_SPACE = re.compile(r"\s+")
_INSTEAD = {
    "\\r": "",
    "\\n": "\n",
    "\\t": " ",
    '\\"': '"',
    "\\u0027": "'",
    "\\u0022": '"',
    "&quot;": '"',
    "&#34;": '"',
    "&#39;": "'",
    "&#x27;": "'",
    "&apos;": "'",
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
    "\u201c": '"',
    "\u201d": '"',
    "\u2018": "'",
    "\u2019": "'",
}
_ESCAPE = re.compile("|".join(re.escape(sign) for sign in _INSTEAD))
# str.lower would change the length of some texts, and with it every place in them.
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """A text three times, each place the same in all of them.

    `text` has one sign of space, a line break where there was one; `flat` has none; `lower` is
    `flat` in lower case.
    """

    text: str
    flat: str
    lower: str


def wording(text: str) -> Wording:
    """Return a text in the form in which it is searched."""
    text = _ESCAPE.sub(lambda found: _INSTEAD[found[0]], _COLOUR.sub("", text))
    text = _SUFFIX.sub("", _PREFIX.sub("", text))
    text = _SPACE.sub(lambda found: "\n" if "\n" in found[0] else " ", text).strip()
    flat = text.replace("\n", " ")
    return Wording(text=text, flat=flat, lower=flat.translate(_LOWER))


def joined(text: str) -> str:
    """Return a word that a line wrap broke, whole."""
    return text.replace("\n", "")
