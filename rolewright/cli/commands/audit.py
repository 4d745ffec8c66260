"""Judge roles by every guardrail, wherever they are.

PATHS are files, folders or `-`, told by their content: a policy document; a role as JSON, with
`name`, `trust`, `identityPolicies` and `permissionsBoundaries`; the output of `aws iam
get-account-authorization-details`, gzip or not; the output of `pulumi stack export`.

Exits with 0 where nothing is enforced that a role breaks, advice or not, 1 where something is, 2
where some input can't be used.
"""

from __future__ import annotations

import json
from itertools import chain, islice
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
from rolewright.cli.audit_text import print_text
from rolewright.cli.batch import check_keys, run_batch
from rolewright.cli.inputs import BadInput, parse_json, read_text
from rolewright.cli.options import (
    account_option,
    config_option,
    environment_option,
    format_choice,
    jsonl_option,
    live_option,
    stack_option,
)
from rolewright.cli.progress import progress
from rolewright.cli.sources.config import faulty
from rolewright.cli.sources.files import together
from rolewright.cli.sources.json_role import role_of_json
from rolewright.cli.sources.many import Sources, everything_in
from rolewright.grants import ConfigError, Environment
from rolewright.guardrails import settings_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rolewright.cli.sources.files import Found

CLEAN, FINDINGS, BAD_INPUT = 0, 1, 2
_TOGETHER = 256
"""How many pieces of output are written at once: to write one takes longer than to make it."""
_FORMS = ("text", "json", "sarif", "markdown")


@click.command("audit", help=__doc__)
@click.argument("paths", nargs=-1)
@config_option
@account_option
@stack_option
@live_option
@environment_option([known.value for known in Environment])
@click.option("--guardrails", metavar="FILE", help="Levels, settings and waivers, as JSON.")
@click.option("--baseline", metavar="FILE", help="Earlier JSON or SARIF: show what is new.")
@format_choice(*_FORMS, help_="For people, programs, code scanning, or a pull request.")
@jsonl_option
@click.pass_context
def COMMAND(  # noqa: N802, PLR0913  # found by this name; an option each
    context: click.Context,
    paths: Sequence[str],
    *,
    stack: str | None,
    config: str | None,
    account: str | None,
    live: bool,
    environment: str | None,
    guardrails: str | None,
    baseline: str | None,
    form: str,
    jsonl: bool,
) -> None:
    """Audit roles."""
    settings = (
        settings_below(_read_object(guardrails), Path(guardrails).parent)
        if guardrails is not None
        else {}
    )
    if jsonl:
        if stack or config or account or live or baseline:
            raise BadInput("--jsonl reads roles from its lines; leave the other sources out")
        rules = _rules(Environment(environment or Environment.PROD), settings, guardrails)
        context.exit(run_batch(lambda line: _answer(line, rules), paths))
    sources = Sources(
        paths=paths,
        stack=stack,
        config=config,
        account=account,
        live=live,
        environment=environment,
    )
    known = None if baseline is None else _fingerprints(baseline)
    with everything_in(sources, "audit") as every:
        if not every.found:
            if every.failed:
                # What can't be read was told, and a count of nothing would look like a clean run.
                context.exit(BAD_INPUT)
            raise BadInput("there is nothing to audit in it; name policy documents or roles")
        rules = _rules(every.environment, settings, guardrails)
        totals = Totals(rules, known)
        totals.service_linked = sum(one.dump.service_linked for one in every.found if one.dump)
        _print(form, together(every.found), rules, totals)
    context.exit(BAD_INPUT if every.failed else FINDINGS if totals.violations else CLEAN)


def _rules(environment: Environment, settings: Mapping[str, Any], path: str | None) -> Rules:
    try:
        return read_rules(environment, settings)
    except ConfigError as error:
        raise faulty(str(path), error) from None


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
    pieces = iter(pieces)
    while some := list(islice(pieces, _TOGETHER)):
        click.echo("".join(some), nl=False)


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
                "level": finding.level.value,
                **({"waived": finding.waiver.reason} if finding.waived and finding.waiver else {}),
            }
            for finding in audit_subject(role, rules).findings
        ]
    }


def _read_object(path: str) -> dict[str, Any]:
    content = parse_json(read_text(path), path)
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
