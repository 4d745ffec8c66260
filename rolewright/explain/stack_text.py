"""Roles of a stack config as YAML for a stack's file, with comments."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from rolewright.grants import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolewright.grants import Target

    Path = tuple[str | int, ...]

_WIDTH = 80
_NO_WRAPPING = 1 << 16
_STEP = 2


USE = (
    "# a whole stack's file, to save as Pulumi.NAME.yaml: see that region and",
    "# environment are the stack's. Or copy what stands below `sagemaker-roles:roles`",
    "# into the file of a stack that you have",
    "#",
)
"""What stands above such a text, in lines: where it goes."""


def stack_text(
    roles: Mapping[str, Any],
    comments: Mapping[Path, str],
    target: Target,
    defaults: Mapping[str, Any] | None = None,
) -> str:
    """Return the text of a stack's file that has these roles, in the stack of a target.

    `comments` stand before what is at a path, such as `("TrainingRole", "buckets", 0)`.
    """
    settings: dict[str, Any] = {
        "aws:region": target.region,
        f"{NAMESPACE}:environment": target.environment or "dev",
    }
    if defaults:
        settings[f"{NAMESPACE}:defaults"] = defaults
    root: Any = _laid_out({"config": {**settings, f"{NAMESPACE}:roles": roles}}, 0)
    below = root["config"][f"{NAMESPACE}:roles"]
    for path, text in comments.items():
        _comment(below, path, text)
    yaml: Any = YAML()
    yaml.width = _NO_WRAPPING
    yaml.indent(mapping=_STEP, sequence=2 * _STEP, offset=_STEP)
    stream = io.StringIO()
    yaml.dump(root, stream)
    return stream.getvalue()


def entry_line(entry: Mapping[str, Any]) -> str:
    """Return an entry as it stands on one line, for a text that names it."""
    yaml: Any = YAML()
    yaml.width = _NO_WRAPPING
    stream = io.StringIO()
    yaml.dump(_flow(entry), stream)
    return stream.getvalue().strip()


def _laid_out(value: Any, indent: int) -> Any:
    """Return a value for the emitter, a key or an entry a line."""
    if isinstance(value, dict):
        return _mapping(cast("dict[str, Any]", value), indent)
    if isinstance(value, list):
        return _sequence(cast("list[Any]", value), indent)
    return value


def _mapping(value: dict[str, Any], indent: int) -> Any:
    return CommentedMap((key, _beside(key, below, indent)) for key, below in value.items())


def _beside(key: str, value: Any, indent: int) -> Any:
    """Return what stands after a key: a list of plain values or a small mapping on its line."""
    if isinstance(value, dict | list):
        listed = list(_parts(value))
        plain = not any(isinstance(one, dict | list) for one in listed)
        if (plain or not listed) and indent + len(key) + 2 + len(_one_line(value)) <= _WIDTH:
            return _flow(value)
    return _laid_out(value, indent + _STEP)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).values()
    return cast("list[Any]", value)


def _sequence(value: list[Any], indent: int) -> Any:
    """Return a list an entry a line, those that are too long laid out below."""
    inner = indent + _STEP
    return CommentedSeq(
        _flow(one) if inner + len(_one_line(one)) <= _WIDTH else _laid_out(one, inner)
        for one in value
    )


def _flow(value: Any) -> Any:
    made: Any
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        made = CommentedMap((key, _flow(below)) for key, below in items)
    elif isinstance(value, list):
        made = CommentedSeq(_flow(one) for one in cast("list[Any]", value))
    else:
        return value
    made.fa.set_flow_style()
    return made


def _one_line(value: Any) -> str:
    """Return about what a value takes on one line: YAML leaves out JSON's quotes."""
    return json.dumps(value, ensure_ascii=False).replace('"', "")


def _comment(below: Any, path: Path, text: str) -> None:
    *before, last = path
    # `config:` and the roles' key are above.
    indent = 2 * _STEP
    for step in before:
        below = below[step]
        indent += _STEP
        if isinstance(step, int):
            indent += _STEP
    below.yaml_set_comment_before_after_key(last, before=text, indent=indent)
