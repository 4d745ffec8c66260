"""Real calls, made as each role through STS with IAM enforcement on, against what is intended.

What is intended is `rolewright.iam.evaluate` over the documents that the stack config asks for.
A call whose verdict hangs on a boundary, or on a condition that can't be read off the call, is not
made, since the local AWS can't judge it: its row shows the verdict and says so.
"""

from __future__ import annotations

import concurrent.futures
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local_aws.call_keys import JUDGED, LEADING_KEYS, PREFIX
from local_aws.example import DECOY_BUCKET, DECOY_TABLE, SAMPLE_KEY
from local_aws.provider.session import ACCOUNT, Clients, aws_code
from rolewright.iam import (
    Effect,
    Outcome,
    Policies,
    PolicyDocument,
    Request,
    evaluate,
    matches,
    parse_document,
)
from rolewright.reference import managed_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from local_aws.server import Server
    from rolewright.grants import RolePlan

_WILDCARD = re.compile(r"[*?]")
_DENIED = ("AccessDenied", "AccessDeniedException", "403")


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call to make: an action on a bucket's key, a bucket or a table."""

    action: str
    container: str
    key: str = ""

    def resource(self, region: str) -> str:
        """Return the ARN that the call is judged by."""
        if self.action.startswith("dynamodb:"):
            return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{self.container}"
        on_bucket = self.action == "s3:ListBucket"
        return f"arn:aws:s3:::{self.container}" + ("" if on_bucket else f"/{self.key}")

    def context(self) -> dict[str, tuple[str, ...]]:
        """Return the condition keys that the call carries."""
        if self.action.startswith("dynamodb:"):
            return {LEADING_KEYS: (self.item,)}
        return {PREFIX: (self.key,)} if self.action == "s3:ListBucket" else {}

    @property
    def item(self) -> str:
        """The partition key of the item that a call on a table is about."""
        return "made" if self.action == "dynamodb:PutItem" else SAMPLE_KEY

    def __str__(self) -> str:
        shown = f"{self.container}/{self.key}" if self.key else self.container
        return f"{self.action:<17} {shown}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of the proof. `role` is its name in IAM; `result` is None for a call judged, not made."""

    role: str
    call: Call
    intended: bool
    result: str | None

    @property
    def as_intended(self) -> bool:
        """Whether the call came out as the stack config intends."""
        return self.result in (None, "allowed" if self.intended else "AccessDenied")


def prove(
    plans: Sequence[RolePlan], server: Server, clients: Clients, region: str
) -> tuple[Row, ...]:
    """Make the calls of every role and return a row each, in a stable order."""
    sessions = {plan.key: _session(plan, clients, region) for plan in plans}
    calls = [(plan, call) for plan in plans for call in _calls(plan)]
    with server.enforcing_iam(), concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = [pool.submit(_row, plan, call, sessions[plan.key], region) for plan, call in calls]
        return tuple(row.result() for row in made)


def _row(plan: RolePlan, call: Call, session: Clients, region: str) -> Row:
    documents = _documents(plan)
    request = Request(action=call.action, resource=call.resource(region), context=call.context())
    verdict = evaluate(request, Policies(identity=documents))
    intended = verdict.outcome is Outcome.ALLOWED
    unseen = len(documents) < len(_own(plan)) + len(plan.attachments)
    if plan.permissions_boundary or unseen or _hangs_on_condition(documents, request):
        return Row(role=plan.name, call=call, intended=intended, result=None)
    return Row(role=plan.name, call=call, intended=intended, result=_made(call, session))


def _documents(plan: RolePlan) -> tuple[PolicyDocument, ...]:
    """Return what the stack config asks for: the role's own policies and AWS-managed ones."""
    attached = (managed_policy(attachment.arn) for attachment in plan.attachments)
    return (
        *_own(plan),
        *(parse_document(found.text) for found in attached if found),
    )


def _own(plan: RolePlan) -> tuple[PolicyDocument, ...]:
    return tuple(policy.document for policy in (*plan.policies, *plan.managed))


