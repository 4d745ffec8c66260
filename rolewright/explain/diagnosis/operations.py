"""From the operation that was called to the action that IAM asks for.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

from __future__ import annotations

import re
from functools import lru_cache

from rolewright.reference import action_set, find_action, names_in

_NAME = re.compile(r"[A-Za-z]\w{1,99}", re.ASCII)
_SEVERAL = frozenset({"CopyObject", "UploadPartCopy", "TransactWriteItems", "ExecuteStatement"})
"""Operations that ask for one action or another, by what is in the request."""
_ACTIONS = {
    # S3, where they are named differently.
    "CompleteMultipartUpload": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "DeleteBucketCors": "s3:PutBucketCORS",
    "DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "DeleteBucketTagging": "s3:PutBucketTagging",
    "DeleteObjects": "s3:DeleteObject",
    "GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "GetBucketCors": "s3:GetBucketCORS",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetBucketLifecycle": "s3:GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "GetBucketReplication": "s3:GetReplicationConfiguration",
    "GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "HeadBucket": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "ListBuckets": "s3:ListAllMyBuckets",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListObjects": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "ListParts": "s3:ListMultipartUploadParts",
    "PutBucketAccelerateConfiguration": "s3:PutAccelerateConfiguration",
    "PutBucketCors": "s3:PutBucketCORS",
    "PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "PutBucketLifecycle": "s3:PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "PutBucketReplication": "s3:PutReplicationConfiguration",
    "PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "SelectObjectContent": "s3:GetObject",
    "UploadPart": "s3:PutObject",
    # Bedrock and DynamoDB.
    "Converse": "bedrock:InvokeModel",
    "ConverseStream": "bedrock:InvokeModelWithResponseStream",
    "TransactGetItems": "dynamodb:GetItem",
    # Athena has an action of that name, which no operation asks for.
    "GetTable": "glue:GetTable",
}
_SERVICES = (
    "sagemaker",
    "s3",
    "dynamodb",
    "kms",
    "ecr",
    "iam",
    "sts",
    "ec2",
    "glue",
    "athena",
    "lakeformation",
    "bedrock",
    "logs",
    "cloudwatch",
    "secretsmanager",
    "ssm",
    "sqs",
    "sns",
    "lambda",
    "states",
)
"""Services that a SageMaker role works with."""
_EVENT_SERVICES = {"monitoring": "cloudwatch", "email": "ses", "bedrock-runtime": "bedrock"}
"""Event sources of CloudTrail that go by another name in IAM."""


def spelled(action: str) -> str:
    """Return an action as AWS spells it where it is a documented one, and else as it is."""
    known = find_action(action)
    return f"{known.service}:{known.name}" if known else action


@lru_cache(maxsize=1024)
def action_of(operation: str, around: str = "") -> str | None:
    """Return the action of an operation such as `HeadObject`, or None where it can't be told.

    Of what several services have, it is that of the one which is named in `around`, text in lower
    case, or of the only one that a SageMaker role works with.
    """
    if operation in _SEVERAL or not _NAME.fullmatch(operation):
        return None
    if operation in _ACTIONS:
        return _ACTIONS[operation]
    found = tuple(names_in(action_set(f"*:{operation}"), 100))
    for some in (_named_in(around), _SERVICES):
        of_some = tuple(one for one in found if one.partition(":")[0] in some)
        found = of_some or found
    return found[0] if len(found) == 1 else None


def _named_in(around: str) -> tuple[str, ...]:
    return tuple(service for service in _SERVICES if service in around)


def action_of_event(source: str, name: str) -> str | None:
    """Return the action of a CloudTrail event by its source, such as `s3.amazonaws.com`."""
    service = source.lower().removesuffix(".cn").removesuffix(".amazonaws.com")
    service = _EVENT_SERVICES.get(service, service)
    held = _ACTIONS.get(name)
    if held and held.startswith(f"{service}:"):
        return held
    if name in _SEVERAL or not _NAME.fullmatch(name):
        return None
    known = find_action(f"{service}:{name}")
    return f"{known.service}:{known.name}" if known else None
