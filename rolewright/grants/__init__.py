"""What a role may be asked for, and the IAM documents it gets.

May import `rolewright.iam`, `rolewright.reference` and pydantic; never pulumi.
"""

from rolewright.grants.plan import (
    AttachmentPlan,
    InlinePolicyPlan,
    RolePlan,
    Target,
    plan_role,
    plan_roles,
)
from rolewright.grants.problems import ConfigError, Problem
from rolewright.grants.role import RoleArgs, RoleDefaults
from rolewright.grants.stack import Environment, StackConfig, parse_role_args, parse_stack_config

__all__ = [
    "AttachmentPlan",
    "ConfigError",
    "Environment",
    "InlinePolicyPlan",
    "Problem",
    "RoleArgs",
    "RoleDefaults",
    "RolePlan",
    "StackConfig",
    "Target",
    "parse_role_args",
    "parse_stack_config",
    "plan_role",
    "plan_roles",
]
