"""A difference in access, in words: the one place that words it, for previews and the command line."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from rolewright.iam import SELF, Effect, matches
from rolewright.reference import AccessLevel, access_level_set, action_set, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolewright.iam import Entry, Request
    from rolewright.roles import AttachedPolicy, Role

WRITTEN_DIFFERENTLY = "no change in access (the document is written differently)"
_MOST = 10
"""How many parts of a difference are told."""
_ACTIONS, _RESOURCES, _KEYS = 4, 3, 3
"""How many names of each are told of a part."""
_TRIED = 64
"""How many actions are tried for one that shows a difference."""
_USUAL = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:DeleteObject",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "sagemaker:CreateTrainingJob",
    "iam:PassRole",
    "sts:AssumeRole",
    "kms:Decrypt",
    "ec2:RunInstances",
    "lambda:InvokeFunction",
)
"""Actions that a reader knows, for examples where any action would do."""
_GRAVEST = (
    AccessLevel.PERMISSIONS_MANAGEMENT,
    AccessLevel.WRITE,
    AccessLevel.TAGGING,
    AccessLevel.READ,
)


def known_actions(pattern: str) -> Iterable[str]:
    """Return names of actions that AWS documents and a pattern matches, well-known ones first."""
    usual = (name for name in _USUAL if matches(pattern, name, ignore_case=True))
    return chain(usual, names_in(action_set(pattern), _TRIED))


def difference_lines(entries: Iterable[Entry], sign: str, most: int = _MOST) -> Iterator[str]:
    """Yield what is added (`+`) or removed (`-`): a line a part, and an example where it says more.

    Actions and resources that one statement has alike are one part. Of more than `most` parts those
    are told that change most, and the rest are counted.
    """
    parts = _parts(entries)
    gravest = sorted(range(len(parts)), key=lambda place: _gravity(parts[place][0][0]))[:most]
    for actions, resources, witness in (parts[place] for place in sorted(gravest)):
        doubt = "" if witness else ", perhaps"
        yield f"{sign} {_few(actions, _ACTIONS)} on {_few(resources, _RESOURCES)}{doubt}"
        if witness is not None and not _says_all(actions, resources, witness):
            yield f"  e.g. {example_words(witness)}"
    if len(parts) > most:
        yield f"{sign} {len(parts) - most} more"


def example_words(witness: Request, most: int | None = _KEYS) -> str:
    """Return a request in words, with `most` of the keys of its context."""
    said = f"{witness.action.partition(':')[2]} {witness.resource}"
    if witness.principal != SELF:
        said = f"{said} by {witness.principal or 'anyone, without credentials'}"
    return f"{said} {context_words(witness, most)}" if witness.context else said


def context_words(witness: Request, most: int | None = _KEYS) -> str:
    """Return the context of a request in words, with `most` of its keys."""
    context = [f"{key}={'|'.join(values)}" for key, values in witness.context.items()]
    return f"with {_few(context, most or len(context))}"


def policy_of(role: Role, entry: Entry) -> AttachedPolicy | None:
    """Return the policy whose Allow gives the access; None where a Deny is gone or a boundary."""
    for policy in role.policies:
        for statement in policy.statements:
            if (
                entry.effect is statement.effect is Effect.ALLOW
                and (entry.statement, entry.sid) == (statement.index, statement.sid)
                and entry.conditions == statement.conditions
                and entry.action in (*(statement.actions or ()), "*")
                and entry.resource in (*(statement.resources or ()), "*")
            ):
                return policy
    return None


_Part = tuple[tuple[str, ...], tuple[str, ...], "Request | None"]


def _parts(entries: Iterable[Entry]) -> list[_Part]:
    """Return actions and resources that one statement has alike, each with the first example."""
    statements: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        sure = entry.witness is not None
        key = (sure, entry.effect, entry.statement, entry.sid, entry.conditions)
        statements.setdefault(key, []).append(entry)
    return [part for alike in statements.values() for part in _alike(alike)]


def _alike(entries: Iterable[Entry]) -> Iterator[_Part]:
    """Yield the entries of one statement: resources with the same actions are one part."""
    by_resource: dict[str, list[Entry]] = {}
    for entry in entries:
        by_resource.setdefault(entry.resource, []).append(entry)
    parts: dict[tuple[str, ...], list[Entry]] = {}
    for alike in by_resource.values():
        alike.sort(key=lambda entry: _gravity(entry.action))
        parts.setdefault(tuple(entry.action for entry in alike), []).append(alike[0])
    for actions, firsts in parts.items():
        yield actions, tuple(first.resource for first in firsts), firsts[0].witness


def _gravity(action: str) -> int:
    """Return the place of an action pattern: what changes most comes first, and is told of many."""
    actions = action_set(action)
    levels = (place for place, level in enumerate(_GRAVEST) if actions & access_level_set(level))
    return next(levels, len(_GRAVEST))


def _few(names: Sequence[str], most: int) -> str:
    more = len(names) - most
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:most])} and {more} more"


def _says_all(actions: Sequence[str], resources: Sequence[str], witness: Request) -> bool:
    return witness.action in actions and witness.resource in resources and not witness.context
