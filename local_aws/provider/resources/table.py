"""aws.dynamodb.Table: keys, billing and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.provider.kinds import Kind, Property, Props
from local_aws.provider.tags import from_aws, sync_tags, to_aws

if TYPE_CHECKING:
    from local_aws.provider.session import Clients


def _create(clients: Clients, inputs: Props) -> tuple[str, Props]:
    name = inputs["name"]
    keys = [{"AttributeName": inputs["hashKey"], "KeyType": "HASH"}]
    if inputs.get("rangeKey"):
        keys.append({"AttributeName": inputs["rangeKey"], "KeyType": "RANGE"})
    call: dict[str, Any] = {
        "TableName": name,
        "KeySchema": keys,
        "AttributeDefinitions": [
            {"AttributeName": entry["name"], "AttributeType": entry["type"]}
            for entry in inputs["attributes"]
        ],
        "Tags": to_aws(inputs.get("tags")),
    }
    clients.dynamodb.create_table(**call, **_throughput(inputs))
    clients.dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    return name, _state(clients, name)


def _throughput(inputs: Props) -> dict[str, Any]:
    billing = inputs.get("billingMode") or "PROVISIONED"
    if billing != "PROVISIONED":
        return {"BillingMode": billing}
    return {
        "BillingMode": billing,
        "ProvisionedThroughput": {
            "ReadCapacityUnits": inputs.get("readCapacity") or 1,
            "WriteCapacityUnits": inputs.get("writeCapacity") or 1,
        },
    }


def _read(clients: Clients, identifier: str, inputs: Props) -> Props | None:
    del inputs
    try:
        return _state(clients, identifier)
    except clients.dynamodb.exceptions.ResourceNotFoundException:
        return None


def _state(clients: Clients, name: str) -> Props:
    table = clients.dynamodb.describe_table(TableName=name)["Table"]
    keys = {entry["KeyType"]: entry["AttributeName"] for entry in table["KeySchema"]}
    tags = from_aws(clients.dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"])
    billing = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    state: Props = {
        "name": name,
        "arn": table["TableArn"],
        "hashKey": keys["HASH"],
        "rangeKey": keys.get("RANGE", ""),
        "billingMode": billing,
        "attributes": [
            {"name": entry["AttributeName"], "type": entry["AttributeType"]}
            for entry in table["AttributeDefinitions"]
        ],
        "tags": tags,
        "tagsAll": tags,
    }
    if billing == "PROVISIONED":
        throughput = table["ProvisionedThroughput"]
        state["readCapacity"] = throughput["ReadCapacityUnits"]
        state["writeCapacity"] = throughput["WriteCapacityUnits"]
    return state


def _update(clients: Clients, identifier: str, state: Props, inputs: Props) -> Props:
    if _throughput(inputs) != _throughput(state):
        clients.dynamodb.update_table(TableName=identifier, **_throughput(inputs))
    sync_tags(
        state.get("tags"),
        inputs.get("tags"),
        tag=lambda tags: clients.dynamodb.tag_resource(ResourceArn=state["arn"], Tags=tags),
        untag=lambda keys: clients.dynamodb.untag_resource(ResourceArn=state["arn"], TagKeys=keys),
    )
    return _state(clients, identifier)


def _delete(clients: Clients, identifier: str, state: Props) -> None:
    del state
    clients.dynamodb.delete_table(TableName=identifier)


KIND = Kind(
    token="aws:dynamodb/table:Table",
    properties={
        "attributes": Property(
            type="list", required=True, replaces=True, is_set=True, fields=("name", "type")
        ),
        "billingMode": Property(default="PROVISIONED"),
        "hashKey": Property(required=True, replaces=True),
        "name": Property(replaces=True),
        "rangeKey": Property(replaces=True, default=""),
        "readCapacity": Property(type="integer", default=1),
        "tags": Property(type="map"),
        "writeCapacity": Property(type="integer", default=1),
    },
    computed=("arn",),
    stable=("arn", "name"),
    auto_name="name",
    identity="{name}",
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)
