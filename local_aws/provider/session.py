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

_TAKEN = frozenset(
    {
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
        "version",
    }
)
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
    ) -> None:
        if urlsplit(endpoint).hostname not in _LOOPBACK:
            raise ConfigFault(
                f"`{endpoint}` is not on this machine; the stand-in provider talks to the local "
                "AWS alone (use the official provider for real AWS)"
            )
        self.endpoint = endpoint
        self.region = region
        self._session: Any = boto3.Session(
            aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name=region
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
    for entry in _json(config.get("endpoints")) or ():
        endpoint = next((url for url in entry.values() if url), endpoint)
    if not endpoint:
        raise ConfigFault(
            "no endpoint: the stand-in provider talks to the local AWS alone; run `make up`, or "
            "install the official provider for real AWS"
        )
    return Clients(
        endpoint=endpoint,
        region=config.get("region") or "us-east-1",
        **{
            argument: config[setting]
            for setting, argument in (("accessKey", "access_key"), ("secretKey", "secret_key"))
            if config.get(setting)
        },
    )


def _json(value: object) -> Any:
    return json.loads(value) if isinstance(value, str) and value else value
