"""The inputs of activities, as the stack config and the component's arguments write them."""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.network import EncryptionArgs, NetworkArgs
from rolewright.grants.strict import STRICT


class ActivityArgs(TypedDict):
    """The inputs of one activity; each takes some of them, none takes all."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    buckets: NotRequired[list[str]]
    """Names of S3 buckets."""
    repositories: NotRequired[list[str]]
    """ECR repositories of this account and region by name, others by ARN."""
    passRoles: NotRequired[list[str]]
    """ARNs of the roles that may be passed to SageMaker; the role itself where left out."""
    workgroups: NotRequired[list[str]]
    """Athena workgroups by name."""
    databases: NotRequired[list[str]]
    """Glue databases by name."""
    models: NotRequired[list[str]]
    """Models by name."""
    domain: NotRequired[str]
    """ID of the Studio domain; the caller's own where left out."""
    userProfiles: NotRequired[list[str]]
    """Studio user profiles by name; the caller's own where left out."""
    trackingServers: NotRequired[list[str]]
    """MLflow tracking servers by name; all of this account and region where left out."""
    applications: NotRequired[list[str]]
    """EMR Serverless applications by ID."""
    rewardFunctions: NotRequired[list[str]]
    """Lambda functions that score a model's answers, by name."""
    omit: NotRequired[bool]
    """Leave this activity of the persona out."""
    network: NotRequired[NetworkArgs]
    """The network for this activity, instead of the role's."""
    encryption: NotRequired[EncryptionArgs]
    """The keys for this activity, instead of the role's."""
