"""Leaving what is faulty out of a config, so that the rest of it can still be checked.

What is left out of a list moves what follows it, so each part remembers the path it had.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rolewright.grants.problems import join_paths, key_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_LEFT_OUT: Any = object()


@dataclass(frozen=True, kw_only=True, slots=True)
class Trimmed:
    """A config without its faulty parts; `moved` are the old paths of what is left, by the new."""

    content: Any
    moved: Mapping[str, str]

    def old_path(self, path: str) -> str:
        """Return the path that something at `path` had before anything was left out."""
        part = longest_known(path, self.moved)
        return path if part is None else self.moved[part] + path[len(part) :]

    def old_part(self, path: str) -> str:
        """Return the old path of the part at `path`, or of what would hold it if it were there."""
        part = longest_known(path, self.moved)
        return path if part is None else self.moved[part]


def trim(
    content: Any,
    faulty: Collection[str],
    root: str = "",
    keep: int = 1,
    filled: Mapping[str, Mapping[str, Any]] | None = None,
) -> Trimmed:
    """Return the content, which stands at the path `root`, without the parts at `faulty`.

    `filled` are keys to add to what is at a path, with their values. What holds nothing any more, because of what was left out of it, is left out too, but for the
    `keep` outermost levels. The content is None where it is left out as a whole.
    """
    moved: dict[str, str] = {}

    def part(value: Any, old: str, new: str, level: int) -> Any:
        if old in faulty:
            return _LEFT_OUT
        before = len(moved)
        moved[new] = old
        if not isinstance(value, Mapping | list):
            return value
        parts = list(_parts(cast("Any", value)))
        is_list = isinstance(value, list)
        kept: dict[str | int, Any] = {}
        for name, held in parts:
            now = len(kept) if is_list else name
            found = part(held, _below(old, name), _below(new, now), level + 1)
            if found is not _LEFT_OUT:
                kept[now] = found
        if len(kept) < len(parts) and level >= keep and all(_is_empty(v) for v in kept.values()):
            for path in list(moved)[before:]:
                del moved[path]
            return _LEFT_OUT
        return list(kept.values()) if is_list else {**kept, **(filled or {}).get(old, {})}

    found = part(content, root, root, 0)
    return Trimmed(content=None if found is _LEFT_OUT else found, moved=moved)


def paths_in(content: Any, root: str) -> Iterator[str]:
    """Yield the path of every part of the content, in its order, what holds a part before it."""
    yield root
    for name, held in _parts(content):
        yield from paths_in(held, _below(root, name))


def longest_known(path: str, known: Collection[str]) -> str | None:
    """Return the known path that is this one or the nearest above it, or None."""
    for end in range(len(path), -1, -1):
        if (end == len(path) or path[end] in ".[") and path[:end] in known:
            return path[:end]
    return None


def _parts(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        yield from cast("Mapping[str, Any]", value).items()
    elif isinstance(value, list):
        yield from enumerate(cast("list[Any]", value))


def _below(path: str, name: str | int) -> str:
    return join_paths(path, key_path(name))


def _is_empty(value: Any) -> bool:
    return isinstance(value, Mapping | list) and not value
