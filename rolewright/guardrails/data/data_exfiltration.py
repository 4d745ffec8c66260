"""A role that both reads data and can send it away.

What counts as away: a bucket, queue, topic, stream, bus or table that the settings don't name, of
another account, or by a wildcard that takes in those of others.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.actions import actions, may_match, named
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.holding import only_names, taking
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.iam import Condition, matches, overlaps
from rolewright.lint.arns import PARTS, split_arn
from rolewright.reference import names_in
from rolewright.roles import Part, Role, covers_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Grant

_READING = (
    "dynamodb:BatchGetItem",
    "dynamodb:ExportTableToPointInTime",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "s3-object-lambda:GetObject",
    "s3-outposts:GetObject",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3express:CreateSession",
    "s3tables:GetTableData",
)
_SENDING = (
    "dynamodb:BatchWriteItem",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "events:PutEvents",
    "firehose:PutRecord",
    "firehose:PutRecordBatch",
    "kinesis:PutRecord",
    "kinesis:PutRecords",
    "s3-object-lambda:PutObject",
    "s3-outposts:PutObject",
    "s3:PutObject",
    "s3:ReplicateObject",
    "s3express:CreateSession",
    "s3tables:PutTableData",
    "sns:Publish",
    "sqs:SendMessage",
)
_DATA = {
    "arn:aws:s3:::": ("arn:aws:s3:::{}/*",),
    # Behind a table's name stand its indexes and streams.
    "arn:aws:dynamodb:": ("arn:aws:dynamodb:*:*:table/{}", "arn:aws:dynamodb:*:*:table/{}/*"),
}
"""The ARNs of all that a name of protected data stands for, by how its resource begins."""
_ACCOUNT = 4
_ACCOUNT_KEYS = ("aws:resourceaccount", "s3:resourceaccount")
_OWN_ACCOUNT = "${aws:PrincipalAccount}"


class DataExfiltrationSettings(GuardrailSettings):
    """What data must stay, and where roles may send data."""

    protected: NotRequired[list[str]]
    """Names of buckets and tables whose data must stay; wildcards are taken. All of them where this
    is left out."""
    destinations: NotRequired[list[str]]
    """Names of buckets, queues, topics, streams, buses and tables that data may go to; wildcards are
    taken. Where this is left out, all that is not told to be another account's."""
    accounts: NotRequired[list[str]]
    """IDs of accounts that data may go to besides the role's own."""


def _check(role: Role, settings: DataExfiltrationSettings) -> Iterator[Violation]:
    if not role.effective.actions & _sending():
        return
    read = _read(role, settings.get("protected"))
    if read is None:
        return
    accounts = (*((role.account,) if role.account else ()), *settings.get("accounts", ()))
    for policy, statement, grants in role.effective.held(_sending()):
        away: dict[str, int] = {}
        for grant in grants:
            for target, sending in _away(grant, accounts, settings.get("destinations")):
                away[target] = away.get(target, 0) | sending
        if away:
            target, sending = next(iter(away.items()))
            more = f" and {len(away) - 1} more" if len(away) > 1 else ""
            yield Violation(
                message=f"may read data and send it away: to `{target}`{more} "
                f"({named(sending, 2, ('s3:PutObject',))})",
                policy=policy,
                statement=statement,
                details=(read,),
            )


@cache
def _reading() -> int:
    return actions(*_READING)


@cache
def _sending() -> int:
    return actions(*_SENDING)


def _read(role: Role, protected: list[str] | None) -> str | None:
    """Return what data the role reads, in words, or None where it reads none that is protected."""
    for grant in role.effective.of(_reading()):
        for action in names_in(grant.actions & _reading()):
            for resource in grant.resources_for(action):
                name = _name(resource)
                if protected is None or any(
                    overlaps(name, wanted) and not _is_left_out(grant, resource, wanted)
                    for wanted in protected
                ):
                    return f"reads `{resource}` ({action}, {grant.policy})"
    return None


def _is_left_out(grant: Grant, resource: str, wanted: str) -> bool:
    """Whether a Deny takes all of some data out of a grant: a bucket's objects, or a table.

    Other ARNs, of access points too, may lead to the data as well.
    """
    forms = next((forms for start, forms in _DATA.items() if resource.startswith(start)), ())
    return bool(forms) and all(
        any(covers_all(out, form.format(wanted)) for out in grant.but) for form in forms
    )


def _away(
    grant: Grant, accounts: tuple[str, ...], destinations: list[str] | None
) -> Iterator[tuple[str, int]]:
    """Yield where a grant lets data go that is none of the destinations, and by which actions."""
    stays: bool | None = None
    held = grant.actions & _sending()
    for resource in grant.resources:
        sending = taking(held, resource) if _is_away(resource, accounts, destinations) else 0
        if not sending:
            continue
        # Conditions take longer to look at than resources.
        stays = _stays(grant, accounts) if stays is None else stays
        if not stays or _is_away(resource, ("*",), destinations):
            yield resource, sending


def _stays(grant: Grant, accounts: tuple[str, ...]) -> bool:
    """Whether conditions hold a grant to resources of the role's own account, or of these."""
    own = any(
        isinstance(what, Condition)
        and what.key.lower() in _ACCOUNT_KEYS
        and what.operator.lower() == ("stringequals" if held else "stringnotequals")
        and what.values == (_OWN_ACCOUNT,)
        and not others
        for (what, held), *others in grant.clauses
    )
    return own or any(accounts and only_names(grant, key, accounts) for key in _ACCOUNT_KEYS)


def _is_away(resource: str, accounts: tuple[str, ...], destinations: list[str] | None) -> bool:
    name = _name(resource)
    if destinations is not None and not any(matches(wanted, name) for wanted in destinations):
        return True
    if "*" in accounts:
        return False
    if _OWN_ACCOUNT in resource and _in_own_account(resource):
        return False
    parts = split_arn(resource)
    if len(parts) < PARTS:
        return True
    account = parts[_ACCOUNT]
    if not account and not parts[-1].startswith("accesspoint/"):
        # The ARN of a bucket has no account; a name is one bucket's, a wildcard any account's.
        return may_match(name)
    return may_match(account) or bool(accounts and account not in accounts)


def _in_own_account(resource: str) -> bool:
    return resource.replace(_OWN_ACCOUNT, "own").split(":")[_ACCOUNT : _ACCOUNT + 1] == ["own"]


def _name(resource: str) -> str:
    """Return the name of a bucket, access point, queue, topic, stream, bus or table."""
    parts = split_arn(resource)
    if len(parts) < PARTS:
        return "*"
    first, slash, rest = parts[-1].partition("/")
    named_by_kind = slash and parts[_ACCOUNT]
    return rest.partition("/")[0] if named_by_kind else first


GUARDRAIL: Guardrail[DataExfiltrationSettings] = Guardrail(
    id="data-exfiltration",
    description="A role that reads data sends it nowhere else.",
    level=Level.BY_ENVIRONMENT,
    severity=Severity.HIGH,
    reads=frozenset({Part.IDENTITY}),
    why="A job runs code from packages and models of others; what it can read and send away is lost.",
    fix="name the buckets, queues and topics, in this account; allow others in this guardrail's "
    "`destinations` and `accounts`, or add a condition StringEquals aws:ResourceAccount",
    settings=DataExfiltrationSettings,
    check=_check,
)