def _hangs_on_condition(documents: Sequence[PolicyDocument], request: Request) -> bool:
    """Whether a statement with a condition that can't be read off a call is about the request."""
    return any(
        any(condition.key.lower() not in JUDGED for condition in statement.conditions)
        and any(
            matches(name, request.action, ignore_case=True) for name in statement.actions or ("*",)
        )
        and any(matches(pattern, request.resource) for pattern in statement.resources or ("*",))
        for document in documents
        for statement in document.statements
    )


def _calls(plan: RolePlan) -> Iterator[Call]:
    """Yield calls on all that the role's own documents name, and on the decoys."""
    buckets, tables = _named(plan)
    for bucket, prefixes in buckets.items():
        yield from _bucket_calls(bucket, sorted(prefixes) or [""])
    if buckets:
        yield Call(action="s3:PutObject", container=DECOY_BUCKET, key="made")
    for table in tables:
        yield Call(action="dynamodb:GetItem", container=table)
        yield Call(action="dynamodb:PutItem", container=table)
    if tables:
        yield Call(action="dynamodb:GetItem", container=DECOY_TABLE)


def _named(plan: RolePlan) -> tuple[dict[str, set[str]], dict[str, None]]:
    """Return the buckets that are allowed by name, with the prefixes of their keys, and the tables."""
    resources = [
        resource
        for document in _own(plan)
        for statement in document.statements
        if statement.effect is Effect.ALLOW
        for resource in statement.resources or ()
    ]
    buckets: dict[str, set[str]] = {}
    tables: dict[str, None] = {}
    for resource in resources:
        _, _, service, _, _, name = [*resource.split(":", 5), *[""] * 6][:6]
        first, _, rest = name.partition("/")
        if service == "s3" and not _WILDCARD.search(first):
            keys = buckets.setdefault(first, set())
            if rest:
                keys.add(rest.removesuffix("*"))
        elif service == "dynamodb":
            table = rest.partition("/")[0]  # below a table are its indexes
            if not _WILDCARD.search(table):
                tables[table] = None
    return buckets, tables


def _bucket_calls(bucket: str, prefixes: Sequence[str]) -> Iterator[Call]:
    for prefix in prefixes:
        yield Call(action="s3:ListBucket", container=bucket, key=prefix)
        yield Call(action="s3:GetObject", container=bucket, key=f"{prefix}{SAMPLE_KEY}")
        yield Call(action="s3:PutObject", container=bucket, key=f"{prefix}made")
        yield Call(action="s3:DeleteObject", container=bucket, key=f"{prefix}made")
    if "" not in prefixes:
        yield Call(action="s3:GetObject", container=bucket, key=SAMPLE_KEY)


def _session(plan: RolePlan, clients: Clients, region: str) -> Clients:
    """Assume the role and return clients with its credentials."""
    role = clients.iam.get_role(RoleName=plan.name)["Role"]
    credentials = clients.sts.assume_role(RoleArn=role["Arn"], RoleSessionName="proof")[
        "Credentials"
    ]
    return Clients(
        endpoint=clients.endpoint,
        region=region,
        access_key=credentials["AccessKeyId"],
        secret_key=credentials["SecretAccessKey"],
        token=credentials["SessionToken"],
    )


def _made(call: Call, session: Clients) -> str:
    """Make a call and return `allowed`, or the code of AWS's refusal."""
    try:
        _MAKE[call.action](session, call)
    except ClientError as error:
        code = aws_code(error)
        return "AccessDenied" if code in _DENIED else code
    return "allowed"


_MAKE: dict[str, Callable[[Clients, Call], object]] = {
    "s3:ListBucket": lambda session, call: session.s3.list_objects_v2(
        Bucket=call.container, Prefix=call.key
    ),
    "s3:GetObject": lambda session, call: session.s3.get_object(
        Bucket=call.container, Key=call.key
    ),
    "s3:PutObject": lambda session, call: session.s3.put_object(
        Bucket=call.container, Key=call.key, Body=b"made"
    ),
    "s3:DeleteObject": lambda session, call: session.s3.delete_object(
        Bucket=call.container, Key=call.key
    ),
    "dynamodb:GetItem": lambda session, call: session.dynamodb.get_item(
        TableName=call.container, Key={"id": {"S": call.item}}
    ),
    "dynamodb:PutItem": lambda session, call: session.dynamodb.put_item(
        TableName=call.container, Item={"id": {"S": call.item}}
    ),
}
