"""Prefixes of a bucket that its keys have in common: folders, and not too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 3
"""More folders than these are one, the folder that they are all in, or the whole bucket."""
_NO_PREFIX = ("*", "?", "${")


def folders(keys: Iterable[str]) -> tuple[str, ...] | None:
    """Return prefixes that all keys begin with one of, None for the whole bucket.

    The keys' own folders where they are few; a key at the top stands for itself.
    """
    listed = tuple(dict.fromkeys(keys))
    found = _without_inner({_folder(key) for key in listed})
    if len(found) > MOST:
        found = _without_inner({_top(key) for key in listed}, {_folder(key) for key in listed})
    if len(found) > MOST or any(not _is_prefix(one) for one in found):
        return None
    return tuple(sorted(found))


def _folder(key: str) -> str:
    inner, slash, _ = key.rpartition("/")
    return inner + slash or key


def _top(key: str) -> str:
    first, slash, _ = key.partition("/")
    return first + slash


def _without_inner(found: set[str], narrow: set[str] | None = None) -> set[str]:
    """Leave out what is within another; each as narrow as all below it allow."""
    outer = {one for one in found if not any(one != o and one.startswith(o) for o in found)}
    return outer if narrow is None else {_common(one, narrow) for one in outer}


def _common(top: str, narrow: set[str]) -> str:
    """Return the innermost folder that all below a top folder are in."""
    below = sorted(one for one in narrow if one.startswith(top))
    first, last = below[0], below[-1]
    same = next((i for i, pair in enumerate(zip(first, last)) if pair[0] != pair[1]), len(first))  # noqa: B905
    return first[: first.rfind("/", 0, same) + 1] or top


def _is_prefix(text: str) -> bool:
    return bool(text.strip("/")) and not any(sign in text for sign in _NO_PREFIX)
