"""Wildcards in the actions of an Allow: they take in what nobody had in mind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.actions import may_match, named, union, writing_actions
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.iam import contains
from rolewright.reference import action_set
from rolewright.roles import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator


_NAMED = 3
"""How many patterns or actions a message names."""


class NoServiceWildcardsSettings(GuardrailSettings):
    """Action patterns that roles may have."""

    allowed: NotRequired[list[str]]
    """Action patterns with wildcards that are fine, such as `s3:Get*`."""


def _check(role: Role, settings: NoServiceWildcardsSettings) -> Iterator[Violation]:
    fine = tuple(pattern.lower() for pattern in settings.get("allowed", ()))
    for policy, statement, grants in role.effective.by_statement:
        if statement.actions is None or not may_match("".join(statement.actions)):
            continue
        within = union([grant.actions for grant in grants])
        writing_within = within & writing_actions()
        reading: list[str] = []
        writing: list[str] = []
        writes = 0
        for pattern in statement.actions:
            if not may_match(pattern):
                continue
            if any(contains(allowed, pattern.lower()) for allowed in fine):
                continue
            documented = action_set(pattern)
            changing = documented & writing_within
            if changing or not documented:
                writing.append(pattern)
                writes |= changing
            elif documented & within:
                reading.append(pattern)
        if writing:
            yield Violation(
                message=f"is allowed {_quoted(writing)}, {_reach(writes)}",
                policy=policy,
                statement=statement,
            )
        if reading:
            yield Violation(
                message=f"has wildcards that only read: {_quoted(reading)}",
                policy=policy,
                statement=statement,
                level=Level.BY_ENVIRONMENT,
            )


def _quoted(patterns: list[str]) -> str:
    text = ", ".join(f"`{pattern}`" for pattern in patterns[:_NAMED])
    return f"{text} and {len(patterns) - _NAMED} more" if len(patterns) > _NAMED else text


def _reach(writes: int) -> str:
    if not writes:
        return "which no action that AWS documents matches"
    return f"which takes in {named(writes, _NAMED)}"


GUARDRAIL: Guardrail[NoServiceWildcardsSettings] = Guardrail(
    id="no-service-wildcards",
    description="An Allow names its actions; no wildcard takes in actions that change something.",
    level=Level.MANDATORY,
    severity=Severity.HIGH,
    reads=frozenset({Part.IDENTITY}),
    why="A wildcard grants more than was meant, and more each time AWS adds an action.",
    fix="name the actions, or allow the pattern in this guardrail's `allowed`",
    settings=NoServiceWildcardsSettings,
    check=_check,
)
