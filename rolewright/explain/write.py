"""Writes a patch into a stack's file: what is new is put in, every other character stays as it is.

A YAML parser gives the places. What can't be put in so that the file then says just what was meant
is refused.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from rolewright.explain.placing import steps
from rolewright.explain.yaml_places import (
    Edit,
    Place,
    Places,
    child,
    edited,
    entries,
    is_list,
    is_mapping,
)
from rolewright.grants.keys import NAMESPACE
from rolewright.grants.stack_file import draft_of_config, read_config

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolewright.explain.patch import Patch

_BY_HAND = "write it by hand"
_ROLES = f"{NAMESPACE}:roles"
_MARK = b"\xef\xbb\xbf"


class UncleanPatch(ValueError):  # noqa: N818  # named as InvalidStackFile is
    """A patch that can't be written so that all else stays as it is; the message says why."""


def apply(patch: Patch, path: Path) -> None:
    """Write a patch into a stack's file. Raises UncleanPatch, InvalidStackFile or OSError.

    The file is replaced at once or not at all, and only by one that says what the patch means.
    """
    path = path.resolve()
    before = read_config(path)
    content = path.read_bytes()
    mark = _MARK if content.startswith(_MARK) else b""
    written = patched_text(patch, content.removeprefix(mark).decode())
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".rolewright-") as folder:
        made = Path(folder) / path.name
        made.write_bytes(mark + written.encode())
        _check(patch, before, made)
        made.chmod(path.stat().st_mode & 0o777)
        made.replace(path)


def patched_text(patch: Patch, text: str) -> str:
    """Return a stack file's text with a patch in it. Raises UncleanPatch."""
    yaml: Any = YAML(typ="rt", pure=True)
    try:
        root: Any = yaml.compose(text)
    except YAMLError as error:
        raise UncleanPatch(f"the file is not YAML: {str(error).splitlines()[0]}") from None
    return edited(text, _edits(Places(text, root), root, patch))


def _edits(places: Places, root: Any, patch: Patch) -> Iterable[Edit]:
    place = _role(places, root, patch.role)
    keys = steps(patch.key)
    for depth, key in enumerate(keys):
        found = child(place.value, key)
        if found is None:
            if patch.index is not None:
                raise UncleanPatch(f"there is no `{patch.path}` in it; {_BY_HAND}")
            if not _takes_keys(place.value):
                raise UncleanPatch(f"`{place.key.value}` is not a mapping; {_BY_HAND}")
            entry = dict(patch.entry)
            value: Any = [entry] if patch.listed else entry
            return [places.added(place, keys[depth:], value)]
        place = _own(places, found)
    if not patch.listed:
        return places.changed(place, patch.entry)
    if not is_list(place.value):
        raise UncleanPatch(f"`{place.key.value}` is not a list; {_BY_HAND}")
    if patch.index is None:
        return [places.appended(place.value, dict(patch.entry))]
    listed = entries(place.value)
    if patch.index >= len(listed):
        raise UncleanPatch(f"there is no `{patch.path}` in it; {_BY_HAND}")
    return places.changed(_own(places, Place(place.key, listed[patch.index])), patch.entry)


def _takes_keys(node: Any) -> bool:
    """Whether a node is a mapping, or nothing."""
    return is_mapping(node) or str(node.tag) == "tag:yaml.org,2002:null"


def _role(places: Places, root: Any, role: str) -> Place:
    """Return a role's place. Raises UncleanPatch."""
    place = Place(None, root)
    for key in ("config", _ROLES, role):
        found = child(place.value, key)
        if found is None:
            raise UncleanPatch(f"there is no `{key}` in it as a key of its own; {_BY_HAND}")
        place = _own(places, found)
    return place


def _own(places: Places, place: Place) -> Place:
    """Return a place. Raises UncleanPatch where its value stands elsewhere too, by an anchor."""
    if places.is_shared(place.value):
        raise UncleanPatch(
            f"`{place.key.value}` is shared by an anchor, and others would change too; {_BY_HAND}"
        )
    return place


def _check(patch: Patch, before: Mapping[str, Any], made: Path) -> None:
    """Raise UncleanPatch unless a file says what was there before, with the patch, and is valid."""
    after = read_config(made)
    if _plain(after) != _expected(patch, before):
        raise UncleanPatch(f"the file would not say just that; {_BY_HAND}")
    problems = draft_of_config(after).problems
    known = set(draft_of_config(before).problems)
    for problem in problems:
        if problem not in known:
            raise UncleanPatch(f"the file would no longer be valid: {problem}")


def _expected(patch: Patch, before: Mapping[str, Any]) -> Any:
    content: Any = _plain(before)
    place = content[_ROLES]
    *above, last = steps(patch.key)
    for key in (patch.role, *above):
        place[key] = place.get(key) or {}
        place = place[key]
    entry = dict(patch.entry)
    if not patch.listed:
        place[last] = entry
    elif patch.index is None:
        place[last] = [*(place.get(last) or ()), entry]
    else:
        place[last][patch.index] = entry
    return content


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))
