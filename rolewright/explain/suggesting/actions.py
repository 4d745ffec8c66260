"""From an event's source and name to the IAM actions that AWS checked.

Most events are named as the action is. S3's are named as its API is:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
DynamoDB's transactions and PartiQL:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from rolewright.reference import find_action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.explain.suggesting.events import Event

_PREFIXES = {
    "monitoring": "cloudwatch",
    "tagging": "tag",
    "email": "ses",
    "runtime.sagemaker": "sagemaker",
    "bedrock-runtime": "bedrock",
    "api.ecr": "ecr",
}
"""Event sources that are not the prefix of their actions."""
_FREE = frozenset({"sts:getcalleridentity", "sts:getsessiontoken"})
"""Calls that need no permission."""
_S3 = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PostObject": "PutObject",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
_OF_VERSIONS = {"DeleteObject", "GetObject", "GetObjectAcl", "GetObjectTagging"}
"""Actions that are others where the request names a version of the object."""
_RENAMED = {
    ("lambda", "Invoke"): ("InvokeFunction",),
    ("kms", "ReEncrypt"): ("ReEncryptFrom", "ReEncryptTo"),
    ("bedrock", "Converse"): ("InvokeModel",),
    ("bedrock", "ConverseStream"): ("InvokeModelWithResponseStream",),
    ("dynamodb", "TransactGetItems"): ("GetItem",),
    ("sagemaker", "InvokeEndpointWithResponseStream"): ("InvokeEndpoint",),
}
_TRANSACTED = {
    "put": "PutItem",
    "update": "UpdateItem",
    "delete": "DeleteItem",
    "conditioncheck": "ConditionCheckItem",
}
_PARTIQL = {
    "SELECT": "PartiQLSelect",
    "INSERT": "PartiQLInsert",
    "UPDATE": "PartiQLUpdate",
    "DELETE": "PartiQLDelete",
    "EXISTS": "PartiQLSelect",
}
_VERSION = re.compile(r"(?:\d{8}|\d{4}_\d{2}_\d{2})(?:v\d+)?$")
"""The API's version, which events of some services have in their names."""


class Unusable(ValueError):  # noqa: N818  # an answer, not a fault
    """An event that no grant can be made from; the message says why."""


def needs_nothing(event: Event) -> bool:
    """Whether a call needs no permission."""
    return f"{event.service}:{event.name}".lower() in _FREE


def actions_of(event: Event) -> tuple[str, ...]:
    """Return the actions that an event's call needs, as AWS writes them. Raises Unusable."""
    service = _PREFIXES.get(event.service, event.service)
    names = tuple(dict.fromkeys(_names(service, event)))
    found: list[str] = []
    for name in names:
        action = find_action(f"{service}:{name}")
        if action is None:
            raise Unusable(f"`{service}:{name}` is no action that AWS documents")
        found.append(f"{action.service}:{action.name}")
    return tuple(found)


def _names(service: str, event: Event) -> Iterator[str]:
    name = _VERSION.sub("", event.name)
    if (service, name) in _RENAMED:
        yield from _RENAMED[service, name]
    elif service == "s3":
        plain = _S3.get(name, name)
        versioned = plain in _OF_VERSIONS and event.params.get("versionId")
        yield plain.replace("Object", "ObjectVersion") if versioned else plain
    elif service == "dynamodb" and name == "TransactWriteItems":
        yield from _transacted(event)
    elif service == "dynamodb" and name in (
        "ExecuteStatement",
        "BatchExecuteStatement",
        "ExecuteTransaction",
    ):
        yield from _partiql(event)
    else:
        yield name


def _transacted(event: Event) -> Iterator[str]:
    """Yield what a transaction did, where the event tells it."""
    listed = event.params.get("transactItems")
    kinds = [
        kind.lower()
        for entry in cast("list[Any]", listed if isinstance(listed, list) else [])
        for kind in cast("dict[str, Any]", entry if isinstance(entry, dict) else {})
    ]
    if not kinds or not set(kinds) <= set(_TRANSACTED):
        raise Unusable(
            "the event doesn't say what the transaction wrote: PutItem, UpdateItem, DeleteItem or "
            "ConditionCheckItem"
        )
    yield from (_TRANSACTED[kind] for kind in kinds)


def _partiql(event: Event) -> Iterator[str]:
    listed = event.params.get("statements") or event.params.get("transactStatements")
    entries = cast("list[Any]", listed if isinstance(listed, list) else [event.params])
    texts = [
        str(cast("dict[str, Any]", entry).get("statement", "")) if isinstance(entry, dict) else ""
        for entry in entries
    ]
    for text in texts:
        verb = text.strip().partition(" ")[0].upper()
        if verb not in _PARTIQL:
            raise Unusable("the event doesn't say what the PartiQL statement does")
        yield _PARTIQL[verb]
