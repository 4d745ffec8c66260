"""Levels and settings of guardrails, as the policy pack's config file and `audit` take them.

One entry a guardrail: its settings and its `enforcementLevel`, or the level alone; `all` stands for
every guardrail and takes a level alone.
https://www.pulumi.com/docs/insights/policy/policy-packs/configuration/
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rolewright.grants import ConfigError, Problem, key_path
from rolewright.guardrails.guardrail import Level
from rolewright.guardrails.settings import read_settings
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from rolewright.guardrails.guardrail import Guardrail

_LEVEL = "enforcementLevel"
_DISABLED = "disabled"
_LEVELS = ("advisory", "mandatory", _DISABLED)
_ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Configured:
    """A guardrail with its settings; `level` is None where its own counts."""

    guardrail: Guardrail[Any]
    settings: Any
    level: Level | None = None


def configure(
    known: Iterable[Guardrail[Any]], content: Mapping[str, Any]
) -> tuple[Configured, ...]:
    """Return the guardrails that are not disabled, as the content of a config file wants them.

    Raises ConfigError with every problem of it.
    """
    known = tuple(known)
    problems = tuple(config_problems(known, content))
    if problems:
        raise ConfigError(problems)
    every = _level(content.get(_ALL, {}))
    found: list[Configured] = []
    for guardrail in known:
        given = content.get(guardrail.id, {})
        level = _level(given) or every
        if level != _DISABLED:
            own = {} if isinstance(given, str) else {k: v for k, v in given.items() if k != _LEVEL}
            found.append(
                Configured(
                    guardrail=guardrail,
                    settings=read_settings(guardrail, json.dumps(own), guardrail.id),
                    level=Level(level) if level else None,
                )
            )
    return tuple(found)


def config_problems(
    known: Iterable[Guardrail[Any]], content: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield all that is wrong with the content of a config file."""
    by_id = {guardrail.id: guardrail for guardrail in known}
    for name, given in content.items():
        guardrail = by_id.get(name)
        if guardrail is None and name != _ALL:
            meant = nearest(name, by_id)
            hint = f"; did you mean `{meant}`?" if meant else ""
            message = f"is not a guardrail{hint} ({', '.join(sorted(by_id))})"
            yield Problem(path=key_path(name), message=message)
        else:
            yield from _entry_problems(key_path(name), given, guardrail)


def settings_below(content: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return the content of a config file with the paths in it taken from a folder."""
    return {
        name: below(cast("dict[str, Any]", given), folder) if isinstance(given, dict) else given
        for name, given in content.items()
    }


def below(settings: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return a guardrail's settings with the path of a baseline taken from a folder."""
    named = settings.get("baselineFile")
    own = dict(settings)
    return {**own, "baselineFile": str(folder / named)} if isinstance(named, str) else own


def _level(given: Any) -> str | None:
    level: str | None = given if isinstance(given, str) else given.get(_LEVEL)
    return level


def _entry_problems(path: str, given: Any, guardrail: Guardrail[Any] | None) -> Iterator[Problem]:
    settings: Any = {_LEVEL: given} if isinstance(given, str) else given
    if not isinstance(settings, dict):
        yield Problem(path=path, message=f"`{json.dumps(given)}` is not a level or a mapping")
        return
    entries = cast("dict[str, Any]", settings)
    own = {key: value for key, value in entries.items() if key != _LEVEL}
    if _LEVEL in entries and entries[_LEVEL] not in _LEVELS:
        level = entries[_LEVEL]
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
        read_settings(guardrail, json.dumps(own), path)
    except ConfigError as error:
        yield from error.problems
