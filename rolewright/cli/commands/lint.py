"""Find what AWS would refuse in policy documents, and what silently does nothing in them.

Exits with 0 where nothing is found, 1 where something is, 2 where a file can't be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from rolewright.cli.batch import check_keys, run_batch
from rolewright.cli.inputs import YAML, BadInput, BadLine, not_json, read_text
from rolewright.cli.options import format_option, jsonl_option
from rolewright.cli.output import Screen, print_json
from rolewright.cli.progress import progress
from rolewright.lint import Finding, Kind, Recorded, Severity, draw, lint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CLEAN, FINDINGS, BAD_INPUT = 0, 1, 2
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


@click.command("lint", help=__doc__)
@click.argument("files", nargs=-1)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    help="What the documents are attached to; guessed from each where it isn't given.",
)
@format_option
@jsonl_option
@click.pass_context
def COMMAND(  # noqa: N802  # found by this name
    context: click.Context, files: Sequence[str], kind: str | None, form: str, *, jsonl: bool
) -> None:
    """Lint the files."""
    of_kind = Kind(kind) if kind else None
    if jsonl:
        context.exit(run_batch(lambda line: _answer(line, of_kind), files, Recorded))
    if not files:
        raise BadInput("no files; name some, or `-` for standard input")
    found: list[tuple[str, str, tuple[Finding, ...]]] = []
    failed = False
    for path in progress(files, "lint"):
        try:
            found.append(_linted(path, of_kind))
        except BadInput as error:
            error.show()
            failed = True
    if failed and not found:
        context.exit(BAD_INPUT)
    if form == "json":
        print_json([{"file": path, "findings": _as_json(said)} for path, _, said in found])
    else:
        _print(found)
    context.exit(BAD_INPUT if failed else FINDINGS if any(said for *_, said in found) else CLEAN)


def _linted(path: str, kind: Kind | None) -> tuple[str, str, tuple[Finding, ...]]:
    """Return what is found in a file, beside its text. Raises BadInput, also for a stack's file."""
    text = read_text(path)
    findings = lint(text, kind)
    for finding in findings:
        if path.endswith(YAML) and finding.id == "invalid-json":
            raise not_json(path, finding.message)
    return path, text, findings


def _answer(line: Mapping[str, Any], kind: Kind | None) -> dict[str, Any]:
    check_keys(line, ["document"])
    document: Any = line["document"]
    if not isinstance(document, str | Recorded):
        raise BadLine("`document` must be a policy document or its text")
    return {"findings": _as_json(lint(document, kind))}


def _as_json(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [
        {
            "id": finding.id,
            "path": finding.path,
            "message": finding.message,
            "severity": finding.severity.value,
        }
        for finding in findings
    ]


def _print(found: Sequence[tuple[str, str, tuple[Finding, ...]]]) -> None:
    screen = Screen()
    for path, text, findings in found:
        if not findings:
            continue
        screen.line(path)
        for finding in findings:
            screen.line(
                "  ",
                (finding.severity.value, _STYLES[finding.severity]),
                f"  {finding.id}" + (f"  {finding.path}" if finding.path else ""),
            )
            screen.wrapped(finding.message, "    ")
            for line in draw(text, finding).splitlines():
                screen.line(line)
        screen.line("")
    screen.line(_total(found))


def _total(found: Sequence[tuple[str, str, tuple[Finding, ...]]]) -> str:
    findings = [finding for *_, said in found for finding in said]
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    counted = [_counted(errors, "error"), _counted(len(findings) - errors, "warning")]
    return f"{_counted(len(found), 'document')}: {', '.join(counted)}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
