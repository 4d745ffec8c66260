"""The catalogue of paths, `paths.json`, as typed rows; what a row says stands with `Path`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from rolewright.reference import action_set

PASS_ROLE = "iam:PassRole"  # noqa: S105  # an action, no password

_API = {
    "apprunner": "apprunner/latest/api",
    "bedrock-agentcore": "bedrock-agentcore-control/latest/APIReference",
    "cloudformation": "AWSCloudFormation/latest/APIReference",
    "codebuild": "codebuild/latest/APIReference",
    "datapipeline": "datapipeline/latest/APIReference",
    "ec2": "AWSEC2/latest/APIReference",
    "ec2-instance-connect": "ec2-instance-connect/latest/APIReference",
    "ecs": "AmazonECS/latest/APIReference",
    "glue": "glue/latest/webapi",
    "iam": "IAM/latest/APIReference",
    "lambda": "lambda/latest/api",
    "sagemaker": "sagemaker/latest/APIReference",
    "ssm": "systems-manager/latest/APIReference",
    "sts": "STS/latest/APIReference",
}


class Target(Enum):
    """What a path acts on, and so how it is told what it gains."""

    PASSED_ROLE = "passed role"
    """A role that is passed to a service."""
    ROLE = "role"
    """A role that is assumed, or whose trust is rewritten."""
    CHANGED_ROLE = "changed role"
    """A role that is given more permissions first, so what it could do before doesn't matter."""
    POLICY_OF_ROLE = "role's policy"
    """The same by a managed policy of a role; the policy first, then the role."""
    ITSELF = "itself"
    """The role that walks the path."""
    OWN_POLICY = "own policy"
    """A managed policy that the role has, or that is its boundary."""
    OWN_BOUNDARY = "own boundary"
    """The role's own permissions boundary."""
    OWN_TAGS = "own tags"
    """The role's own tags, which conditions may go by."""
    STUDIO = "studio resource"
    """A user profile, app or space of Studio: the caller's own gains nothing."""
    RESOURCE = "resource"
    """Something else with access of its own, such as a function, an instance or a user."""


@dataclass(frozen=True, kw_only=True)
class Path:
    """A way to access that a role was not given.

    `permissions` are groups of actions, each group's on one and the same resource; the first is that
    of the target. `passes` are services of which one takes a role by iam:PassRole. `on` are types
    of the target, such as `ec2:instance`, where the actions take others too. `needs` is what
    else must be there, `may` what the role may then do, with the place of the target, and `gains`
    why that is more access.
    """

    id: str
    permissions: tuple[tuple[str, ...], ...]
    target: Target
    may: str
    gains: str
    needs: str = ""
    passes: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    user: bool = False
    """Whether only an IAM user can walk it."""

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """All actions that it takes, iam:PassRole first."""
        passing = (PASS_ROLE,) if self.passes else ()
        return (*passing, *(action for group in self.permissions for action in group))

    @cached_property
    def mask(self) -> int:
        """Its actions as a bit set."""
        everything = 0
        for action in self.actions:
            everything |= action_set(action)
        return everything

    @property
    def service(self) -> str:
        """The service of its id, such as `sagemaker`."""
        return self.id.rpartition("-")[0]

    @property
    def reference(self) -> str:
        """AWS's page on the action that does it."""
        service, _, name = self.permissions[0][0].partition(":")
        return f"https://docs.aws.amazon.com/{_API[service]}/API_{name}.html"


@cache
def catalogue() -> tuple[Path, ...]:
    """Return all paths, in the order of their ids."""
    rows: list[dict[str, Any]] = json.loads(
        files("rolewright.escalation").joinpath("paths.json").read_text("utf-8")
    )
    return tuple(map(_path, rows))


@cache
def by_service() -> tuple[tuple[int, tuple[Path, ...]], ...]:
    """Return the paths of each service, those that pass a role and those that don't.

    With each comes the set of all their actions but iam:PassRole.
    """
    found: dict[tuple[str, bool], list[Path]] = {}
    for path in catalogue():
        found.setdefault((path.service, bool(path.passes)), []).append(path)
    passing = action_set(PASS_ROLE)
    return tuple((_all_actions(paths) & ~passing, tuple(paths)) for paths in found.values())


@cache
def every_action() -> int:
    """Return the set of all actions of the catalogue but iam:PassRole."""
    return _all_actions(list(catalogue())) & ~action_set(PASS_ROLE)


def _all_actions(paths: list[Path]) -> int:
    everything = 0
    for path in paths:
        everything |= path.mask
    return everything


def _path(row: dict[str, Any]) -> Path:
    return Path(
        id=row["id"],
        permissions=tuple(map(tuple, row["permissions"])),
        target=Target(row["target"]),
        may=row["may"],
        gains=row["gains"],
        needs=row.get("needs", ""),
        passes=tuple(row.get("passes", ())),
        on=tuple(row.get("on", ())),
        user=row.get("startsFrom") == "user",
    )
