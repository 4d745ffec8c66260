"""Which DynamoDB tables a role reaches, and which items in them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.actions import actions, may_match, named, union, writing_actions
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.holding import is_bound, usable
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.iam import overlaps
from rolewright.lint.arns import split_arn
from rolewright.reference import action_set, actions_of
from rolewright.roles import Part, Role, accepts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolewright.roles import Grant

_ITEM_WRITES = (
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:PartiQLDelete",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
)
_ITEM_READS = (
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:GetItem",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
)
_DATA_READS = (*_ITEM_READS, "dynamodb:GetRecords", "dynamodb:SearchVectors")
_TELLING = ("dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:DeleteTable")
_ON_TABLES = ("index", "stream", "table")


class DataTablesSettings(GuardrailSettings):
    """The tables of which roles may use parts only."""

    leadingKeysRequired: NotRequired[list[str]]
    """Names of tables whose items no role may use but by partition keys that its policies name;
    wildcards are taken, `*` is all."""


def _check(role: Role, settings: DataTablesSettings) -> Iterator[Violation]:
    required = settings.get("leadingKeysRequired", ())
    for policy, statement, grants in role.effective.held(_table_actions()):
        for message, level in _faults(grants, required):
            yield Violation(message=message, policy=policy, statement=statement, level=level)


def _faults(
    grants: tuple[Grant, ...], required: Sequence[str]
) -> Iterator[tuple[str, Level | None]]:
    """Yield what is wrong with the tables that one statement gives, and a milder level."""
    held_by = [(grant, usable(grant, _table_actions())) for grant in grants]
    managing = union([held for _, held in held_by]) & _managing()
    if managing:
        yield f"may change tables themselves: {named(managing, telling=_TELLING)}", None
    for table, held in _by_table(held_by).items():
        if not may_match(table):
            continue
        found = named(held, 2, _TELLING)
        if not table.strip("*"):
            data = held & (actions(*_DATA_READS) | writing_actions())
            yield f"may use every table ({found})", None if data else Level.BY_ENVIRONMENT
        else:
            mild = None if held & writing_actions() else Level.BY_ENVIRONMENT
            yield f"may use tables that match `{table}` ({found})", mild
    for table, held in _without_keys(held_by, required).items() if required else ():
        limited = "where dynamodb:LeadingKeys is required"
        yield f"may use all items of table `{table}`, {limited} ({named(held, 2, _TELLING)})", None


def _by_table(held_by: Iterable[tuple[Grant, int]]) -> dict[str, int]:
    """Return the actions that grants are for by the name of a table, or a pattern of names."""
    by_table: dict[str, int] = {}
    for grant, held in held_by:
        for table in _tables(grant):
            by_table[table] = by_table.get(table, 0) | held
    return by_table


def _without_keys(held_by: Iterable[tuple[Grant, int]], required: Sequence[str]) -> dict[str, int]:
    """Return the actions on items that no partition key limits, by table of those that require it."""
    unlimited = [one for one in held_by if not is_bound(one[0], "dynamodb:LeadingKeys")]
    by_table: dict[str, int] = {}
    for name, held in _by_table(unlimited).items():
        # What a stream tells of holds the items, and no key limits it.
        items = held & actions(*_ITEM_READS, *_ITEM_WRITES, "dynamodb:GetRecords")
        for table in required:
            if items and overlaps(name, table):
                by_table[table] = by_table.get(table, 0) | items
    return by_table


@lru_cache(maxsize=1)
def _table_actions() -> int:
    """Return the set of DynamoDB's actions on tables, their indexes and their streams."""
    return union(
        action_set(f"dynamodb:{action.name}")
        for action in actions_of("dynamodb").values()
        if any(use.name in _ON_TABLES for use in action.resource_types)
    )


@lru_cache(maxsize=1)
def _managing() -> int:
    """Return the set of actions that change, copy or hand out what they act on, and not just items."""
    return writing_actions() & ~actions(*_ITEM_WRITES)


def _tables(grant: Grant) -> Iterator[str]:
    """Yield the table names of a grant's resources, `*` for what names none."""
    for resource in grant.resources:
        if not (accepts("dynamodb:Query", resource) or accepts("dynamodb:GetRecords", resource)):
            continue
        _, table, name = split_arn(resource)[-1].partition("table/")
        yield name.partition("/")[0] if table else "*"


GUARDRAIL: Guardrail[DataTablesSettings] = Guardrail(
    id="data-tables",
    description="A role reaches named tables, and their items alone.",
    level=Level.MANDATORY,
    severity=Severity.HIGH,
    reads=frozenset({Part.IDENTITY}),
    why="A wildcard takes in tables of other teams; whoever may change a table may delete it, copy "
    "it elsewhere or let others in.",
    fix="name the tables under `dynamodb`, with `leadingKeys` where this guardrail requires them, and "
    "leave tables themselves to the stack that makes them",
    settings=DataTablesSettings,
    check=_check,
)
