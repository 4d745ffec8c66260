"""Athena: run queries in a workgroup and read their results.

Athena reads tables and their data as the role: `glue` and `buckets` grant that.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html
Results: https://docs.aws.amazon.com/athena/latest/ug/querying.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Sequence
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import name_problems
from rolewright.grants.kind import STRICT, GrantKind, Target
from rolewright.grants.kinds.buckets import bucket_name_fault
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import has, named
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Request, Statement


class QueryGrant(TypedDict):
    """One workgroup to run queries in."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    workgroup: str
    """The workgroup's name, such as `primary`."""
    resultBuckets: NotRequired[list[str]]
    """Names of the buckets that results go to; none where Athena keeps them itself."""
    catalogs: NotRequired[list[str]]
    """Names of data catalogs to look tables up in, besides the account's Glue catalog."""


_ON_WORKGROUP = (
    "athena:BatchGetQueryExecution",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetQueryResultsStream",
    "athena:GetQueryRuntimeStatistics",
    "athena:GetWorkGroup",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)
_ON_CATALOG = (
    "athena:GetDataCatalog",
    "athena:GetDatabase",
    "athena:GetTableMetadata",
    "athena:ListDatabases",
    "athena:ListTableMetadata",
)
_ON_BUCKET = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")
_ON_OBJECTS = (
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)
_NAME = re.compile(r"[\w.-]{1,128}", re.ASCII)
_CATALOG = re.compile(r"[\w@-]{1,256}", re.ASCII)


def _problems(grant: QueryGrant) -> Iterator[Problem]:
    takes = "a workgroup; its name takes up to 128 letters, digits and `_.-`"
    yield from name_problems(grant["workgroup"], "workgroup", _NAME, takes, "workgroup/")
    for key in ("resultBuckets", "catalogs"):
        if grant.get(key) == []:
            yield Problem(path=key, message="is empty; name one, or leave it out")
    for index, name in enumerate(grant.get("resultBuckets", ())):
        if fault := bucket_name_fault(name):
            yield Problem(path=f"resultBuckets[{index}]", message=f"`{name}` {fault}")
    takes = "a catalog; its name takes up to 256 letters, digits and `_@-`"
    for index, name in enumerate(grant.get("catalogs", ())):
        yield from name_problems(name, f"catalogs[{index}]", _CATALOG, takes, "datacatalog/")


def _statements(grants: Sequence[QueryGrant], target: Target) -> Iterator[Statement]:
    for name in sorted({grant["workgroup"] for grant in grants}):
        arn = target.arn("athena", f"workgroup/{name}")
        yield allow(f"AthenaQuery{sid_word(name)}", _ON_WORKGROUP, (arn,))
    for name in sorted({name for grant in grants for name in grant.get("catalogs", ())}):
        arn = target.arn("athena", f"datacatalog/{name}")
        yield allow(f"AthenaCatalog{sid_word(name)}", _ON_CATALOG, (arn,))
    for name in sorted({name for grant in grants for name in grant.get("resultBuckets", ())}):
        arn = f"arn:{target.partition}:s3:::{name}"
        yield allow(f"AthenaLocate{sid_word(name)}", _ON_BUCKET, (arn,))
        yield allow(f"AthenaResult{sid_word(name)}", _ON_OBJECTS, (f"{arn}/*",))


def _propose(request: Request, held: Sequence[QueryGrant], target: Target) -> Iterator[QueryGrant]:
    """Propose the workgroup; a catalog beside the workgroups that are held.

    What lies in buckets is not proposed: results alone take no query.
    """
    name = named(request.resource, target, "athena", "workgroup/")
    catalog = named(request.resource, target, "athena", "datacatalog/")
    if name is not None and has(_ON_WORKGROUP, request):
        yield {"workgroup": name}
    if catalog is not None and has(_ON_CATALOG, request):
        for entry in held:
            yield {"workgroup": entry["workgroup"], "catalogs": [catalog]}


KIND: GrantKind[QueryGrant] = GrantKind(
    key="athena",
    least={"workgroup": "x"},
    problems=_problems,
    statements=_statements,
    propose=_propose,
)
