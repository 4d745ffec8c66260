"""Descriptions that are kept: the SDK gets the same values, and asks for them by our name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf import json_format, struct_pb2
from pulumi_policy import policy

from policy_pack import descriptions
from policy_pack.descriptions import keep_descriptions

if TYPE_CHECKING:
    import pytest

sdk: Any = policy


def _message(given: dict[str, Any]) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    message.update(given)
    return message


def test_equal_messages_are_turned_into_values_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sdk.json_format is json_format  # what the SDK calls
    monkeypatch.setattr(sdk, "json_format", json_format)
    turned: list[Any] = []
    real = json_format.MessageToDict

    def counted(message: Any) -> Any:
        turned.append(message)
        return real(message)

    monkeypatch.setattr(descriptions.json_format, "MessageToDict", counted)
    keep_descriptions()
    given = {"name": "R", "tags": {"a": "b"}, "list": [1.0, None, True], "none": None}
    first = sdk.json_format.MessageToDict(_message(given))
    assert first == given
    assert sdk.json_format.MessageToDict(_message(given)) == given
    assert len(turned) == 1
    assert sdk.json_format.MessageToDict(_message({**given, "name": "S"}))["name"] == "S"
    value = struct_pb2.Value(string_value="x")
    assert sdk.json_format.MessageToDict(value) == "x"
    assert sdk.json_format.ParseDict is json_format.ParseDict
