"""Property paths, as `ignoreChanges` has them: `description`, `tags.team`, `tags["a.b"]`, `list[0]`.

Syntax: https://www.pulumi.com/docs/iac/concepts/miscellaneous/property-paths/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from local_aws.provider.kinds import Props

_STEP = re.compile(
    r'\.?(?P<name>[^.\[\]"]+)|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|\[(?P<index>\d+|\*)\]'
)


def keep_at(paths: Iterable[str], state: Props, inputs: Props) -> Props:
    """Return the inputs with what the state has at the paths; what it hasn't got is left out."""
    kept = inputs
    for path in paths:
        kept = _kept(kept, state, _steps(path))
    return kept


def _steps(path: str) -> list[str]:
    return [
        (step["quoted"] or "").replace('\\"', '"')
        if step["quoted"] is not None
        else step["name"] or step["index"]
        for step in _STEP.finditer(path)
    ]


def _kept(now: Any, before: Any, steps: Sequence[str]) -> Any:
    if not steps:
        return before
    step, *rest = steps
    if isinstance(now, list) and isinstance(before, list):
        old, new = cast("list[Any]", before), list(cast("list[Any]", now))
        both = min(len(old), len(new))
        for index in range(both) if step == "*" else [int(step)] if step.isdecimal() else []:
            if index < both:
                new[index] = _kept(new[index], old[index], rest)
        return new
    if not isinstance(now or before, dict):
        return cast("Any", now)
    old, new = cast("Props", before or {}), dict(cast("Props", now or {}))
    for key in {*old, *new} if step == "*" else {step}:
        value = _kept(new.get(key), old.get(key), rest)
        if value is None:
            new.pop(key, None)
        else:
            new[key] = value
    return new
