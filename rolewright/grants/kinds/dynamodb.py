"""Access to the items of DynamoDB tables: read, write; never to the tables themselves.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
Names: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import arn_word
from rolewright.grants.key_use import DECRYPT, KeyUse, key_partition_problems
from rolewright.grants.kind import STRICT, Companion, GrantKind, Target
from rolewright.grants.network import key_problems
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import has, levels_with, named, with_key
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Condition, Request, Statement


class TableAccess(Enum):
    """What a role may do with a table's items."""

    READ = "read"
    """Get, query and scan items, also in transactions and by PartiQL; describe the table."""
    WRITE = "write"
    """Put, update and delete items, also in batches, transactions and by PartiQL."""


class TableGrant(TypedDict):
    """Access to the items of one table in the stack's own account and region."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    table: str
    """The table's name, not its ARN."""
    access: list[TableAccess]
    """Any of read, write."""
    indexes: NotRequired[list[str]]
    """Names of indexes that `read` may query and scan as well; `*` for all of the table's."""
    streams: NotRequired[bool]
    """Read the table's change streams (DynamoDB Streams) too."""
    leadingKeys: NotRequired[list[str]]
    """Only items with one of these partition keys; the table can't be scanned then."""
    key: NotRequired[str]
    """The ARN of the customer-managed KMS key that the table is encrypted with."""


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
_ON_INDEX = ("dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan")
_WITHOUT_KEYS = ("dynamodb:DescribeTable", "dynamodb:Scan")
"""Actions that have no dynamodb:LeadingKeys."""
_ON_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
_ANY_STREAM = ("dynamodb:ListStreams",)
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
    yield from _index_problems(grant)
    if "key" in grant:
        yield from key_problems(grant["key"], "key")
    if grant.get("streams", False) and "leadingKeys" in grant:
        yield Problem(
            path="streams",
            message="shows the changes of all items, which `leadingKeys` can't bind; remove one of "
            "them, or give `streams` in an entry of its own",
        )
    for index, value in enumerate(grant.get("leadingKeys", ())):
        if not value:
            yield Problem(
                path=f"leadingKeys[{index}]",
                message="is empty, which no partition key is; write the partition key itself",
            )
        if "${" in value:
            yield Problem(
                path=f"leadingKeys[{index}]",
                message=f"`{value}` has a policy variable; write the partition key itself",
            )
    if grant.get("leadingKeys") == []:
        yield Problem(path="leadingKeys", message="is empty; name a partition key, or leave it out")


def _index_problems(grant: TableGrant) -> Iterator[Problem]:
    given = grant.get("indexes")
    if given == []:
        yield Problem(path="indexes", message="is empty; name an index, or leave it out")
    if given and TableAccess.READ not in grant["access"]:
        yield Problem(path="indexes", message="is for reading, which `access` doesn't have")
    for index, name in enumerate(given or ()):
        if name != "*" and not _NAME.fullmatch(name):
            yield Problem(
                path=f"indexes[{index}]",
                message=f"`{name}` is not an index name; it takes 3 to 255 letters, digits, dots, "
                "hyphens and underscores, or `*` for all",
            )


@dataclass(kw_only=True, slots=True)
class _Table:
    """What is wanted of one table."""

    levels: dict[TableAccess, set[str] | None] = field(
        default_factory=dict[TableAccess, "set[str] | None"]
    )
    """By level the partition keys, None for all items."""
    indexes: dict[str, set[str] | None] = field(default_factory=dict[str, "set[str] | None"])
    """By index its partition keys, None for all of its items."""
    streams: bool = False
    keys: set[str] = field(default_factory=set[str])

    def add(self, grant: TableGrant) -> None:
        leading = set(grant["leadingKeys"]) if "leadingKeys" in grant else None
        for level in grant["access"]:
            self.levels[level] = _both(self.levels.get(level, set()), leading)
        for index in grant.get("indexes", ()):
            self.indexes[index] = _both(self.indexes.get(index, set()), leading)
        self.streams = self.streams or grant.get("streams", False)
        self.keys |= {grant["key"]} if "key" in grant else set()


def _both(held: set[str] | None, more: set[str] | None) -> set[str] | None:
    return None if held is None or more is None else held | more


def _tables(grants: Sequence[TableGrant]) -> list[tuple[str, _Table]]:
    tables: dict[str, _Table] = {}
    for grant in grants:
        tables.setdefault(grant["table"], _Table()).add(grant)
    return sorted(tables.items())


