"""Places in a YAML text, and the changes that put something there; nothing else is touched."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from ruamel.yaml.nodes import MappingNode, SequenceNode

from rolewright.explain.yaml_flow import flow, scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_STEP = 2


class Place(NamedTuple):
    """A key's node and its value's, of a YAML parser."""

    key: Any
    value: Any


class Edit(NamedTuple):
    """What stands from `start` to `end` becomes `text`."""

    start: int
    end: int
    text: str


def is_mapping(node: Any) -> bool:
    """Whether a node is a mapping."""
    return isinstance(node, MappingNode)


def is_list(node: Any) -> bool:
    """Whether a node is a list."""
    return isinstance(node, SequenceNode)


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with changes, none of which overlap; those at one place in their order."""
    parts: list[str] = []
    place = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += [text[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, text[place:]])


def child(node: Any, key: str) -> Place | None:
    """Return what stands under a key of a mapping."""
    return next((place for place in pairs(node) if str(place.key.value) == key), None)


def pairs(node: Any) -> tuple[Place, ...]:
    """Return the keys and values of a mapping, none of anything else."""
    return tuple(Place(*pair) for pair in node.value) if is_mapping(node) else ()


def entries(node: Any) -> Sequence[Any]:
    """Return the entries of a list, none of anything else."""
    return node.value if is_list(node) else ()


