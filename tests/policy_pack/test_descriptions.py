"""What the SDK makes of a resource once: policies get the same values, and it asks by our names."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import proto
from pulumi_policy import deserialize, policy, proxy

from policy_pack import descriptions
from policy_pack.descriptions import CONFIGURE, PROVIDER, keep_descriptions

sdk: Any = policy
SERVICER = "_PolicyAnalyzerServicer"
METHODS = (CONFIGURE, PROVIDER)
UNKNOWN = proxy.UNKNOWN_STRING_VALUE
SECRET = {deserialize.SPECIAL_SIG_KEY: deserialize.SPECIAL_SECRET_SIG, "value": "hidden"}
GIVEN = {"name": "R", "tags": {"a": "b"}, "list": [1.0, None, True], "none": None}


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take back what a test makes of the SDK."""
    for name in ("json_format", "deserialize_properties", "unknown_checking_proxy"):
        monkeypatch.setattr(sdk, name, getattr(sdk, name))
    for name in METHODS:
        monkeypatch.setattr(servicer(), name, getattr(servicer(), name))


def servicer() -> Any:
    return getattr(sdk, SERVICER)


def call(method: str, *given: Any) -> Any:
    return getattr(servicer(), method)(None, *given)


def message(given: dict[str, Any]) -> struct_pb2.Struct:
    made = struct_pb2.Struct()
    made.update(given)
    return made


def shown(given: dict[str, Any]) -> Any:
    """Return what a policy gets, by the calls that the SDK makes."""
    values = sdk.deserialize_properties(sdk.json_format.MessageToDict(message(given)))
    return sdk.unknown_checking_proxy(values)


def test_the_sdk_calls_what_is_put_in_its_place() -> None:
    assert sdk.json_format is json_format
    assert sdk.deserialize_properties is deserialize.deserialize_properties
    assert sdk.unknown_checking_proxy is proxy.unknown_checking_proxy
    assert all(callable(getattr(servicer(), name)) for name in METHODS)


def test_equal_messages_are_turned_into_values_once(monkeypatch: pytest.MonkeyPatch) -> None:
    turned: list[Any] = []
    real = json_format.MessageToDict

    def counted(given: Any) -> Any:
        turned.append(given)
        return real(given)

    monkeypatch.setattr(descriptions.json_format, "MessageToDict", counted)
    keep_descriptions()
    given = {**GIVEN, "name": "once"}
    first = sdk.json_format.MessageToDict(message(given))
    assert first == given
    assert sdk.json_format.MessageToDict(message(given)) == given
    assert len(turned) == 1
    assert sdk.json_format.MessageToDict(message({**given, "name": "S"}))["name"] == "S"
    assert sdk.json_format.MessageToDict(struct_pb2.Value(string_value="x")) == "x"
    assert sdk.json_format.ParseDict is json_format.ParseDict


def test_policies_see_what_they_saw() -> None:
    given = {**GIVEN, "secret": SECRET, "later": UNKNOWN}
    before = shown(given)
    keep_descriptions()
    after = shown(given)
    assert after is shown(given)
    for view in (before, after):
        assert {key: view[key] for key in ("name", "none", "secret")} == {
            "name": "R",
            "none": None,
            "secret": "hidden",
        }
        assert (dict(view["tags"]), list(view["list"])) == ({"a": "b"}, [1.0, None, True])
        with pytest.raises(proxy.UnknownValueError):
            view["later"]


def test_what_remediates_still_sees_secrets_as_such() -> None:
    keep_descriptions()
    values = sdk.json_format.MessageToDict(message({"secret": SECRET}))
    kept = sdk.deserialize_properties(values, proxy_secrets=True)
    assert deserialize.serialize_properties(kept) == {"secret": SECRET}
    assert deserialize.serialize_properties(sdk.unknown_checking_proxy(kept)) == {"secret": SECRET}
    with pytest.raises(proxy.UnknownValueError):
        sdk.unknown_checking_proxy({"later": UNKNOWN})["later"]


def test_equal_providers_are_read_once() -> None:
    provider = proto.AnalyzerProviderResource(
        type="pulumi:providers:aws", urn="p", name="p", properties=message({"region": "eu-west-1"})
    )
    one = proto.AnalyzeRequest(provider=provider)
    before = call(PROVIDER, one)
    keep_descriptions()
    found = call(PROVIDER, one)
    assert found is call(PROVIDER, proto.AnalyzeRequest(provider=provider, urn="other"))
    assert dict(found.props) == dict(before.props) == {"region": "eu-west-1"}
    assert call(PROVIDER, proto.AnalyzeRequest()) is None


def test_the_config_is_read_once_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def configure(self: Any) -> None:
        del self
        read.append(threading.get_ident())

    monkeypatch.setattr(servicer(), CONFIGURE, configure)
    keep_descriptions()

    def twice() -> None:
        call(CONFIGURE)
        call(CONFIGURE)

    twice()
    thread = threading.Thread(target=twice)
    thread.start()
    thread.join()
    assert len(read) == len(set(read)) == 2
