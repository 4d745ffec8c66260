"""What a role is called, where it stands, how it is tagged and how long its sessions last.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.iam import limits, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Role


class NamingAndTagsSettings(GuardrailSettings):
    """How roles are named, placed and tagged."""

    path: NotRequired[str]
    """The path of roles, such as `/ml/`; wildcards are taken."""
    name: NotRequired[str]
    """What names look like, such as `*-prod`; wildcards are taken."""
    tags: NotRequired[list[str]]
    """Keys of tags that every role has."""
    maxSessionDuration: NotRequired[int]
    """How long sessions may last at most, in seconds."""


def _check(role: Role, settings: NamingAndTagsSettings) -> Iterator[Violation]:
    if role.created:
        for message in _faults(role, settings):
            yield Violation(message=message)


def _faults(role: Role, settings: NamingAndTagsSettings) -> Iterator[str]:
    path, name = settings.get("path", "*"), settings.get("name", "*")
    if not matches(path, role.path):
        yield f"has the path `{role.path}`, which is not `{path}`"
    if not matches(name, role.name):
        yield f"has a name that is not like `{name}`"
    # IAM takes keys of tags without case.
    there = {key.lower() for key in role.tags}
    missing = [key for key in settings.get("tags", ()) if key.lower() not in there]
    if missing:
        yield f"lacks {'a tag' if len(missing) == 1 else 'tags'}: " + ", ".join(
            f"`{key}`" for key in missing
        )
    longest = settings.get("maxSessionDuration", limits.MAX_SESSION_DURATION)
    if role.max_session_duration is not None and role.max_session_duration > longest:
        yield f"has sessions of {role.max_session_duration:,} seconds, more than {longest:,}"


GUARDRAIL: Guardrail[NamingAndTagsSettings] = Guardrail(
    id="naming-and-tags",
    description="A role has the path, name, tags and session duration that its owners agreed on.",
    level=Level.ADVISORY,
    severity=Severity.LOW,
    reads=frozenset(),
    why="By path and tags, other policies and people tell whose a role is; short sessions end leaks.",
    fix="set `path`, `nameFormat`, `tags` and `maxSessionDuration`, best once in `defaults`",
    settings=NamingAndTagsSettings,
    check=_check,
)