class Places:
    """A YAML text and its nodes."""

    def __init__(self, text: str, root: Any) -> None:
        self._text = text
        self._ending = "\r\n" if "\r\n" in text else "\n"
        self._counts = Counter(id(node) for node in _nodes(root))
        self._dash = next(_dashes(root), None)
        """How far list entries are indented below their key; None where no list has lines."""
        self._inline = {id(place.key) for node in _nodes(root) for place in _inline(node)}

    def is_shared(self, node: Any) -> bool:
        """Whether a node stands in more than one place, by an anchor."""
        return self._counts[id(node)] > 1

    def appended(self, node: Any, entry: Any) -> Edit:
        """Return the change that puts an entry at the end of a list."""
        held = entries(node)
        if not held:
            return self._inside(node, flow(entry))
        end = self._end(held[-1])
        if node.flow_style:
            return Edit(end, end, f", {flow(entry)}")
        return self._line_after(end, [" " * node.start_mark.column + f"- {flow(entry)}"])

    def added(self, place: Place, keys: Sequence[str], value: Any) -> Edit:
        """Return the change that puts a value under keys, of which a mapping has none."""
        held = pairs(place.value)
        if is_mapping(place.value) and place.value.flow_style:
            nested = flow(_nested(keys, value))[1:-1]
            if not held:
                return self._inside(place.value, nested)
            end = self._end(held[-1].value, held[-1].key)
            return Edit(end, end, f", {nested}")
        if id(place.key) in self._inline:
            return self._replaced(place, flow(_nested(keys, value)))
        column = held[0].key.start_mark.column if held else place.key.start_mark.column + _STEP
        last = held[-1] if held else place
        end = self._end(last.value, last.key)
        return self._line_after(end, self._block(keys, value, column))

    def changed(self, place: Place, entry: Mapping[str, Any]) -> Iterator[Edit]:
        """Yield the changes that make a mapping, or what stands in its place, an entry.

        What is the same keeps its comments and its form; keys that go are left where they are.
        """
        held = {str(one.key.value): one for one in pairs(place.value)}
        if not held:
            yield self._replaced(place, flow(dict(entry)))
            return
        for name, value in entry.items():
            if name in held:
                if _content(held[name].value) != value:
                    yield from self._value(held[name], value)
            else:
                yield self.added(place, [name], value)

    def _value(self, place: Place, value: Any) -> Iterator[Edit]:
        """Yield the changes of a value: further entries of a list go to its end."""
        was = _content(place.value)
        node = place.value
        longer = _is(was, list) and _is(value, list) and value[: len(was)] == was
        if longer and node.flow_style and was:
            end = self._end(entries(node)[-1])
            yield Edit(end, end, "".join(f", {flow(one)}" for one in value[len(was) :]))
        elif longer and was:
            column = " " * node.start_mark.column
            lines = [f"{column}- {flow(one)}" for one in value[len(was) :]]
            yield self._line_after(self._end(entries(node)[-1]), lines)
        elif _is(value, dict) and _is(was, dict):
            yield from self.changed(place, value)
        else:
            yield self._replaced(place, flow(value))

    def _replaced(self, place: Place, text: str) -> Edit:
        start, end = place.value.start_mark.index, self._end(place.value, place.key)
        if start >= end:
            # Nothing stands there; the key's own colon does.
            colon = self._text.index(":", place.key.end_mark.index) + 1
            return Edit(colon, colon, f" {text}")
        return Edit(start, end, text)

    def _inside(self, node: Any, text: str) -> Edit:
        """Return the change that puts something between the brackets of an empty node."""
        start = node.start_mark.index + 1
        return Edit(start, start, text)

    def _block(self, keys: Sequence[str], value: Any, column: int) -> list[str]:
        """Return lines with a value under keys; a list as the file writes its others."""
        *above, last = keys
        lines = [
            " " * (column + depth * _STEP) + f"{scalar(key)}:" for depth, key in enumerate(above)
        ]
        column += len(above) * _STEP
        if _is(value, list) and self._dash is not None:
            return [
                *lines,
                " " * column + f"{scalar(last)}:",
                *(" " * (column + self._dash) + f"- {flow(one)}" for one in value),
            ]
        return [*lines, " " * column + f"{scalar(last)}: {flow(value)}"]

    def _line_after(self, end: int, lines: Sequence[str]) -> Edit:
        """Return the change that puts lines after the one in which something ends."""
        at = self._text.find("\n", end)
        if at < 0:
            at = len(self._text)
            return Edit(at, at, "".join(self._ending + line for line in lines))
        return Edit(at + 1, at + 1, "".join(line + self._ending for line in lines))

    def _end(self, node: Any, key: Any = None) -> int:
        """Return where a node really ends: a parser takes what follows a block for a part of it."""
        if is_mapping(node) and not node.flow_style:
            last = pairs(node)[-1]
            return self._end(last.value, last.key)
        if is_list(node) and not node.flow_style:
            return self._end(entries(node)[-1])
        start, end = int(node.start_mark.index), int(node.end_mark.index)
        if start >= end:
            return int(key.end_mark.index) if key is not None else start
        return start + len(self._text[start:end].rstrip())


def _nested(keys: Sequence[str], value: Any) -> Any:
    for key in reversed(keys):
        value = {key: value}
    return value


def _nodes(root: Any) -> Iterator[Any]:
    """Yield every node as often as it stands somewhere; an anchor's content once."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if id(node) not in seen:
            seen.add(id(node))
            waiting += entries(node)
            waiting += [part for pair in pairs(node) for part in pair]


def _inline(node: Any) -> Iterator[Place]:
    """Yield the places of a mapping in braces."""
    if is_mapping(node) and node.flow_style:
        yield from pairs(node)


def _dashes(root: Any) -> Iterator[int]:
    for node in _nodes(root):
        for key, value in pairs(node):
            if is_list(value) and not value.flow_style:
                yield int(value.start_mark.column - key.start_mark.column)


def _content(node: Any) -> Any:
    """Return what a node holds, texts for all that is no mapping or list but for words of YAML."""
    if is_mapping(node):
        return {str(place.key.value): _content(place.value) for place in pairs(node)}
    if is_list(node):
        return [_content(one) for one in entries(node)]
    words = {"tag:yaml.org,2002:bool": {"true": True, "false": False}}
    return words.get(str(node.tag), {}).get(str(node.value).lower(), node.value)
