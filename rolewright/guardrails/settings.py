"""Settings that guardrails share, and how they are read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NotRequired, TypeVar, cast

from pydantic import ConfigDict
from typing_extensions import TypedDict

from rolewright.grants import ConfigError, Problem, validate_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rolewright.guardrails.guardrail import Guardrail

S = TypeVar("S")

_NONE = "{}"
STRICT = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True)


class WaiverSettings(TypedDict):
    """A violation that is accepted for a while."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    role: str
    """The role's name in IAM, or a pattern of URNs or names with `*` and `?`."""
    sid: NotRequired[str]
    """The Sid of the one statement that is meant; every finding about the role if left out."""
    reason: str
    """Why it is accepted."""
    owner: str
    """Who answers for it."""
    expires: str
    """The last day on which it counts, such as `2026-12-31`."""


class GuardrailSettings(TypedDict):
    """What every guardrail's settings have."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as WaiverSettings

    waivers: NotRequired[list[WaiverSettings]]
    """Violations that are accepted for a while; they are printed, and stop nothing."""


class NoSettings(GuardrailSettings):
    """A guardrail without settings of its own."""


def read_settings(guardrail: Guardrail[S], text: str, path: str) -> S:
    """Return the settings of a guardrail from JSON text; `path` is where they stand.

    Raises ConfigError with every fault at once.
    """
    # No guardrail needs settings, and to make a validator for each takes longer than most runs.
    settings = cast("S", {}) if text == _NONE else validate_text(text, guardrail.settings, path)
    given: list[dict[str, str]] = cast("dict[str, Any]", settings).get("waivers", [])
    problems = [
        problem.under(f"{path}.waivers[{place}]")
        for place, waiver in enumerate(given)
        for problem in _problems(waiver)
    ]
    if problems:
        raise ConfigError(problems)
    if guardrail.prepare is None:
        return settings
    try:
        return guardrail.prepare(settings)
    except ConfigError as error:
        raise ConfigError(problem.under(path) for problem in error.problems) from None


def _problems(waiver: Mapping[str, str]) -> Iterator[Problem]:
    for key, missing in (
        ("role", "name a role, or a pattern"),
        ("sid", "name a statement, or leave it out for all of them"),
        ("reason", "say why it is accepted"),
        ("owner", "say who answers for it"),
    ):
        if not waiver.get(key, missing).strip():
            yield Problem(path=key, message=f"is empty; {missing}")
    try:
        date.fromisoformat(waiver["expires"])
    except ValueError:
        message = f"`{waiver['expires']}` is not a date; write it as `2026-12-31`"
        yield Problem(path="expires", message=message)
