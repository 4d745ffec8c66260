"""Conditions that the local AWS judges: on keys that it can read off a call.

moto takes a statement with any condition for a denial. Here a condition on a prefix that is listed
or on partition keys of items holds or not, as in AWS, and a statement whose conditions don't hold
does not apply. Statements on other keys are left to moto.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any, cast

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.responses import DynamoHandler
from moto.iam.access_control import IAMPolicyStatement, PermissionResult
from moto.s3.responses import S3Response

from local_aws.call_keys import JUDGED, LEADING_KEYS, PREFIX
from rolewright.iam import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OPERATORS = ("StringEquals", "StringLike", "ForAllValues:StringEquals", "Null")
_IN_ITEMS = ("Key", "Item")

_call = threading.local()
"""What is known of the call that this thread answers: `context`, values by condition key."""


def install() -> None:
    """Let moto, in this process, judge these conditions; must be done before it serves."""
    s3: Any = S3Response
    authorize = s3._authenticate_and_authorize_s3_action  # noqa: SLF001  # moto's hook
    permitted: Any = IAMPolicyStatement.is_action_permitted

    def authorize_s3(self: Any, *args: Any, **kwargs: Any) -> None:
        _call.context = {PREFIX.lower(): tuple(self.querystring.get("prefix") or ())}
        authorize(self, *args, **kwargs)

    def is_action_permitted(self: Any, action: str, *args: Any, **kwargs: Any) -> PermissionResult:
        statement = self._statement  # moto's
        conditions = statement.get("Condition")
        if not conditions or not _are_judged(conditions):
            return permitted(self, action, *args, **kwargs)
        if not _hold(conditions, getattr(_call, "context", {})):
            return PermissionResult.NEUTRAL
        plain = {key: value for key, value in statement.items() if key != "Condition"}
        return permitted(IAMPolicyStatement(plain), action, *args, **kwargs)

    s3._authenticate_and_authorize_s3_action = authorize_s3  # noqa: SLF001  # as above
    IAMPolicyStatement.is_action_permitted = is_action_permitted  # type: ignore[method-assign]
    DynamoHandler._determine_resource = table_resource  # type: ignore[attr-defined]  # noqa: SLF001  # moto's hook


def table_resource(handler: Any) -> str:
    """Return the ARN of the table, or of its index, that a DynamoDB call is about.

    moto asks this of a handler that has it, and authorises against `*` otherwise, so that a policy
    that names its table is refused. It is asked just before the call is judged.
    """
    named: dict[str, Any] = getattr(handler, "params", None) or {}
    _call.context = {LEADING_KEYS.lower(): tuple(_leading_keys(handler, named))}
    given = _table(named)
    if given is None:
        return "*"
    if not given.startswith("arn:"):
        given = f"arn:aws:dynamodb:{handler.region}:{handler.current_account}:table/{given}"
    return f"{given}/index/{named['IndexName']}" if named.get("IndexName") else given


def _table(named: dict[str, Any]) -> str | None:
    given = named.get("TableName") or named.get("ResourceArn")
    tables: list[str] = list(named.get("RequestItems") or ())
    return str(given) if given else (tables[0] if len(tables) == 1 else None)


def _leading_keys(handler: Any, named: dict[str, Any]) -> Iterator[str]:
    """Yield the partition keys that a call on one table names."""
    name = _table(named)
    if name is None:
        return
    tables = dynamodb_backends[handler.current_account][handler.region].tables
    table: Any = tables.get(name.rpartition("/")[2])
    if table is None:
        return
    attribute: str = table.hash_key_attr
    for item in _items(named, name):
        yield from (str(value) for value in item.get(attribute, {}).values())
    for index in (*table.indexes, *table.global_indexes):
        if index.name == named.get("IndexName"):
            attribute = index.schema_key_attrs[0]
    yield from _queried(named, attribute)


def _items(named: dict[str, Any], table: str) -> Iterator[dict[str, Any]]:
    yield from (named[part] for part in _IN_ITEMS if named.get(part))
    batches: dict[str, Any] = named.get("RequestItems") or {}
    asked = batches.get(table, ())
    if isinstance(asked, dict):
        yield from cast("dict[str, Any]", asked).get("Keys", ())
        return
    for request in cast("list[dict[str, dict[str, Any]]]", asked):
        for change in request.values():
            yield from (change[part] for part in _IN_ITEMS if part in change)


def _queried(named: dict[str, Any], attribute: str) -> Iterator[str]:
    """Yield the partition key that a query's expression asks for."""
    names: dict[str, str] = named.get("ExpressionAttributeNames") or {}
    values: dict[str, Any] = named.get("ExpressionAttributeValues") or {}
    expression: str = named.get("KeyConditionExpression") or ""
    for name, value in re.findall(r"([#\w.-]+)\s*=\s*(:\w+)", expression):
        if names.get(name, name) == attribute and value in values:
            yield from (str(found) for found in values[value].values())


def _are_judged(conditions: dict[str, dict[str, Any]]) -> bool:
    return all(
        operator in _OPERATORS and all(key.lower() in JUDGED for key in block)
        for operator, block in conditions.items()
    )


def _hold(conditions: dict[str, dict[str, Any]], context: dict[str, tuple[str, ...]]) -> bool:
    return all(
        _HOLDS[operator](context.get(key.lower(), ()), [given] if isinstance(given, str) else given)
        for operator, block in conditions.items()
        for key, given in block.items()
    )


_HOLDS: dict[str, Callable[[tuple[str, ...], list[str]], bool]] = {
    "StringEquals": lambda values, given: any(value in given for value in values),
    "StringLike": lambda values, given: any(matches(p, value) for p in given for value in values),
    "ForAllValues:StringEquals": lambda values, given: all(value in given for value in values),
    "Null": lambda values, given: (not values) == (given == ["true"]),
}
