"""aws.s3.Bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.local_aws.plugin import BUCKET, REGION, Plugin, RefusedError

if TYPE_CHECKING:
    from local_aws.provider.session import Clients


def names(clients: Clients) -> list[str]:
    return [bucket["Name"] for bucket in clients.s3.list_buckets()["Buckets"]]


def test_a_bucket_lives_and_dies(plugin: Plugin, clients: Clients) -> None:
    made = plugin.create(BUCKET, {"bucket": "data", "tags": {"team": "a"}})
    assert made.id == "data"
    assert made.state["arn"] == "arn:aws:s3:::data"
    assert made.state["region"] == REGION
    assert made.state["tagsAll"] == {"team": "a"}
    assert clients.s3.get_bucket_location(Bucket="data")["LocationConstraint"] == REGION
    assert plugin.diff(made).changed == []
    assert plugin.diff(made, bucket="other").replaces == ["bucket"]
    assert plugin.diff(made, tags={"team": "b"}).replaces == []
    tagged = plugin.update(made, tags={"team": "b"})
    assert tagged.state["tags"] == {"team": "b"}
    bare = plugin.update(tagged, tags=None)
    assert bare.state["tags"] == {}
    assert plugin.diff(bare).changed == []
    plugin.delete(bare)
    assert names(clients) == []
    assert plugin.refresh(bare) is None
    plugin.delete(bare)


def test_a_bucket_is_imported_by_its_name(plugin: Plugin, clients: Clients) -> None:
    where = {"LocationConstraint": REGION}
    clients.s3.create_bucket(Bucket="by-hand", CreateBucketConfiguration=where)
    imported = plugin.read(BUCKET, "by-hand")
    assert imported is not None
    assert imported.inputs == {"bucket": "by-hand", "__defaults": []}
    assert plugin.diff(imported, bucket="by-hand").changed == []


def test_a_bucket_that_is_not_empty_is_deleted_by_force_alone(
    plugin: Plugin, clients: Clients
) -> None:
    made = plugin.create(BUCKET, {"bucket": "data"})
    clients.s3.put_object(Bucket="data", Key="object", Body=b"")
    with pytest.raises(RefusedError, match="BucketNotEmpty: The bucket you tried to delete"):
        plugin.delete(made)
    forced = plugin.update(made, forceDestroy=True)
    kept = plugin.refresh(forced)
    assert kept is not None
    plugin.delete(kept)
    assert names(clients) == []


def test_a_name_that_is_taken_is_refused_in_awss_words(plugin: Plugin) -> None:
    plugin.create(BUCKET, {"bucket": "data"})
    with pytest.raises(RefusedError, match=r"creating .*: BucketAlreadyOwnedByYou: "):
        plugin.create(BUCKET, {"bucket": "data"})


def test_a_bucket_without_a_name_gets_one_in_lower_case(plugin: Plugin) -> None:
    checked = plugin.check(BUCKET, {}, name="trainingData")
    assert checked["bucket"].startswith("trainingdata-")


def test_a_region_of_its_own_is_refused(plugin: Plugin) -> None:
    _, failures = plugin.checked(BUCKET, {"bucket": "data", "region": "eu-central-1"})
    assert failures == {
        "region": "the stand-in provider has no such property (bucket, forceDestroy, tags)"
    }
