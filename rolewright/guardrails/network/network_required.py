"""Jobs and models run in the network that the policies demand, or are not made.

https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.actions import actions
from rolewright.guardrails.guardrail import Guardrail, Level, Severity
from rolewright.guardrails.sagemaker import actions_with_key, unbound
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.roles import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.guardrails.guardrail import Violation

_SUBNETS, _GROUPS = "sagemaker:VpcSubnets", "sagemaker:VpcSecurityGroupIds"


class NetworkRequiredSettings(GuardrailSettings):
    """The network that jobs and models run in."""

    subnets: NotRequired[list[str]]
    """IDs of subnets; where given, requests can name no others."""
    securityGroups: NotRequired[list[str]]
    """IDs of security groups; where given, requests can name no others."""


def _check(role: Role, settings: NetworkRequiredSettings) -> Iterator[Violation]:
    demanded = {
        _SUBNETS: (_making(), settings.get("subnets")),
        _GROUPS: (_making(), settings.get("securityGroups")),
    }
    yield from unbound(role, demanded, "in any network")


@lru_cache(maxsize=1)
def _making() -> int:
    """Return the set of actions that make what runs in a network of its own.

    An endpoint runs in the network of its models, and names one only where it has none. An update
    of a domain or a cluster names its network only where that changes; that of a monitoring
    schedule names all of it.
    """
    with_network = actions_with_key(_SUBNETS) & actions_with_key(_GROUPS)
    made = actions("sagemaker:Create*", "sagemaker:UpdateMonitoringSchedule")
    return with_network & made & ~actions("sagemaker:CreateEndpointConfig")


GUARDRAIL: Guardrail[NetworkRequiredSettings] = Guardrail(
    id="network-required",
    description="Jobs, models and notebooks are made in known subnets and security groups alone.",
    level=Level.BY_ENVIRONMENT,
    severity=Severity.HIGH,
    reads=frozenset({Part.IDENTITY}),
    why="A job without a network of yours reaches the internet, with the data that it reads.",
    fix="set `network` for the role, or once in `defaults`; in a statement of your own, add "
    "conditions on sagemaker:VpcSubnets and sagemaker:VpcSecurityGroupIds, and Null `false` where "
    "they are ForAllValues",
    settings=NetworkRequiredSettings,
    check=_check,
)
