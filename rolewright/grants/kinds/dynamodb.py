"""Access to the items of DynamoDB tables: read, write; never to the tables themselves.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
Names: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Sequence
from enum import Enum

from pydantic import ConfigDict
from typing_extensions import TypedDict

from rolewright.grants.kind import GrantKind, Target
from rolewright.grants.problems import Problem
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Statement


class TableAccess(Enum):
    """What a role may do with a table's items."""

    READ = "read"
    """Get, query and scan items, also in transactions and by PartiQL; describe the table."""
    WRITE = "write"
    """Put, update and delete items, also in batches, transactions and by PartiQL."""


class TableGrant(TypedDict):
    """Access to the items of one table in the stack's own account and region."""

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True)  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    table: str
    """The table's name, not its ARN."""
    access: list[TableAccess]
    """Any of read, write."""


# TransactGetItems and TransactWriteItems have no action of their own: AWS checks GetItem, PutItem,
# UpdateItem, DeleteItem and ConditionCheckItem.
_ACTIONS = {
    TableAccess.READ: (
        "dynamodb:BatchGetItem",
        "dynamodb:DescribeTable",
        "dynamodb:GetItem",
        "dynamodb:PartiQLSelect",
        "dynamodb:Query",
        "dynamodb:Scan",
    ),
    TableAccess.WRITE: (
        "dynamodb:BatchWriteItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:DeleteItem",
        "dynamodb:PartiQLDelete",
        "dynamodb:PartiQLInsert",
        "dynamodb:PartiQLUpdate",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
    ),
}
# Sids are unique in a document that holds buckets too, because no verb begins another.
_VERBS = {TableAccess.READ: "Query", TableAccess.WRITE: "Update"}
_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")


def _problems(grant: TableGrant) -> Iterator[Problem]:
    name = grant["table"]
    if name.startswith("arn:"):
        yield Problem(
            path="table",
            message=f"`{name}` is an ARN; give the table's name alone: "
            f"`{name.rpartition(':')[2].removeprefix('table/').partition('/')[0]}`",
        )
    elif not _NAME.fullmatch(name):
        yield Problem(
            path="table",
            message=f"`{name}` is not a table name; it takes 3 to 255 letters, digits, dots, "
            "hyphens and underscores",
        )
    if not grant["access"]:
        yield Problem(path="access", message="is empty; name one of read, write")


def _statements(grants: Sequence[TableGrant], target: Target) -> Iterator[Statement]:
    order = list(_ACTIONS)
    wanted = {(grant["table"], level) for grant in grants for level in grant["access"]}
    for name, access in sorted(wanted, key=lambda item: (item[0], order.index(item[1]))):
        arn = f"arn:{target.partition}:dynamodb:{target.region}:{target.account}:table/{name}"
        yield allow(f"{_VERBS[access]}{sid_word(name)}", _ACTIONS[access], (arn,))


KIND: GrantKind[TableGrant] = GrantKind(
    key="dynamodb",
    least={"table": "xxx", "access": [TableAccess.READ]},
    problems=_problems,
    statements=_statements,
)
