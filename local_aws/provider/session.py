"""The provider's config, and boto3 clients for the local AWS and nowhere else."""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL"

ACCOUNT = "123456789012"
"""The account of the local AWS."""

PARTITION = "aws"
"""The partition of the local AWS."""

SETTINGS = (
    "accessKey",
    "endpoints",
    "region",
    "s3UsePathStyle",
    "secretKey",
    "skipCredentialsValidation",
    "skipMetadataApiCheck",
    "skipRegionValidation",
    "skipRequestingAccountId",
    "token",
)
"""The settings that the stand-in provider takes, of those of the official one."""
_TAKEN = frozenset({*SETTINGS, "version"})
_CREDENTIALS = (("accessKey", "access_key"), ("secretKey", "secret_key"), ("token", "token"))
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ConfigFault(ValueError):  # noqa: N818  # it is printed as a sentence
    """The provider's config can't be honoured."""


def aws_code(error: ClientError) -> str:
    """Return the code of AWS's refusal, such as `AccessDenied`."""
    response: Any = error.response
    return str(response["Error"]["Code"])


class Clients:
    """boto3 clients for one endpoint on this machine, made once each. Safe for threads."""

    def __init__(
        self,
        *,
        endpoint: str,
        region: str,
        access_key: str = "local",
        secret_key: str = "local",  # noqa: S107  # the local AWS takes any
        token: str | None = None,
    ) -> None:
        if not _is_on_loopback(endpoint):
            raise ConfigFault(
                f"`{endpoint}` is not on this machine; the stand-in provider talks to the local "
                "AWS alone (use the official provider for real AWS)"
            )
        self.endpoint = endpoint
        self.region = region
        self._session: Any = boto3.Session(
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            aws_session_token=token,
            region_name=region,
        )
        self._made: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __getattr__(self, service: str) -> Any:
        with self._lock:
            if service not in self._made:
                self._made[service] = self._session.client(
                    service,
                    endpoint_url=self.endpoint,
                    config=Config(
                        connect_timeout=2,
                        read_timeout=30,
                        retries={"max_attempts": 1},
                        max_pool_connections=32,
                        s3={"addressing_style": "path"},
                        proxies={},
                    ),
                )
            return self._made[service]


def clients_from_config(config: dict[str, Any]) -> Clients:
    """Return clients for a provider's config, as the official provider takes it.

    The endpoint comes from `endpoints` or from AWS_ENDPOINT_URL. Raises ConfigFault for a setting
    that the stand-in does not have, and where there is no endpoint.
    """
    strange = sorted(set(config) - _TAKEN)
    if strange:
        raise ConfigFault(f"the stand-in provider has no setting `{strange[0]}`")
    endpoint = os.environ.get(ENDPOINT_VARIABLE)
    named = _endpoints(config.get("endpoints"))
    if len(named) > 1:
        raise ConfigFault(
            f"`endpoints` names {' and '.join(f'`{url}`' for url in sorted(named))}; the stand-in "
            "provider has one endpoint for all services"
        )
    endpoint = next(iter(named), endpoint)
    if not endpoint:
        raise ConfigFault(
            "no endpoint: the stand-in provider talks to the local AWS alone; run `make up`, or "
            "install the official provider for real AWS"
        )
    return Clients(
        endpoint=endpoint,
        region=config.get("region") or "us-east-1",
        **{argument: config[setting] for setting, argument in _CREDENTIALS if config.get(setting)},
    )


def _endpoints(value: Any) -> set[str]:
    """Return the URLs in the setting `endpoints`, which arrives as JSON text."""
    try:
        entries = json.loads(value) if isinstance(value, str) and value else value
        return {url for entry in entries or () for url in entry.values() if url}
    except (ValueError, TypeError, AttributeError):
        raise ConfigFault(
            f"`endpoints` is `{value}`; it takes a list of maps from service to URL"
        ) from None


def _is_on_loopback(endpoint: str) -> bool:
    try:
        host, port = urlsplit(endpoint).hostname, urlsplit(endpoint).port
    except ValueError:
        return False
    return host in _LOOPBACK and port != 0
