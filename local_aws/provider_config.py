"""The settings of the AWS provider in a stack file, judged before the engine starts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session

from local_aws.provider.session import PARTITION, SETTINGS
from rolewright.grants import Problem
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REGION = "aws:region"
_NAMESPACE = "aws:"


def provider_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what the stand-in provider can't honour, of a stack's whole config."""
    fault = _region_fault(config.get(REGION))
    if fault:
        yield Problem(path=REGION, message=fault)
    for key in config:
        setting = key.removeprefix(_NAMESPACE)
        if key.startswith(_NAMESPACE) and setting not in SETTINGS:
            meant = nearest(setting, SETTINGS)
            hint = f"; did you mean `{_NAMESPACE}{meant}`?" if meant else ""
            yield Problem(
                path=key,
                message=f"is no setting of the stand-in provider{hint} ({', '.join(SETTINGS)})",
            )


def _region_fault(given: object) -> str | None:
    if given is None or given == "":
        return "is missing; set it to a region, such as `eu-west-1`"
    region = str(given)
    partition = _partitions().get(region)
    if partition is None:
        meant = nearest(region, _partitions())
        hint = f"did you mean `{meant}`?" if meant else "write it like `eu-west-1`"
        return f"`{region}` is not a region; {hint}"
    if partition != PARTITION:
        return (
            f"`{region}` is of partition `{partition}`, but the local AWS is of `{PARTITION}` "
            "alone; preview this stack on AWS"
        )
    return None


@cache
def _partitions() -> dict[str, str]:
    """Return the partition of each region that botocore knows."""
    session: Any = botocore.session.Session()
    found: Any = session.get_component("data_loader").load_data("endpoints")
    return {
        region: partition["partition"]
        for partition in found["partitions"]
        for region in partition["regions"]
    }
