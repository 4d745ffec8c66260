"""What follows from a denial's names: the service, the role, the bucket, whose repository it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from rolewright.grants.image_tables import REGISTRIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.explain.diagnosis.denial import Denial

_ROLE = re.compile(r"arn:[^:]*:iam::[^:]*:role/(?:.*/)?([^/]+)")
_SESSION = re.compile(r"arn:[^:]*:sts::[^:]*:assumed-role/([^/]+)(?:/.*)?")
_S3 = re.compile(r"(?:arn:[^:]*:s3:::|s3://)([^/]+)(?:/(.*))?", re.DOTALL)
_REPOSITORY = re.compile(r"arn:[^:]*:ecr:([^:]*):(\d{12}):repository/(.+)")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A denial, and what can be read from its names."""

    denial: Denial

    @property
    def service(self) -> str:
        """The action's service, empty where there is no action."""
        return (self.denial.action or "").partition(":")[0]

    def calls(self, *actions: str) -> bool:
        """Whether the action is one of these; `s3:*` is all of a service."""
        action = self.denial.action or ""
        return action in actions or f"{self.service}:*" in actions

    @property
    def role(self) -> str | None:
        """The name of the role that called."""
        return role_name(self.denial.principal)

    @property
    def bucket(self) -> str | None:
        """The bucket of the resource."""
        found = _S3.fullmatch(self.denial.resource or "")
        return found[1] if found else None

    @property
    def repository(self) -> str | None:
        """The name of the resource where it is a repository."""
        found = _REPOSITORY.fullmatch(self.denial.resource or "")
        return found[3] if found else None

    @property
    def of_aws(self) -> bool:
        """Whether the resource is a repository of AWS's own."""
        found = _REPOSITORY.fullmatch(self.denial.resource or "")
        return bool(found and found[2] in _aws_accounts())

    @property
    def passes_itself(self) -> bool:
        """Whether a role is passed by itself."""
        passed = role_name(self.denial.resource)
        return passed is not None and passed == self.role

    @property
    def has_no_path(self) -> bool:
        """Whether the resource is a role's ARN without a path."""
        return bool(re.fullmatch(r"arn:[^:]*:iam::[^:]*:role/[^/]+", self.denial.resource or ""))

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Words for messages: each is there, whatever the text said."""
        denial = self.denial
        return {
            "action": f"`{denial.action}`" if denial.action else "the action",
            "resource": f"`{denial.resource}`" if denial.resource else "the resource",
            "on": f" on `{denial.resource}`" if denial.resource else "",
            "role": f"`{self.role}`" if self.role else "the role",
            "keys": f"roles.{self.role or 'ROLE'}",
            "bucket": f"`{self.bucket}`" if self.bucket else "the bucket",
            "repository": f"`{self.repository}`" if self.repository else "the repository",
            "passed": f"`{denial.resource}`" if role_name(denial.resource) else "the job's role",
            "trusted": f"`{denial.principal}`" if denial.principal else "SageMaker",
            "policy": f" `{_short(denial.policy)}`" if denial.policy else "",
            "key": denial.resource or "KEY",
            "host": f"`{denial.details['host']}`" if "host" in denial.details else "the service",
            "limit": f"{int(denial.details.get('limit', '0')):,}",
            "name": f"`{denial.details['name']}`" if "name" in denial.details else "it",
            "said": denial.details.get("said") or denial.details.get("named") or "",
            "permission": denial.details.get("permission", "the permission"),
        }


def role_name(arn: str | None) -> str | None:
    """Return the name of the role that an ARN is of, or a session of it."""
    found = _ROLE.fullmatch(arn or "") or _SESSION.fullmatch(arn or "")
    return found[1] if found else None


def _short(policy: str) -> str:
    """Return an organisation's policy by its ID alone."""
    return policy.rpartition("/")[2] if ":organizations:" in policy else policy


@cache
def _aws_accounts() -> frozenset[str]:
    return frozenset(account for accounts in REGISTRIES.values() for account in accounts)
