"""Judge roles by every guardrail, wherever they are.

PATHS are files, folders or `-`, told by their content: a policy document; a role as JSON, with
`name`, `trust`, `identityPolicies` and `permissionsBoundaries`; the output of `aws iam
get-account-authorization-details`, gzip or not; the output of `pulumi stack export`.

Exits with 0 where nothing is enforced that a role breaks, advice or not, 1 where something is, 2
where some input can't be used.
"""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from rolewright.audit import (
    FINGERPRINT,
    Audited,
    Finding,
    Rules,
    Totals,
    audit_subject,
    markdown,
    read_rules,
    sarif,
)
from rolewright.cli.audit_inputs import Found, together
from rolewright.cli.audit_roles import role_of_json
from rolewright.cli.audit_sources import ANY_ACCOUNT, Inputs, live_roles, planned_roles
from rolewright.cli.audit_text import print_text
from rolewright.cli.batch import check_keys, run_batch
from rolewright.cli.inputs import BadInput, read_text
from rolewright.cli.options import jsonl_option
from rolewright.cli.progress import progress
from rolewright.grants import ConfigError, Environment
from rolewright.guardrails import settings_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

CLEAN, FINDINGS, BAD_INPUT = 0, 1, 2
_FORMS = ("text", "json", "sarif", "markdown")


@click.command("audit", help=__doc__)
@click.argument("paths", nargs=-1)
@click.option("--stack", metavar="FILE", help="The output of `pulumi stack export`.")
@click.option("--config", metavar="FILE", help="A stack's file, such as Pulumi.dev.yaml.")
@click.option("--account", default=ANY_ACCOUNT, help="The account, with --config.")
@click.option("--live", is_flag=True, help="The account of your AWS credentials; needs boto3.")
@click.option(
    "--environment",
    type=click.Choice([known.value for known in Environment]),
    help="How strict to be; the stack's own with --config, otherwise prod.",
)
@click.option("--guardrails", metavar="FILE", help="Levels, settings and waivers, as JSON.")
@click.option("--baseline", metavar="FILE", help="Earlier JSON or SARIF: show what is new.")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="text",
    show_default=True,
    help="For people, programs, code scanning, or a pull request.",
)
@jsonl_option
@click.pass_context
def COMMAND(  # noqa: N802, PLR0913  # found by this name; an option each
    context: click.Context,
    paths: Sequence[str],
    *,
    stack: str | None,
    config: str | None,
    account: str,
    live: bool,
    environment: str | None,
    guardrails: str | None,
    baseline: str | None,
    form: str,
    jsonl: bool,
) -> None:
    """Audit roles."""
    settings = (
        settings_below(_read_object(guardrails), Path(guardrails).parent) if guardrails else {}
    )
    if jsonl:
        if stack or config or live or baseline:
            raise BadInput("--jsonl reads roles from its lines; leave the other sources out")
        rules = _rules(environment, settings, guardrails)
        context.exit(run_batch(lambda line: _answer(line, rules), paths))
    if not (paths or stack or config or live):
        raise BadInput("nothing to audit; name files or folders, --stack, --config or --live")
    known = None if baseline is None else _fingerprints(baseline)
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="rolewright-")))
        reader = Inputs(folder)
        found = [*reader.files(paths)]
        if stack:
            found += reader.files((stack,))
        if config:
            of_config, stated = planned_roles(config, account)
            found.append(of_config)
            environment = environment or stated.value
        if live:
            found.append(live_roles(folder))
        if not found and not reader.failed:
            raise BadInput("there is nothing to audit in it; name policy documents or roles")
        rules = _rules(environment, settings, guardrails)
        totals = Totals(rules, known)
        totals.service_linked = sum(one.dump.service_linked for one in found if one.dump)
        _print(form, together(found), rules, totals)
    context.exit(BAD_INPUT if reader.failed else FINDINGS if totals.violations else CLEAN)


def _rules(environment: str | None, settings: Mapping[str, Any], path: str | None) -> Rules:
    try:
        return read_rules(Environment(environment or Environment.PROD.value), settings)
    except ConfigError as error:
        raise BadInput(f"{path}\n  {str(error).replace(chr(10), chr(10) + '  ')}") from None


def _print(form: str, found: Sequence[Found], rules: Rules, totals: Totals) -> None:
    count = sum(one.count for one in found)
    every = chain.from_iterable(one.audited(rules) for one in found)
    audited = totals.counted(progress(every, "audit", count))
    if form == "text":
        print_text(audited, totals)
        return
    pieces: Iterable[str]
    if form == "sarif":
        pieces = sarif(audited, rules, _later(totals))
    elif form == "markdown":
        pieces = markdown(audited, totals)
    else:
        pieces = _json(audited, totals)
    for piece in pieces:
        click.echo(piece, nl=False)


def _later(totals: Totals) -> Iterator[str]:
    yield from totals.notes()


def _json(audited: Iterable[Audited], totals: Totals) -> Iterator[str]:
    """Yield one JSON object, its counts last, since they are known last."""
    yield '{"findings": ['
    before = "\n"
    for role in audited:
        for finding in role.findings:
            yield before + json.dumps(_finding(role, finding))
            before = ",\n"
    counts = {
        "roles": totals.roles,
        "violations": totals.violations,
        "advisories": totals.advisories,
        "notes": list(totals.notes()),
    }
    yield f"\n], {json.dumps(counts)[1:]}\n"


def _finding(role: Audited, finding: Finding) -> dict[str, Any]:
    waiver = finding.waiver
    return {
        "guardrail": finding.guardrail,
        "severity": finding.severity.value,
        "level": finding.level.value,
        "role": role.role,
        "arn": role.urn or None,
        "source": role.source,
        "policy": finding.policy,
        "statement": finding.statement,
        "message": finding.message,
        "details": list(finding.details),
        "configKey": finding.config_key,
        "fix": finding.fix,
        "waived": finding.waived,
        "waiver": waiver
        and {
            "reason": waiver.reason,
            "owner": waiver.owner,
            "expires": waiver.expires.isoformat(),
        },
        "fingerprint": finding.fingerprint,
    }


def _answer(line: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """Answer one line: `violations` of its `role`. Raises BadLine."""
    check_keys(line, ("role",))
    role = role_of_json(line["role"], "role")
    return {
        "violations": [
            {
                "guardrail": finding.guardrail,
                "severity": finding.severity.value,
                "statement": finding.statement,
                "message": "\n".join((finding.message, *finding.details)),
            }
            for finding in audit_subject(role, rules).findings
        ]
    }


def _read_object(path: str) -> dict[str, Any]:
    try:
        content: Any = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}: not JSON: {error}") from None
    if not isinstance(content, dict):
        raise BadInput(f"{path}: must be a JSON object")
    return cast("dict[str, Any]", content)


def _fingerprints(path: str) -> frozenset[str]:
    """Return the fingerprints of an earlier output, JSON or SARIF. Raises BadInput."""
    content = _read_object(path)
    try:
        if "runs" in content:
            results = (result for run in content["runs"] for result in run["results"])
            return frozenset(result["partialFingerprints"][FINGERPRINT] for result in results)
        return frozenset(finding["fingerprint"] for finding in content["findings"])
    except (KeyError, TypeError):
        raise BadInput(
            f"{path}: is no output of `audit`; write one with `--format json` or sarif"
        ) from None
