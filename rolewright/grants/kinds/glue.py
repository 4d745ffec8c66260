"""Access to databases and tables of the Glue Data Catalog: read, write, delete.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsglue.html
Resources: https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import json
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import name_problems
from rolewright.grants.kind import STRICT, Companion, GrantKind, Target
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import levels_with, named
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Request, Statement


class CatalogAccess(Enum):
    """What a role may do with tables in the catalog; their data is granted by `buckets`."""

    READ = "read"
    """See the database, its tables and their partitions."""
    WRITE = "write"
    """Create and change tables and partitions."""
    DELETE = "delete"
    """Delete tables and partitions."""


class CatalogGrant(TypedDict):
    """Access to tables of one database in the stack's own account and region."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    database: str
    """The database's name."""
    tables: NotRequired[list[str]]
    """Only these tables; all of the database where it is left out."""
    access: list[CatalogAccess]
    """Any of read, write, delete."""
    lakeFormation: NotRequired[bool]
    """Lake Formation guards the database: fetch data through it (lakeformation:GetDataAccess)."""


_LEVELS = {
    CatalogAccess.READ: (
        "GlueRead",
        (
            "glue:BatchGetPartition",
            "glue:GetDatabase",
            "glue:GetPartition",
            "glue:GetPartitions",
            "glue:GetTable",
            "glue:GetTables",
        ),
    ),
    CatalogAccess.WRITE: (
        "GlueWrite",
        (
            "glue:BatchCreatePartition",
            "glue:BatchUpdatePartition",
            "glue:CreatePartition",
            "glue:CreateTable",
            "glue:UpdatePartition",
            "glue:UpdateTable",
        ),
    ),
    CatalogAccess.DELETE: (
        "GlueDelete",
        (
            "glue:BatchDeletePartition",
            "glue:BatchDeleteTable",
            "glue:DeletePartition",
            "glue:DeleteTable",
        ),
    ),
}
_LAKE_DATABASE = {
    CatalogAccess.READ: ("DESCRIBE",),
    CatalogAccess.WRITE: ("CREATE_TABLE",),
    CatalogAccess.DELETE: (),
}
_LAKE_TABLES = {
    CatalogAccess.READ: ("DESCRIBE", "SELECT"),
    CatalogAccess.WRITE: ("ALTER", "INSERT"),
    CatalogAccess.DELETE: ("DELETE", "DROP"),
}
_NAME = re.compile(r"[\w-]{1,255}", re.ASCII)
_TAKES = "a name in the catalog; it takes up to 255 letters, digits, hyphens and underscores"


def _problems(grant: CatalogGrant) -> Iterator[Problem]:
    yield from name_problems(grant["database"], "database", _NAME, _TAKES, "database/")
    if not grant["access"]:
        yield Problem(path="access", message="is empty; name one of read, write, delete")
    if grant.get("tables") == []:
        yield Problem(path="tables", message="is empty; name a table, or leave it out for all")
    for index, name in enumerate(grant.get("tables", ())):
        yield from name_problems(name, f"tables[{index}]", _NAME, _TAKES, "table/")


def _wanted(
    grants: Sequence[CatalogGrant],
) -> Iterator[tuple[str, CatalogAccess, tuple[str, ...] | None]]:
    """Yield each database and level once, with its tables; None is all of them."""
    wanted: dict[tuple[str, CatalogAccess], set[str] | None] = {}
    for grant in grants:
        tables = grant.get("tables")
        for level in grant["access"]:
            key = (grant["database"], level)
            held = wanted.get(key, set())
            wanted[key] = None if tables is None or held is None else held | set(tables)
    order = list(_LEVELS)
    for (name, access), tables in sorted(
        wanted.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
    ):
        yield name, access, None if tables is None else tuple(sorted(tables))


def _statements(grants: Sequence[CatalogGrant], target: Target) -> Iterator[Statement]:
    """Render a statement a database and level: Glue asks for catalog, database and table alike."""
    for name, access, tables in _wanted(grants):
        verb, actions = _LEVELS[access]
        resources = [target.arn("glue", "catalog"), target.arn("glue", f"database/{name}")]
        resources += [
            target.arn("glue", f"table/{name}/{table}")
            for table in (("*",) if tables is None else tables)
        ]
        yield allow(f"{verb}{sid_word(name)}", actions, resources)
    if any(grant.get("lakeFormation", False) for grant in grants):
        yield allow("GlueLake", ("lakeformation:GetDataAccess",), ("*",))


def _companions(grants: Sequence[CatalogGrant], _: Target) -> Iterator[Companion]:
    for name, access, tables in _wanted(grants):
        asked: list[tuple[tuple[str, ...], object]] = [
            (_LAKE_DATABASE[access], {"Database": {"Name": name}})
        ]
        if tables is None:
            asked.append((_LAKE_TABLES[access], {"Table": _table(name, {"TableWildcard": {}})}))
        asked += (
            (_LAKE_TABLES[access], {"Table": _table(name, {"Name": table})})
            for table in tables or ()
        )
        yield Companion(
            what=f"Lake Formation permissions to {access.value} database {name}",
            why="Where Lake Formation guards a database, it must let the role in as well; where "
            "IAMAllowedPrincipals still has its permissions, nothing is needed.",
            snippet="\n".join(_command(words, resource) for words, resource in asked if words),
        )


def _table(database: str, which: dict[str, object]) -> dict[str, object]:
    return {"DatabaseName": database, **which}


def _command(words: Sequence[str], resource: object) -> str:
    return (
        "aws lakeformation grant-permissions --principal DataLakePrincipalIdentifier=ROLE_ARN "
        f"--permissions {' '.join(words)} --resource '{json.dumps(resource)}'"
    )


def _propose(
    request: Request, held: Sequence[CatalogGrant], target: Target
) -> Iterator[CatalogGrant]:
    """Propose the one table, then its database; Glue asks for catalog and database besides.

    The catalog alone names no database: those that are held are taken for meant.
    """
    by_level = {level: actions for level, (_, actions) in _LEVELS.items()}
    path = named(request.resource, target, "glue", "table/")
    database = named(request.resource, target, "glue", "database/")
    for access in levels_with(by_level, request):
        if path is not None and "/" in path:
            name, _, table = path.partition("/")
            yield {"database": name, "tables": [table], "access": [access]}
            yield {"database": name, "access": [access]}
        elif database is not None:
            yield {"database": database, "access": [access]}
        elif request.resource == target.arn("glue", "catalog"):
            for entry in held:
                yield {**entry, "access": [access]}


KIND: GrantKind[CatalogGrant] = GrantKind(
    key="glue",
    least={"database": "x", "access": [CatalogAccess.READ]},
    problems=_problems,
    statements=_statements,
    companions=_companions,
    propose=_propose,
)