def _statements(grants: Sequence[TableGrant], target: Target) -> Iterator[Statement]:
    for name, table in _tables(grants):
        arn = target.arn("dynamodb", f"table/{name}")
        word = sid_word(name)
        for access, actions in _ACTIONS.items():
            if access not in table.levels:
                continue
            keys = table.levels[access]
            yield _items(f"{_VERBS[access]}{word}", actions, (arn,), keys)
            if access is TableAccess.READ and keys is not None:
                yield allow(f"TableDescribe{word}", ("dynamodb:DescribeTable",), (arn,))
        yield from _index_statements(word, arn, table)
        if table.streams:
            yield allow(f"TableStream{word}", _ON_STREAM, (f"{arn}/stream/*",))
    if any(table.streams for _, table in _tables(grants)):
        # ListStreams takes no resource: a reader looks the stream's ARN up with it.
        yield allow("TableStreams", _ANY_STREAM, ("*",))
    for _, use in _key_uses(grants):
        yield use.statement(target)


def _index_statements(word: str, arn: str, table: _Table) -> Iterator[Statement]:
    """Yield a statement for whole indexes and one for parts of indexes."""
    whole = sorted(name for name, keys in table.indexes.items() if keys is None)
    if whole:
        named = ["*"] if "*" in whole else whole
        resources = tuple(f"{arn}/index/{name}" for name in named)
        yield allow(f"TableIndex{word}", _ON_INDEX, resources)
    of_all = table.indexes.get("*") or set()
    for name, keys in sorted(table.indexes.items()):
        if keys is not None and "*" not in whole and (name == "*" or not keys <= of_all):
            resource = f"{arn}/index/{name}"
            yield _items(f"TablePart{arn_word(resource)}", _ON_INDEX, (resource,), keys)


def _items(
    sid: str, actions: Sequence[str], resources: Sequence[str], keys: set[str] | None
) -> Statement:
    """Return a statement for items; only with the partition keys that are given, where any are.

    ForAllValues holds where a request names no key at all, so that must be ruled out besides.
    """
    if keys is None:
        return allow(sid, actions, resources)
    return allow(
        sid,
        (action for action in actions if action not in _WITHOUT_KEYS),
        resources,
        conditions=(
            Condition(
                operator="ForAllValues:StringEquals",
                key="dynamodb:LeadingKeys",
                values=tuple(sorted(keys)),
            ),
            Condition(operator="Null", key="dynamodb:LeadingKeys", values=("false",)),
        ),
    )


def _key_uses(grants: Sequence[TableGrant]) -> Iterator[tuple[str, KeyUse]]:
    """Yield what the keys of tables are used for: DynamoDB unwraps the table's key as the caller.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    """
    for name, table in _tables(grants):
        if table.keys:
            yield (
                name,
                KeyUse(
                    sid=f"TableUnseal{sid_word(name)}",
                    keys=tuple(sorted(table.keys)),
                    actions=DECRYPT,
                    service="dynamodb",
                    context=("aws:dynamodb:tableName", (name,)),
                ),
            )


def _companions(grants: Sequence[TableGrant], target: Target) -> Iterator[Companion]:
    for name, use in _key_uses(grants):
        yield from use.companions(target, f"table `{name}`")


def _propose(request: Request, held: Sequence[TableGrant], target: Target) -> Iterator[TableGrant]:
    """Propose the table, by the request's partition keys if it has any; an index; the streams."""
    path = named(request.resource, target, "dynamodb", "table/")
    if path is None:
        return
    table, kind, part = (*path.split("/", 2), "", "")[:3]
    entries: list[TableGrant] = []
    if kind == "index" and has(_ON_INDEX, request):
        entries = [
            {"table": table, "access": [TableAccess.READ], "indexes": [name]}
            for name in (part, "*")
        ]
    elif kind == "stream" and has(_ON_STREAM, request):
        entries = [{"table": table, "access": [TableAccess.READ], "streams": True}]
    elif not kind:
        entries = [{"table": table, "access": [level]} for level in levels_with(_ACTIONS, request)]
    for entry in entries:
        found = with_key(entry, held, "table")
        if leading := request.lowered.get("dynamodb:leadingkeys"):
            yield {**found, "leadingKeys": list(leading)}
        yield found


KIND: GrantKind[TableGrant] = GrantKind(
    key="dynamodb",
    least={"table": "xxx", "access": [TableAccess.READ]},
    problems=_problems,
    statements=_statements,
    companions=_companions,
    problems_there=key_partition_problems,
    propose=_propose,
)
