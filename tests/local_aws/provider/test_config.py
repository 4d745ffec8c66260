"""The provider's settings, and a local AWS that does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2

from local_aws.provider.session import ConfigFault, clients_from_config
from tests.local_aws.plugin import REGION, ROLE, TRUST, Plugin, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_aws.server import Server

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def fresh() -> Iterator[Plugin]:
    """Return a provider that is not configured."""
    with Plugin.served() as plugin:
        yield plugin


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://iam.amazonaws.com",
        "http://127.0.0.1.example.com:5000",
        "http://127.0.0.1@example.com:5000",
        "http://192.168.0.1:5000",
        "http://0.0.0.0:5000",
        "127.0.0.1:5000",
        "http://[::1",
        "http://127.0.0.1:port",
    ],
)
def test_an_endpoint_that_is_not_on_this_machine_is_refused(fresh: Plugin, endpoint: str) -> None:
    with pytest.raises(RefusedError, match="is not on this machine; the stand-in provider talks"):
        fresh.configure(region=REGION, endpoints=[{"iam": endpoint}])
    with pytest.raises(RefusedError, match="the provider is not configured"):
        fresh.read(ROLE, "role")


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:5000", "http://localhost:5000", "http://[::1]:5000"]
)
def test_an_endpoint_on_this_machine_is_taken(endpoint: str) -> None:
    clients = clients_from_config({"endpoints": [{"iam": endpoint, "s3": endpoint}]})
    assert clients.endpoint == endpoint


def test_without_an_endpoint_nothing_is_configured(fresh: Plugin) -> None:
    with pytest.raises(
        RefusedError, match=r"^no endpoint: .* run `make up`, or install the official"
    ):
        fresh.configure(region=REGION)


def test_the_endpoint_may_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, server: Server, fresh: Plugin
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
    answer = fresh.configure(region=REGION, skipCredentialsValidation="true", version="7.51.0")
    assert answer.supportsPreview
    assert not answer.acceptSecrets
    assert fresh.read(ROLE, "role") is None


def test_an_endpoint_of_the_config_goes_before_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", NOWHERE)
    assert (
        clients_from_config({"endpoints": f'[{{"iam": "{NOWHERE}2"}}]'}).endpoint == f"{NOWHERE}2"
    )
    assert clients_from_config({"endpoints": [{"iam": ""}]}).endpoint == NOWHERE


def test_different_endpoints_are_refused(fresh: Plugin) -> None:
    with pytest.raises(RefusedError, match="one endpoint for all services"):
        fresh.configure(endpoints=[{"iam": NOWHERE, "s3": f"{NOWHERE}2"}])


@pytest.mark.parametrize("endpoints", ["{", "iam", '["http://127.0.0.1:1"]', "5", '[{"iam": {}}]'])
def test_endpoints_that_are_none_are_refused(endpoints: str) -> None:
    with pytest.raises(ConfigFault, match=r"^(`endpoints` is|no endpoint)"):
        clients_from_config({"endpoints": endpoints})


@pytest.mark.parametrize("setting", ["defaultTags", "profile", "assumeRoles", "allowedAccountIds"])
def test_a_setting_it_hasnt_got_is_refused(fresh: Plugin, setting: str) -> None:
    with pytest.raises(RefusedError, match=f"^the stand-in provider has no setting `{setting}`$"):
        fresh.configure(**{"region": REGION, "endpoints": [{"iam": NOWHERE}], setting: "x"})


def test_region_and_credentials_are_those_of_the_config(server: Server) -> None:
    config: dict[str, Any] = {
        "endpoints": [{"iam": server.endpoint}],
        "region": "eu-central-1",
        "accessKey": "AKIATEST",
        "secretKey": "secret",
        "token": "token",
    }
    clients = clients_from_config(config)
    signer = clients.sts._request_signer._credentials  # noqa: SLF001  # no public way to see them
    assert (signer.access_key, signer.secret_key, signer.token) == ("AKIATEST", "secret", "token")
    assert clients.sts.meta.region_name == clients.region == "eu-central-1"


def test_a_proxy_is_never_asked_for_the_local_aws(
    monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, NOWHERE)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    clients = clients_from_config({"region": REGION, "endpoints": [{"iam": server.endpoint}]})
    assert clients.iam.list_roles()["Roles"] == []


def test_a_dead_local_aws_is_named_with_what_to_do(fresh: Plugin) -> None:
    fresh.configure(region=REGION, endpoints=[{"iam": NOWHERE}])
    said = rf"the local AWS at {NOWHERE} does not answer; `make up` starts it again$"
    with pytest.raises(RefusedError, match=rf"^creating aws:iam/role:Role \(dead\): {said}"):
        fresh.create(ROLE, {"name": "dead", "assumeRolePolicy": TRUST})
    with pytest.raises(RefusedError, match=rf"^reading aws:iam/role:Role \(dead\): {said}"):
        fresh.read(ROLE, "dead")
    with pytest.raises(RefusedError, match=said):
        fresh.invoke("aws:index/getCallerIdentity:getCallerIdentity")


def test_a_call_that_boto3_refuses_is_an_error_in_its_words(plugin: Plugin) -> None:
    with pytest.raises(
        RefusedError, match=r"^reading aws:iam/role:Role \(\): Parameter validation"
    ):
        plugin.read(ROLE, "")


def test_another_config_replaces_nothing(plugin: Plugin) -> None:
    news = struct_pb2.Struct()
    json_format.ParseDict({"region": "eu-central-1"}, news)
    checked = plugin.call("CheckConfig", provider_pb2.CheckRequest(news=news))
    assert checked.inputs == news
    diff = plugin.call("DiffConfig", provider_pb2.DiffRequest(news=news))
    assert list(diff.replaces) == []
    plugin.call("Cancel", empty_pb2.Empty())
