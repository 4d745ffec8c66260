"""Where jobs run and with which keys: settings that activities honour."""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import partition_problems, region_of
from rolewright.grants.kind import Target
from rolewright.grants.problems import Problem
from rolewright.grants.strict import STRICT

_SUBNET = re.compile(r"subnet-[0-9a-z-]+")
_GROUP = re.compile(r"sg-[0-9a-z-]+")
_KEY = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")


class NetworkArgs(TypedDict):
    """The network that jobs and models must run in."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    subnets: list[str]
    """IDs of subnets, such as `subnet-0123`; a job may name these and no others."""
    securityGroups: list[str]
    """IDs of security groups, such as `sg-0123`; a job may name these and no others."""


class EncryptionArgs(TypedDict):
    """The keys that jobs, models and endpoints must encrypt with."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as NetworkArgs

    dataKeys: NotRequired[list[str]]
    """ARNs of KMS keys for input and output in S3."""
    volumeKeys: NotRequired[list[str]]
    """ARNs of KMS keys for the volumes of instances."""


def network_problems(network: NetworkArgs) -> Iterator[Problem]:
    """Yield what can't be honoured, with paths below `network`."""
    for key, ids, form, example in (
        ("subnets", network["subnets"], _SUBNET, "subnet-0123abcd"),
        ("securityGroups", network["securityGroups"], _GROUP, "sg-0123abcd"),
    ):
        if not ids:
            yield Problem(path=key, message="is empty; name at least one, or leave `network` out")
        for index, given in enumerate(ids):
            if not form.fullmatch(given):
                yield Problem(
                    path=f"{key}[{index}]",
                    message=f"`{given}` is not an ID; write it like `{example}`",
                )


def encryption_problems(encryption: EncryptionArgs, target: Target) -> Iterator[Problem]:
    """Yield what can't be honoured, with paths below `encryption`.

    Jobs run in the target's region, and a key is of use in its own region alone.
    """
    lists = {
        "dataKeys": encryption.get("dataKeys", []),
        "volumeKeys": encryption.get("volumeKeys", []),
    }
    if not any(lists.values()):
        yield Problem(
            path="", message="names no key; give `dataKeys` or `volumeKeys`, or leave it out"
        )
    for key, arns in lists.items():
        for index, given in enumerate(arns):
            path = f"{key}[{index}]"
            faults = [*key_problems(given, path)] or [*partition_problems(given, path, target)]
            yield from faults
            if not faults and region_of(given) != target.region:
                yield Problem(
                    path=path,
                    message=f"`{given}` is of region `{region_of(given)}`, but jobs of this stack "
                    f"run in `{target.region}`, where they can't use it",
                )


def key_problems(given: str, path: str) -> Iterator[Problem]:
    """Yield why something is not the ARN of a KMS key: an ID or an alias would not do in IAM."""
    if not _KEY.fullmatch(given):
        yield Problem(
            path=path,
            message=f"`{given}` is not the ARN of a key; write it like "
            "`arn:aws:kms:eu-west-1:123456789012:key/1234abcd-...` (IAM knows neither bare IDs "
            "nor aliases)",
        )
