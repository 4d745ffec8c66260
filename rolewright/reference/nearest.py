"""The word that was probably meant."""

from __future__ import annotations

import difflib
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLOSE = 0.6
_CONSIDERED = 10
_WEIGHT_OF_BEGINNING = 0.25


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the word most like the given one, case aside, or None where none is close.

    Of words about as much alike, the one that begins in the same way is meant: people leave letters
    out further back, as in `AmazonS3RedOnly` for `AmazonS3ReadOnlyAccess`.
    """
    given = word.lower()
    by_lower = {known.lower(): known for known in words}
    close = difflib.get_close_matches(given, by_lower, n=_CONSIDERED, cutoff=_CLOSE)

    def likeness(known: str) -> float:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(given, known, strict=False))
        ratio = difflib.SequenceMatcher(None, given, known).ratio()
        return ratio + _WEIGHT_OF_BEGINNING * len(list(same)) / len(given)

    return by_lower[max(close, key=likeness)] if close else None
