"""What a role may be asked for, and the IAM documents it gets.

May import `rolewright.iam`, `rolewright.reference` and pydantic; never pulumi.
"""

from rolewright.grants.keys import NAMESPACE
from rolewright.grants.kind import ANY_ACCOUNT, Companion, partition_of
from rolewright.grants.plan import (
    OWN_PREFIX,
    AttachmentPlan,
    InlinePolicyPlan,
    ManagedPolicyPlan,
    RolePlan,
    Target,
    plan_role,
    plan_roles,
    plan_stack,
)
from rolewright.grants.problems import ConfigError, Problem, join_paths, key_path
from rolewright.grants.proposals import Proposal, Tier, proposals
from rolewright.grants.role import RoleArgs, RoleDefaults
from rolewright.grants.schema import inherited_descriptions, stack_schema
from rolewright.grants.stack import (
    Environment,
    StackConfig,
    StackDraft,
    draft_stack_config,
    parse_role_args,
    parse_stack_config,
)
from rolewright.grants.validation import validate_text

__all__ = [
    "ANY_ACCOUNT",
    "NAMESPACE",
    "OWN_PREFIX",
    "AttachmentPlan",
    "Companion",
    "ConfigError",
    "Environment",
    "InlinePolicyPlan",
    "ManagedPolicyPlan",
    "Problem",
    "Proposal",
    "RoleArgs",
    "RoleDefaults",
    "RolePlan",
    "StackConfig",
    "StackDraft",
    "Target",
    "Tier",
    "draft_stack_config",
    "inherited_descriptions",
    "join_paths",
    "key_path",
    "parse_role_args",
    "parse_stack_config",
    "partition_of",
    "plan_role",
    "plan_roles",
    "plan_stack",
    "proposals",
    "stack_schema",
    "validate_text",
]
