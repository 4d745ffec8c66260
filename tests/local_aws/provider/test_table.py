"""aws.dynamodb.Table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.local_aws.plugin import TABLE, Plugin, RefusedError

if TYPE_CHECKING:
    from local_aws.provider.session import Clients

PLAIN: dict[str, Any] = {
    "name": "features",
    "hashKey": "id",
    "attributes": [{"name": "id", "type": "S"}],
}
FULL: dict[str, Any] = {
    "name": "features",
    "hashKey": "id",
    "rangeKey": "at",
    "attributes": [{"name": "id", "type": "S"}, {"name": "at", "type": "N"}],
    "billingMode": "PAY_PER_REQUEST",
    "tags": {"team": "a"},
}


@pytest.mark.parametrize("inputs", [PLAIN, FULL], ids=["plain", "full"])
def test_a_table_lives_and_dies(plugin: Plugin, clients: Clients, inputs: dict[str, Any]) -> None:
    made = plugin.create(TABLE, inputs)
    assert made.id == "features"
    assert made.state["arn"] == "arn:aws:dynamodb:eu-west-1:123456789012:table/features"
    assert plugin.diff(made).changed == []
    again = plugin.refresh(made)
    assert again is not None
    assert plugin.diff(again).changed == []
    imported = plugin.read(TABLE, "features")
    assert imported is not None
    assert plugin.diff(imported, **inputs).changed == []
    plugin.delete(made)
    assert clients.dynamodb.list_tables()["TableNames"] == []
    assert plugin.refresh(made) is None
    plugin.delete(made)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"hashKey": "at"},
        {"rangeKey": "id"},
        {"attributes": [{"name": "id", "type": "N"}, {"name": "at", "type": "N"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_table_is_replaced_by_another_key(plugin: Plugin, change: dict[str, Any]) -> None:
    made = plugin.create(TABLE, FULL)
    assert plugin.diff(made, **change).replaces == list(change)


def test_attributes_have_no_order(plugin: Plugin) -> None:
    made = plugin.create(TABLE, FULL)
    assert plugin.diff(made, attributes=FULL["attributes"][::-1]).changed == []


def test_billing_and_capacity_are_changed_in_place(plugin: Plugin, clients: Clients) -> None:
    made = plugin.create(TABLE, PLAIN)
    assert made.state["readCapacity"] == made.state["writeCapacity"] == 1
    more = plugin.update(made, readCapacity=3)
    assert plugin.diff(made, readCapacity=3).replaces == []
    throughput = clients.dynamodb.describe_table(TableName="features")["Table"]
    assert throughput["ProvisionedThroughput"]["ReadCapacityUnits"] == 3
    assert plugin.diff(made, billingMode="PAY_PER_REQUEST").replaces == []
    on_demand = plugin.update(more, billingMode="PAY_PER_REQUEST", readCapacity=None)
    assert on_demand.state["billingMode"] == "PAY_PER_REQUEST"
    assert plugin.diff(on_demand).changed == []


def test_tags_are_updated_in_place(plugin: Plugin) -> None:
    made = plugin.create(TABLE, FULL)
    tagged = plugin.update(made, tags={"stage": "dev"})
    assert tagged.state["tags"] == tagged.state["tagsAll"] == {"stage": "dev"}
    assert plugin.update(tagged, tags=None).state["tags"] == {}


def test_a_name_that_is_taken_is_refused_in_awss_words(plugin: Plugin) -> None:
    plugin.create(TABLE, PLAIN)
    with pytest.raises(RefusedError, match=r"\(features\): ResourceInUseException: "):
        plugin.create(TABLE, PLAIN)


@pytest.mark.parametrize(
    ("attributes", "path"),
    [
        ([{"name": "id"}], "attributes[0]"),
        ([{"name": "id", "type": "S"}, {"name": "x", "type": "S", "more": 1}], "attributes[1]"),
        (["id"], "attributes[0]"),
    ],
)
def test_what_an_attribute_hasnt_got_is_refused(
    plugin: Plugin, attributes: list[Any], path: str
) -> None:
    _, failures = plugin.checked(TABLE, {**PLAIN, "attributes": attributes})
    assert failures == {path: "the stand-in provider takes exactly name, type"}
