"""Decide many requests at once, each by all the policies that touch it.

FILE holds JSON: one request with its policies, a list of them, or one a line with `--jsonl`.
"""

from __future__ import annotations

import json
from typing import Any, cast

import click

from rolewright.cli.batch import check_keys, run_batch
from rolewright.cli.documents import document_at, documents_at, own_documents, refuse_principals
from rolewright.cli.inputs import BadInput, BadLine, read_text, unique_keys
from rolewright.cli.options import format_option, jsonl_option
from rolewright.cli.output import Screen, print_json
from rolewright.iam import (
    SELF,
    Decision,
    Match,
    Outcome,
    Policies,
    PolicyDocument,
    Request,
    evaluate,
)

_OPTIONAL = (
    "permissionsBoundaries",
    "sessionPolicies",
    "resourcePolicy",
    "serviceControlPolicies",
    "resourceControlPolicies",
    "endpointPolicies",
)
_REQUEST_OPTIONAL = ("principal", "resourceAccount", "context")
_ALLOWED, _DENIED = 0, 1
_COLOURS = {
    Outcome.ALLOWED: "green",
    Outcome.IMPLICITLY_DENIED: "red",
    Outcome.EXPLICITLY_DENIED: "bold red",
}


def simulate(line: dict[str, Any]) -> dict[str, Any]:
    """Answer one line: `outcome`, and `because`, the statements or the policy types that decided.

    Raises BadLine, with the path in the line, for what can't be judged.
    """
    request, policies = read_line(line)
    decision = evaluate(request, policies)
    return {"outcome": decision.outcome.value, "because": _because(decision, policies)}


def read_line(line: dict[str, Any]) -> tuple[Request, Policies]:
    """Return the request and the policies of a line. Raises BadLine."""
    check_keys(line, ("identityPolicies", "request"), _OPTIONAL)
    policies = Policies(
        identity=own_documents(line, "identityPolicies") or (),
        boundary=own_documents(line, "permissionsBoundaries"),
        session=own_documents(line, "sessionPolicies"),
        resource=document_at(line.get("resourcePolicy"), "resourcePolicy"),
        service_control=_levels(line, "serviceControlPolicies", own=True),
        resource_control=_levels(line, "resourceControlPolicies", own=False),
        endpoint=documents_at(line.get("endpointPolicies"), "endpointPolicies") or (),
    )
    return _request(line["request"]), policies


def _request(given: Any) -> Request:
    if not isinstance(given, dict):
        raise BadLine("request: must be an object")
    asked = cast("dict[str, Any]", given)
    try:
        check_keys(asked, ("action", "resource"), _REQUEST_OPTIONAL)
    except BadLine as error:
        raise BadLine(f"request: {error}") from None
    action = _text(asked["action"], "request.action")
    service, colon, name = action.partition(":")
    if not (service and colon and name):
        raise BadLine(f"request.action: `{action}` is not an action; write it like `s3:GetObject`")
    principal = asked.get("principal", SELF)
    account = asked.get("resourceAccount")
    return Request(
        action=action,
        resource=_text(asked["resource"], "request.resource"),
        principal=None if principal is None else _text(principal, "request.principal"),
        resource_account=None if account is None else _text(account, "request.resourceAccount"),
        context=_context(asked.get("context") or {}),
    )


def _context(given: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, dict):
        raise BadLine("request.context: must be an object")
    context: dict[str, tuple[str, ...]] = {}
    for key, value in cast("dict[str, Any]", given).items():
        path = f"request.context.{key}"
        values = cast("list[Any]", value) if isinstance(value, list) else [value]
        context[key] = tuple(_scalar(one, path) for one in values)
    return context


def _scalar(value: Any, path: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    return _text(value, path)


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise BadLine(f"{path}: must be a string")
    return value


def _levels(line: dict[str, Any], key: str, *, own: bool) -> tuple[tuple[PolicyDocument, ...], ...]:
    levels: Any = line.get(key) or []
    if not isinstance(levels, list):
        raise BadLine(f"{key}: must be a list of levels, each a list of documents")
    found: list[tuple[PolicyDocument, ...]] = []
    for place, level in enumerate(cast("list[Any]", levels)):
        path = f"{key}[{place}]"
        documents = documents_at(level, path) or ()
        for index, document in enumerate(documents if own else ()):
            refuse_principals(document, f"{path}[{index}]")
        found.append(documents)
    return tuple(found)


def _because(decision: Decision, policies: Policies) -> list[dict[str, Any]]:
    if decision.missing:
        return [
            {"policyType": kind.value, "missing": "no statement allows it"}
            for kind in decision.missing
        ]
    return [
        {
            "policyType": match.type.value,
            "policy": _place(match, policies),
            "statement": match.statement.sid or match.statement.index,
            "effect": match.statement.effect.value,
        }
        for match in decision.because
    ]


def _place(match: Match, policies: Policies) -> int:
    """Return a document's place among those of its type, control policies level after level."""
    same = (document for type_, document in policies.documents() if type_ is match.type)
    return next(place for place, document in enumerate(same) if document is match.document)


def _read(paths: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the requests of JSON files. Raises BadInput."""
    found: list[dict[str, Any]] = []
    for path in paths:
        try:
            content = json.loads(read_text(path), object_pairs_hook=unique_keys)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"{path}: not JSON: {error}") from None
        entries = cast("list[Any]", content) if isinstance(content, list) else [content]
        for place, entry in enumerate(entries):
            if not isinstance(entry, dict):
                raise BadInput(f"{path}[{place}]: must be a request with its policies")
            found.append(cast("dict[str, Any]", entry))
    return found


def _show(screen: Screen, line: dict[str, Any], answer: dict[str, Any]) -> None:
    request = line["request"]
    outcome = Outcome(answer["outcome"])
    said = outcome.value.replace("_", " ")
    screen.line((said, _COLOURS[outcome]), f"  {request['action']}  {request['resource']}")
    for reason in answer["because"]:
        if "missing" in reason:
            screen.line(f"  {reason['policyType']}: {reason['missing']}")
        else:
            where = f"{reason['policyType']} policy {reason['policy']}"
            screen.line(f"  {reason['effect']}, {where}, statement {reason['statement']}")


@click.command(name="simulate", help=__doc__)
@click.argument("files", metavar="FILE...", nargs=-1)
@format_option
@jsonl_option
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], form: str, *, jsonl: bool) -> None:
    """Run the command."""
    if jsonl:
        ctx.exit(run_batch(simulate, files))
    if not files:
        raise BadInput("name a file of requests, or `-` for standard input")
    lines = _read(files)
    try:
        answers = [simulate(line) for line in lines]
    except ValueError as error:
        raise BadInput(str(error)) from None
    if form == "json":
        print_json(answers)
    else:
        screen = Screen()
        for line, answer in zip(lines, answers, strict=True):
            _show(screen, line, answer)
    allowed = all(answer["outcome"] == Outcome.ALLOWED.value for answer in answers)
    ctx.exit(_ALLOWED if allowed else _DENIED)


COMMAND = command
