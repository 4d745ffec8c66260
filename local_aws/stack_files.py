"""The stack config of a stack, read from its file: what a run will make, before the engine runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from local_aws.faults import Fault
from local_aws.provider.session import ACCOUNT, PARTITION
from local_aws.provider_config import REGION, provider_problems
from rolewright.grants import (
    RolePlan,
    StackConfig,
    Target,
    plan_stack,
)
from rolewright.grants.stack_file import InvalidStackFile, draft_of_config, read_config

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"[\w-][\w.-]*", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class StackFile:
    """What a stack's file asks for, and the plan of its roles in the local AWS."""

    config: StackConfig
    region: str
    plans: tuple[RolePlan, ...]


def read_stack_file(project: Path, stack: str) -> StackFile:
    """Return what a stack's file asks for.

    Raises ConfigError with every problem of its config, Fault where there is no such stack or its
    file can't be read.
    """
    try:
        config = read_config(stack_path(project, stack))
        draft = draft_of_config(config)
    except InvalidStackFile as error:
        raise Fault(str(error)) from None
    draft = replace(draft, problems=(*provider_problems(config), *draft.problems))
    region = str(config.get(REGION))
    target = Target(
        partition=PARTITION,
        account=ACCOUNT,
        region=region,
        environment=draft.config.environment.value,
    )
    return StackFile(config=draft.config, region=region, plans=plan_stack(draft, target))


def stack_path(project: Path, stack: str) -> Path:
    """Return the path of a stack's file. Raises Fault, which names the stacks there are."""
    known = sorted(
        path.name[len("Pulumi.") : -len(".yaml")] for path in project.glob("Pulumi.*.yaml")
    )
    path = project / f"Pulumi.{stack}.yaml"
    if stack in known:
        return path
    stacks = f"(stacks: {', '.join(known)})"
    if not stack:
        raise Fault(f"no stack is named; name one {stacks}")
    if not _NAME.fullmatch(stack):
        raise Fault(f"`{stack}` is not the name of a stack {stacks}")
    raise Fault(f"no stack `{stack}`: there is no `{path.name}` {stacks}")
