"""The role as the stack config and the component's arguments write it: one model for both."""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.activity_args import ActivityArgs
from rolewright.grants.kinds.athena import QueryGrant
from rolewright.grants.kinds.bedrock import ModelGrant
from rolewright.grants.kinds.buckets import BucketGrant
from rolewright.grants.kinds.dynamodb import TableGrant
from rolewright.grants.kinds.file_systems import FileSystemGrant
from rolewright.grants.kinds.glue import CatalogGrant
from rolewright.grants.kinds.images import ImageGrant
from rolewright.grants.kinds.keys import KeyGrant
from rolewright.grants.kinds.logs import LogGrant
from rolewright.grants.kinds.metrics import MetricGrant
from rolewright.grants.kinds.parameters import ParameterGrant
from rolewright.grants.kinds.pass_roles import PassRoleGrant
from rolewright.grants.kinds.queues import QueueGrant
from rolewright.grants.kinds.raw_statements import RawStatement
from rolewright.grants.kinds.repositories import RepositoryGrant
from rolewright.grants.kinds.secrets import SecretGrant
from rolewright.grants.kinds.topics import TopicGrant
from rolewright.grants.kinds.vpc import VpcGrant
from rolewright.grants.network import EncryptionArgs, NetworkArgs
from rolewright.grants.personas import Persona
from rolewright.grants.strict import STRICT


class TrustArgs(TypedDict):
    """Who may assume the role: sagemaker.amazonaws.com, and what is named here."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    services: NotRequired[list[str]]
    """Further services, such as `scheduler.amazonaws.com`."""
    sourceAccount: NotRequired[bool]
    """Only for work of this account (aws:SourceAccount); on unless switched off."""
    sourceArns: NotRequired[list[str]]
    """Only for these SageMaker resources (aws:SourceArn); wildcards allowed."""
    setSourceIdentity: NotRequired[bool]
    """Let the service set a source identity (sts:SetSourceIdentity); off by default."""


class GrantArgs(TypedDict):
    """What a policy or a role gives access to: a key a kind of grant."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as TrustArgs

    buckets: NotRequired[list[BucketGrant]]
    """S3 buckets: list, read, write, delete."""
    dynamodb: NotRequired[list[TableGrant]]
    """DynamoDB tables: read, write."""
    keys: NotRequired[list[KeyGrant]]
    """KMS keys: encrypt, decrypt, make data keys, sign."""
    repositories: NotRequired[list[RepositoryGrant]]
    """ECR repositories: pull, push."""
    images: NotRequired[list[ImageGrant]]
    """AWS's prebuilt images, by framework: pull."""
    logs: NotRequired[list[LogGrant]]
    """CloudWatch log groups: write, read."""
    metrics: NotRequired[list[MetricGrant]]
    """CloudWatch metrics to put, by namespace."""
    secrets: NotRequired[list[SecretGrant]]
    """Secrets of Secrets Manager to read."""
    parameters: NotRequired[list[ParameterGrant]]
    """Parameters of Systems Manager to read."""
    queues: NotRequired[list[QueueGrant]]
    """SQS queues: send, receive."""
    topics: NotRequired[list[TopicGrant]]
    """SNS topics to publish to."""
    passRoles: NotRequired[list[PassRoleGrant]]
    """Roles that may be passed, and to which services."""
    athena: NotRequired[list[QueryGrant]]
    """Athena workgroups to run queries in."""
    glue: NotRequired[list[CatalogGrant]]
    """Databases and tables of the Glue Data Catalog: read, write, delete."""
    bedrock: NotRequired[list[ModelGrant]]
    """Bedrock models to invoke."""
    fileSystems: NotRequired[list[FileSystemGrant]]
    """EFS file systems to mount: read, write."""
    vpc: NotRequired[list[VpcGrant]]
    """Subnets and security groups for network interfaces."""
    statements: NotRequired[list[RawStatement]]
    """IAM statements as they stand: the last resort."""
    # GRANTS


class PolicyArgs(GrantArgs):
    """The grants of one named policy."""

    managed: NotRequired[bool]
    """Make it a managed policy of the account, not an inline one: it counts apart from these."""


class RoleDefaults(TypedDict):
    """What `defaults` may set for every role that the stack creates."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as TrustArgs

    nameFormat: NotRequired[str]
    """The role's name in IAM, from `{name}` and `{environment}`; `{name}` by default."""
    path: NotRequired[str]
    """The role's path, such as `/ml/`; `/` by default."""
    permissionsBoundary: NotRequired[str]
    """The ARN of the managed policy that bounds what the role may do."""
    description: NotRequired[str]
    """What the role is for, up to 1,000 characters."""
    tags: NotRequired[dict[str, str]]
    """Tags of the role and of its own managed policies; added to those of `defaults`."""
    maxSessionDuration: NotRequired[int]
    """How long a session may last, in seconds, 3600 to 43200; 3600 by default."""
    trust: NotRequired[TrustArgs]
    """Who may assume the role."""
    network: NotRequired[NetworkArgs]
    """The subnets and security groups that jobs and models must run in."""
    encryption: NotRequired[EncryptionArgs]
    """The KMS keys that jobs, models and endpoints must encrypt with."""
    exclusive: NotRequired[bool]
    """Remove policies that others attach to the role; on unless switched off."""


class RoleArgs(RoleDefaults, GrantArgs):
    """One role: its settings, and what it may do."""

    name: NotRequired[str]
    """What stands for `{name}` in the role's name in IAM; the role's key where left out."""
    formerly: NotRequired[str]
    """The role's key before it was renamed: the deployed resources are kept as this role's."""
    existing: NotRequired[bool]
    """The role is there already: create nothing, only add the grants."""
    managedPolicies: NotRequired[list[str]]
    """Managed policies to attach: names of AWS's, or ARNs."""
    persona: NotRequired[Persona]
    """Who the role is for: a preset of activities, each of which `activities` may override."""
    activities: NotRequired[dict[str, ActivityArgs]]
    """What is done with the role, such as `manage-jobs`, each with its inputs."""
    policies: NotRequired[dict[str, PolicyArgs]]
    """Policies by name, each with its own grants."""
