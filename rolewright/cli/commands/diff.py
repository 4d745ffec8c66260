"""Compare two documents: what access NEW adds to OLD and removes, each with an example request.

OLD and NEW are JSON documents of one kind, or `-` for standard input. With `--jsonl`, both are
objects of each line, `{"id": ..., "old": {...}, "new": {...}}`.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from rolewright.cli.batch import BadLine, check_keys, run_batch
from rolewright.cli.inputs import STDIN, BadInput, read_text
from rolewright.cli.options import format_option, jsonl_option
from rolewright.cli.output import Screen, print_json
from rolewright.iam import (
    SELF,
    Difference,
    Effect,
    Entry,
    InvalidDocument,
    PolicyDocument,
    Relation,
    Request,
    diff,
    matches,
    parse_document,
)
from rolewright.reference import action_set, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable

_SAME, _DIFFERENT = 0, 1
_MOST_NAMES = 200
_TWO = 2
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
_SAID = {
    Relation.EQUIVALENT: "no change in access",
    Relation.BROADER: "broader: access is added, none is removed",
    Relation.NARROWER: "narrower: access is removed, none is added",
    Relation.INCOMPARABLE: "access is added, and other access is removed",
    Relation.UNDECIDED: "undecided: take what is marked `?` as a change",
}


def compare(line: dict[str, Any]) -> dict[str, Any]:
    """Answer one line: `relation` of the new document to the old, `added` and `removed`.

    Raises BadLine, with the path in the line, for what is no document.
    """
    check_keys(line, ("old", "new"))
    found = diff(_document(line, "old"), _document(line, "new"), known=known_actions)
    return as_json(found)


def known_actions(pattern: str) -> Iterable[str]:
    """Return names of actions that AWS documents and a pattern matches, well-known ones first."""
    usual = (name for name in _USUAL if matches(pattern, name, ignore_case=True))
    return chain(usual, names_in(action_set(pattern), _MOST_NAMES))


def as_json(found: Difference) -> dict[str, Any]:
    """Return a difference as programs get it; `undecided` is there only where something is."""
    answer: dict[str, Any] = {
        "relation": found.relation.value,
        "added": [_entry(entry) for entry in found.added],
        "removed": [_entry(entry) for entry in found.removed],
    }
    undecided = [
        *({"change": "added", **_pattern(entry)} for entry in found.may_add),
        *({"change": "removed", **_pattern(entry)} for entry in found.may_remove),
    ]
    return {**answer, "undecided": undecided} if undecided else answer


def _document(line: dict[str, Any], key: str) -> PolicyDocument:
    try:
        return parse_document(line[key])
    except InvalidDocument as error:
        where = f"{key}.{error.path}" if error.path else key
        raise BadLine(f"{where}: {error.message}") from None


def _entry(entry: Entry) -> dict[str, Any]:
    return {**_request(entry.witness), **_pattern(entry)} if entry.witness else _pattern(entry)


def _request(witness: Request) -> dict[str, Any]:
    """Return the example as `simulate` takes a request."""
    request: dict[str, Any] = {
        "action": witness.action,
        "resource": witness.resource,
        "context": {
            key: values[0] if len(values) == 1 else list(values)
            for key, values in witness.context.items()
        },
    }
    if witness.principal != SELF:
        request["principal"] = witness.principal
        request["resourceAccount"] = witness.resource_account
    return request


def _pattern(entry: Entry) -> dict[str, Any]:
    return {
        "actionPattern": entry.action,
        "resourcePattern": entry.resource,
        "effect": entry.effect.value,
        "statement": entry.sid or entry.statement,
        "conditions": [
            {"operator": c.operator, "key": c.key, "values": list(c.values)}
            for c in entry.conditions
        ],
    }


def _show(screen: Screen, found: Difference) -> None:
    screen.line(_SAID[found.relation])
    for sign, colour, entries in (
        ("+", "green", found.added),
        ("-", "red", found.removed),
        ("+?", "green", found.may_add),
        ("-?", "red", found.may_remove),
    ):
        for entry in entries:
            screen.line((sign, colour), f" {entry.action} on {entry.resource}")
            screen.wrapped(_why(entry, sign), "    ")
            if entry.witness is not None:
                screen.wrapped(f"e.g. {_in_words(entry.witness)}", "    ")


def _why(entry: Entry, sign: str) -> str:
    """Return which statement makes the change: an Allow of the one, or a Deny of the other."""
    is_new = ("+" in sign) is (entry.effect is Effect.ALLOW)
    name = entry.sid or f"{entry.statement}"
    said = f"{entry.effect.value} {name} of the {'new' if is_new else 'old'} document"
    conditions = "; ".join(f"{c.operator} {c.key} {', '.join(c.values)}" for c in entry.conditions)
    return f"{said}, if {conditions}" if conditions else said


def _in_words(witness: Request) -> str:
    said = f"{witness.action.partition(':')[2]} {witness.resource}"
    if witness.principal != SELF:
        said = f"{said} by {witness.principal or 'anyone, without credentials'}"
    context = ", ".join(f"{key}={'|'.join(values)}" for key, values in witness.context.items())
    return f"{said} with {context}" if context else said


def _read(path: str) -> PolicyDocument:
    try:
        return parse_document(read_text(path))
    except InvalidDocument as error:
        raise BadInput(f"{path}: {error}") from None


@click.command(name="diff", help=__doc__)
@click.argument("files", metavar="OLD NEW", nargs=-1)
@format_option
@jsonl_option
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], form: str, *, jsonl: bool) -> None:
    """Run the command."""
    if jsonl:
        ctx.exit(run_batch(compare, files))
    if len(files) != _TWO:
        raise BadInput("name two documents: the old one and the new one")
    if files == (STDIN, STDIN):
        raise BadInput("only one of the documents can be standard input")
    old, new = map(_read, files)
    found = diff(old, new, known=known_actions)
    if form == "json":
        print_json(as_json(found))
    else:
        _show(Screen(), found)
    ctx.exit(_SAME if found.relation is Relation.EQUIVALENT else _DIFFERENT)


COMMAND = command
