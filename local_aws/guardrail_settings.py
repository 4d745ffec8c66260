"""Levels and settings of guardrails, in the file that the policy pack takes as its config."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from local_aws.baseline import below
from local_aws.faults import Fault
from rolewright.grants import ConfigError, Problem, key_path
from rolewright.guardrails import Guardrail, guardrails, read_settings
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LEVEL = "enforcementLevel"
_LEVELS = ("advisory", "mandatory", "disabled")
_ALL = "all"
"""Stands for every guardrail; it takes a level alone."""


def check_guardrail_settings(path: Path) -> None:
    """Check a file of guardrail settings, since the engine's own words for a fault help nobody.

    Raises Fault with every problem of it.
    """
    try:
        content: Any = json.loads(path.read_text())
    except OSError as error:
        raise Fault(f"`{path}` can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Fault(f"`{path}` is not JSON: it is no text") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Fault(f"`{path}` is not JSON: {error.msg.lower()} ({where})") from None
    if not isinstance(content, dict):
        raise Fault(f"`{path}` is no mapping from guardrails to their settings")
    problems = tuple(_problems(cast("dict[str, Any]", content), path.parent))
    if problems:
        raise Fault(str(ConfigError(problems)), where=str(path))


def _problems(content: dict[str, Any], folder: Path) -> Iterator[Problem]:
    known = {guardrail.id: guardrail for guardrail in guardrails()}
    for name, given in content.items():
        guardrail = known.get(name)
        if guardrail is None and name != _ALL:
            meant = nearest(name, known)
            hint = f"; did you mean `{meant}`?" if meant else ""
            message = f"is not a guardrail{hint} ({', '.join(sorted(known))})"
            yield Problem(path=key_path(name), message=message)
        else:
            yield from _entry_problems(key_path(name), given, guardrail, folder)


def _entry_problems(
    path: str, given: Any, guardrail: Guardrail[Any] | None, folder: Path
) -> Iterator[Problem]:
    settings: dict[str, Any] = {_LEVEL: given} if isinstance(given, str) else given
    if not isinstance(settings, dict):  # pyright: ignore[reportUnnecessaryIsInstance]  # it is JSON
        yield Problem(path=path, message=f"`{json.dumps(given)}` is not a level or a mapping")
        return
    own = {key: value for key, value in settings.items() if key != _LEVEL}
    if _LEVEL in settings and settings[_LEVEL] not in _LEVELS:
        level = settings[_LEVEL]
        meant = nearest(str(level), _LEVELS)
        hint = f"; did you mean `{meant}`?" if meant else ""
        yield Problem(
            path=path if isinstance(given, str) else f"{path}.{_LEVEL}",
            message=f"`{level}` is not a level{hint} ({', '.join(_LEVELS)})",
        )
    if guardrail is None:
        for key in own:
            yield Problem(path=f"{path}.{key}", message=f"`{_ALL}` takes `{_LEVEL}` alone")
        return
    try:
        read_settings(guardrail, json.dumps(below(own, folder)), path)
    except ConfigError as error:
        yield from error.problems
