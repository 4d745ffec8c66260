"""aws.s3.Bucket: name and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local_aws.provider.kinds import Kind, Property, Props
from local_aws.provider.session import aws_code
from local_aws.provider.tags import from_aws, to_aws

if TYPE_CHECKING:
    from local_aws.provider.session import Clients


def make_bucket(clients: Clients, name: str) -> None:
    """Make a bucket in the clients' region."""
    call: dict[str, Any] = {"Bucket": name}
    if clients.region != "us-east-1":
        call["CreateBucketConfiguration"] = {"LocationConstraint": clients.region}
    clients.s3.create_bucket(**call)


def _create(clients: Clients, inputs: Props) -> tuple[str, Props]:
    name = inputs["bucket"]
    make_bucket(clients, name)
    if inputs.get("tags"):
        clients.s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": to_aws(inputs["tags"])})
    return name, _state(clients, name, inputs)


def _read(clients: Clients, identifier: str, inputs: Props) -> Props | None:
    try:
        clients.s3.head_bucket(Bucket=identifier)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:  # noqa: PLR2004  # not found
            return None
        raise
    return _state(clients, identifier, inputs)


def _state(clients: Clients, name: str, inputs: Props) -> Props:
    try:
        tags = from_aws(clients.s3.get_bucket_tagging(Bucket=name)["TagSet"])
    except ClientError as error:
        if aws_code(error) != "NoSuchTagSet":
            raise
        tags = {}
    return {
        "bucket": name,
        "arn": f"arn:aws:s3:::{name}",
        "region": clients.region,
        "forceDestroy": bool(inputs.get("forceDestroy")),
        "tags": tags,
        "tagsAll": tags,
    }


def _update(clients: Clients, identifier: str, state: Props, inputs: Props) -> Props:
    del state
    if inputs.get("tags"):
        clients.s3.put_bucket_tagging(Bucket=identifier, Tagging={"TagSet": to_aws(inputs["tags"])})
    else:
        clients.s3.delete_bucket_tagging(Bucket=identifier)
    return _state(clients, identifier, inputs)


def _delete(clients: Clients, identifier: str, state: Props) -> None:
    if state.get("forceDestroy"):
        for page in clients.s3.get_paginator("list_objects_v2").paginate(Bucket=identifier):
            for entry in page.get("Contents", ()):
                clients.s3.delete_object(Bucket=identifier, Key=entry["Key"])
    clients.s3.delete_bucket(Bucket=identifier)


KIND = Kind(
    token="aws:s3/bucket:Bucket",
    properties={
        "bucket": Property(replaces=True),
        "forceDestroy": Property(type="boolean", default=False),
        "tags": Property(type="map"),
    },
    computed=("arn", "region"),
    stable=("arn", "bucket"),
    auto_name="bucket",
    auto_name_lower=True,
    identity="{bucket}",
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)
