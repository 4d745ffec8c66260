"""The program: stack config to components to exports."""

import pulumi

from components.sagemaker_role import create_roles
from components.stack_config import read_stack_config

roles = create_roles(read_stack_config())
pulumi.export("roles", {name: role.exports for name, role in roles.items()})
